"""A talk from the booth's page to an answer: handed over when a browser is killed, with files, on two devices."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, Playwright, async_playwright, expect

from tests.core.uploads.good import jpeg, pdf
from tests.e2e import chatting
from tests.e2e.applying import verify_phone
from tests.e2e.chatting import line, say
from tests.e2e.people import DESKTOP, PHONE, Person, arrive
from tests.e2e.test_screens import KEEP, OVERFLOWING, SCREENS
from tests.faults.server import Server
from tests.pace import Pace

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
HANDED_OVER_WITHIN = 15.0  # seconds: the promise


async def look(person: Person, name: str) -> None:
    await person.page.wait_for_timeout(300)
    assert await person.page.evaluate(OVERFLOWING) == [], name
    if KEEP:
        SCREENS.mkdir(parents=True, exist_ok=True)
        size = person.page.viewport_size or {}
        await person.page.screenshot(path=SCREENS / f"{name}-{size.get('width')}.png")


async def killable(playwright: Playwright, chromium: str, url: str) -> tuple[Browser, Person]:
    running = await playwright.chromium.launch(executable_path=chromium, chromium_sandbox=os.geteuid() != 0)
    return running, await arrive(running, url, size=DESKTOP)


async def kill9(running: Browser) -> None:
    """As a crash does it: no page says goodbye."""
    session = await running.new_browser_cdp_session()
    processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    os.kill(next(int(one["id"]) for one in processes if one["type"] == "browser"), signal.SIGKILL)


async def test_a_talk_is_handed_over_when_the_recruiters_browser_is_killed(
    make_server: Callable[..., Server], browser: Browser, chromium: str
) -> None:
    server = make_server(demo=True)
    booth = int(server.manage("shell", "-v", "0", "-c", chatting.COLLEAGUE).splitlines()[-1])
    seeker = await arrive(browser, server.url, size=PHONE)
    await seeker.open(f"/b/{booth}")
    await seeker.page.get_by_role("link", name="问企业").click()
    await seeker.sees("用手机号登录后提问")
    await look(seeker, "chat-sign-in")
    await verify_phone(seeker, "13800001240")
    colleague = await arrive(browser, server.url, size=DESKTOP)
    await chatting.sign_in_staff(colleague, "recruiter-2", server.demo_password)
    await chatting.open_desk(colleague, booth)
    stack = contextlib.ExitStack()
    async with async_playwright() as playwright:
        doomed, first = await killable(playwright, chromium, server.url)
        await chatting.sign_in_staff(first, "recruiter-1", server.demo_password)
        await chatting.open_desk(first, booth)
        await chatting.ask(seeker, booth, "请问有夜班吗？住宿怎么安排？")
        await look(seeker, "chat-asked")
        row = first.page.locator(".list li").filter(has_text="夜班")
        await row.get_by_role("button").click()
        await first.press("我来接待")
        await say(first, "有夜班，先交200元押金就能安排住宿。")
        await seeker.sees("不得收取押金")
        await expect(line(first, "押金").locator(".foot")).to_contain_text("已读")
        await say(seeker, "为什么要交押金")
        await look(first, "chat-desk")
        await first.page.wait_for_timeout(3_000)  # the desk has been seen to be staffed
        pace, killed = stack.enter_context(Pace()), time.monotonic()
        await kill9(doomed)
    held = colleague.page.locator(".list li").filter(has_text="由你接待")
    await expect(held).to_be_visible()
    took, allowed = time.monotonic() - killed, pace.allows(HANDED_OVER_WITHIN)
    stack.close()
    print(f"handed over {took:.1f} s after the browser was killed, of {allowed:.0f}")
    assert took < allowed
    await held.get_by_role("button").click()
    await say(colleague, "不收押金，刚才说错了，抱歉。")
    await seeker.sees("刚才说错了")
    await look(colleague, "chat-desk-colleague")
    await colleague.page.set_viewport_size({"width": 390, "height": 844})
    await look(colleague, "chat-desk-phone")
    await colleague.page.get_by_role("button", name="返回列表").click()
    await look(colleague, "chat-desk-list-phone")
    await send_files_and_read_them_elsewhere(seeker, browser, server)


async def send_files_and_read_them_elsewhere(seeker: Person, browser: Browser, server: Server) -> None:
    await chatting.attach(seeker, "焊工证.jpg", "image/jpeg", jpeg((640, 480)))
    await expect(seeker.page.locator("a.picture img")).to_be_visible()
    await chatting.attach(seeker, "健康证.pdf", "application/pdf", pdf())
    await seeker.sees("健康证.pdf")
    await expect(line(seeker, "健康证.pdf").locator(".foot")).to_be_visible()
    await chatting.attach(seeker, "假.pdf", "application/pdf", b"MZ not a pdf at all")
    await seeker.sees("只能上传")
    await seeker.press("删除")
    await look(seeker, "chat-files")
    await seeker.context.set_offline(True)
    await seeker.page.get_by_role("textbox", name="输入消息").fill("断网时写的")
    await chatting.send(seeker)
    await seeker.sees("网络恢复后自动发送")
    await look(seeker, "chat-offline")
    await seeker.context.set_offline(False)
    await expect(line(seeker, "断网时写的").locator(".foot")).to_be_visible()
    desktop = await arrive(browser, server.url, size=DESKTOP)
    await desktop.context.add_cookies(await seeker.context.cookies())
    await desktop.open("/me")
    await desktop.page.get_by_role("link", name=re.compile("断网时写的")).click()
    for text in ("请问有夜班吗", "刚才说错了", "健康证.pdf", "断网时写的"):
        await desktop.sees(text)
    await expect(desktop.page.locator("li.line").filter(has_text="断网时写的")).to_have_count(1)
    await look(desktop, "chat-desktop")
    await line(seeker, "断网时写的").get_by_role("button", name="撤回").click()
    await desktop.sees("这条消息已撤回")
    await expect(desktop.page.locator("li.line").filter(has_text="断网时写的")).to_have_count(0)
    await desktop.open("/me")
    await desktop.sees("我的消息")
    await look(desktop, "chat-my-fair")
