"""People at the fair, each with a browser of their own."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1366, "height": 768}
PATIENCE = 60.0  # seconds until what has not come counts as missing; what must be quick is timed and asserted
expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Person:
    """Someone in front of a page; `url` is the server's address."""

    context: BrowserContext
    page: Page
    url: str

    async def open(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).first.click()

    async def sees(self, text: str) -> float:
        """Wait until `text` is on the screen; returns the seconds it took."""
        started = time.monotonic()
        await expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()
        return time.monotonic() - started

    async def comes_to(self, script: str, wanted: Any) -> None:
        """Wait until `script` gives `wanted`: what another page shows is no word on what this one has put away."""
        until = time.monotonic() + PATIENCE
        while (given := await self.page.evaluate(script)) != wanted and time.monotonic() < until:
            await self.page.wait_for_timeout(50)
        assert given == wanted

    async def is_connected(self) -> None:
        """The quiet mark of a live connection is there (on a phone it says so only to screen readers)."""
        await expect(self.page.locator("body")).to_contain_text("已连接")


async def arrive(browser: Browser, url: str, *, size: dict[str, int]) -> Person:
    context = await browser.new_context(
        viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=size is PHONE
    )
    context.set_default_timeout(PATIENCE * 1000)
    page = await context.new_page()
    return Person(context, page, url)


async def sign_in_recruiter(person: Person, username: str, password: str) -> None:
    await person.open("/staff")
    await person.page.get_by_label("账号").fill(username)
    await person.page.get_by_label("密码").fill(password)
    await person.press("登录")
    await expect(person.page).to_have_url(re.compile(r"/desk/\d+$"))


async def take_ticket(person: Person, booth_id: int) -> str:
    """From the booth's QR address to a ticket; returns its label."""
    await person.open(f"/b/{booth_id}")
    await person.press("取号排队")
    await person.page.get_by_role("dialog").get_by_text("现场", exact=True).click()
    await expect(person.page).to_have_url(re.compile(r"/t/\d+$"))
    label = person.page.get_by_text(re.compile(r"^\d+-\d{3,}$")).first
    await expect(label).to_be_visible()
    return (await label.inner_text()).strip()
