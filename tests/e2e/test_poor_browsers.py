"""Browsers that lack things: proxies that block sockets, in-app browsers and private windows without the extras."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.people import DESKTOP, PHONE, Person, arrive, sign_in_recruiter, take_ticket
from tests.faults.server import Server
from tests.pace import Pace

pytestmark = [pytest.mark.e2e, pytest.mark.pages]

NO_SOCKET = "delete window.WebSocket;"
POOR = """
for (const name of ["Notification", "PushManager", "SharedWorker", "BroadcastChannel", "indexedDB"]) {
  try { delete window[name]; } catch {}
  Object.defineProperty(window, name, { value: undefined, configurable: true });
}
Object.defineProperty(Crypto.prototype, "randomUUID", { value: undefined });
"""
PRIVATE = POOR + 'Object.defineProperty(window, "localStorage", { get() { throw new Error("refused"); } });'


async def people(
    browser: Browser, server: Server, script: str, *, both: bool = False
) -> tuple[Person, Person, int]:
    """A seeker whose browser runs `script` first, the recruiter of booth 1, and that booth's id."""
    password = server.demo_password
    seeker = await arrive(browser, server.url, size=PHONE)
    recruiter = await arrive(browser, server.url, size=DESKTOP)
    await seeker.page.add_init_script(script)
    if both:
        await recruiter.page.add_init_script(script)
    await sign_in_recruiter(recruiter, "recruiter-1", password)
    return seeker, recruiter, int(recruiter.page.url.rsplit("/", 1)[-1])


async def call_next(recruiter: Person) -> None:
    await recruiter.page.get_by_role("button", name=re.compile("叫下一位")).first.click()


async def test_a_call_reaches_a_phone_whose_sockets_are_blocked(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    seeker, recruiter, booth = await people(browser, server, NO_SOCKET)
    label = await take_ticket(seeker, booth)
    assert await seeker.page.evaluate("typeof WebSocket") == "undefined"
    await seeker.sees("下一位就是你")
    await expect(seeker.page.locator("body")).to_contain_text("定时更新")
    await recruiter.sees(label)
    with Pace() as pace:
        await call_next(recruiter)
        seconds = await seeker.sees("请现在到展位")
        allowed = pace.allows(5)
    print(f"call next → phone without sockets: {seconds:.1f} s of {allowed:.1f}")
    assert seconds < allowed

    server.kill9()
    await seeker.sees("排位已为你保留")
    server.start()
    await recruiter.is_connected()
    await recruiter.press("开始面谈")
    await seeker.sees("正在面谈")
    await expect(seeker.page.get_by_text("排位已为你保留")).to_have_count(0)


async def test_a_recruiter_whose_sockets_are_blocked_sees_the_line(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    seeker, recruiter, booth = await people(browser, server, NO_SOCKET, both=True)
    label = await take_ticket(seeker, booth)
    await recruiter.sees(label)
    await call_next(recruiter)
    await seeker.sees("请现在到展位")
    await seeker.press("我到了")
    await recruiter.sees("对方点了")


@pytest.mark.parametrize("script", [POOR, PRIVATE], ids=["in-app browser", "private window"])
async def test_the_journey_without_the_extras(
    make_server: Callable[..., Server], browser: Browser, script: str
) -> None:
    server = make_server(demo=True)
    seeker, recruiter, booth = await people(browser, server, script, both=True)
    broken: list[str] = []
    seeker.page.on("pageerror", lambda error: broken.append(str(error)))
    recruiter.page.on("pageerror", lambda error: broken.append(str(error)))
    label = await take_ticket(seeker, booth)
    assert (
        await seeker.page.evaluate("[typeof indexedDB, typeof crypto.randomUUID, typeof Notification]")
        == ["undefined"] * 3
    )
    await recruiter.sees(label)
    await call_next(recruiter)
    await seeker.sees("请现在到展位")
    await seeker.context.set_offline(True)
    await seeker.press("我到了")
    await seeker.sees("等待发送")
    await seeker.context.set_offline(False)
    await seeker.sees("已到展位")
    await recruiter.press("开始面谈")
    await seeker.sees("正在面谈")
    await expect(recruiter.page.locator(".endings")).to_be_visible()
    await recruiter.page.keyboard.press("1")  # talked
    await recruiter.press("记录并结束")
    await seeker.sees("面谈结束")
    assert broken == []
