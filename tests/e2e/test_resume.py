"""The résumé in a real browser: few taps, killed half-way, offline, on two devices, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.core.uploads import good, hostile
from tests.e2e.people import DESKTOP, PHONE, Person, arrive
from tests.e2e.test_screens import look
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
PATH = "/me/resume"


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server()


class Fingers:
    """Counts what a person would do: a tap per press, two per pick from the phone's own picker, and letters."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0
        self.letters = 0

    async def press(self, name: str) -> None:
        self.taps += 1
        await self.page.get_by_role("button", name=name, exact=True).first.click()

    async def choose(self, name: str) -> None:
        self.taps += 1
        await self.page.get_by_text(name, exact=True).first.click()

    async def pick(self, label: str, value: str) -> None:
        self.taps += 2
        await self.page.get_by_label(label).select_option(value)

    async def write(self, label: str, text: str) -> None:
        self.taps += 1
        self.letters += len(text)
        await self.page.get_by_label(label).fill(text)


SESSIONS = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from jobfair.accounts.models import User
for phone in ("+8613800005561", "+8613800005562", "+8613800005563"):
    user = User.objects.create_user(phone, phone=phone, phone_verified=True)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    print("session", session.session_key)
"""


def sessions_of(server: Server) -> list[str]:
    """Three people who have signed in by phone."""
    return re.findall(r"session (\w+)", server.manage("shell", "-c", SESSIONS))


async def come_in(browser: Browser, server: Server, session: str, *, size: dict[str, int]) -> Person:
    """Someone signed in, in front of the résumé on a device of their own."""
    person = await arrive(browser, server.url, size=size)
    if session:
        await person.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    await person.open(PATH)
    await expect(person.page.get_by_role("heading", level=1)).to_be_visible()
    return person


async def is_saved(page: Page) -> None:
    await expect(page.get_by_text(re.compile(r"已保存.\d\d:\d\d")).first).to_be_visible()


async def fill_in(hands: Fingers, *, looks: str = "") -> None:
    """The shortest way to a complete résumé."""
    page = hands.page

    async def seen(step: str) -> None:
        if looks:
            await look(page, f"resume-{step}", size=looks)

    await hands.write("姓名", "王小明")
    await hands.pick("年份", "1990")
    await hands.pick("月份", "05")
    await seen("who")
    await hands.press("下一步")
    await hands.press("电焊工")
    await hands.pick("城市", "南通市")
    await seen("wish")
    await hands.press("下一步")
    await hands.choose("初中")
    await page.get_by_text(re.compile(r"^5–10.?年$")).first.click()
    hands.taps += 1
    await hands.press("能吃苦")
    await seen("skills")
    await hands.press("下一步")


async def few_letters_and_taps(browser: Browser, server: Server, session: str) -> None:
    """The whole journey may take 60 letters and 30 taps, consent and submission included (two taps of them)."""
    person = await come_in(browser, server, session, size=PHONE)
    hands = Fingers(person.page)
    await fill_in(hands, looks="390x844")
    await person.sees("简历已填好")
    await look(person.page, "resume-send", size="390x844")
    await hands.press("完成")
    await expect(person.page).to_have_url(re.compile(r"/me$"))
    print(f"letters {hands.letters}, taps {hands.taps}")
    assert hands.letters <= 20
    assert hands.taps <= 20
    await person.open(PATH)
    await person.sees("简历已填好")
    await person.context.close()


async def killed_half_way(browser: Browser, server: Server, session: str) -> None:
    first = await come_in(browser, server, session, size=PHONE)
    hands = Fingers(first.page)
    await hands.write("姓名", "王小明")
    await hands.pick("年份", "1990")
    await hands.pick("月份", "05")
    await hands.press("下一步")
    await hands.press("电焊工")
    await is_saved(first.page)
    await first.context.close()
    second = await come_in(browser, server, session, size=PHONE)
    await expect(second.page.get_by_label("想做什么工作")).to_have_value("电焊工")
    await second.press("上一步")
    await expect(second.page.get_by_label("姓名")).to_have_value("王小明")
    await expect(second.page.get_by_label("年份")).to_have_value("1990")
    await second.context.close()


async def typed_without_network(browser: Browser, server: Server) -> None:
    person = await come_in(browser, server, "", size=PHONE)
    await person.page.get_by_label("姓名").fill("王小")
    await is_saved(person.page)
    await person.context.set_offline(True)
    await person.page.get_by_label("姓名").fill("王小明")
    await person.sees("没有网络，已存在本机")
    await look(person.page, "resume-offline", size="390x844")
    await person.page.close(run_before_unload=False)
    await person.context.set_offline(False)
    person.page = await person.context.new_page()
    await person.open(PATH)
    await expect(person.page.get_by_label("姓名")).to_have_value("王小明")
    await is_saved(person.page)
    told = await person.page.evaluate("() => fetch('/api/me/resume').then((reply) => reply.json())")
    assert told["form"]["name"] == "王小明"
    await person.comes_to("Object.keys(localStorage).filter((key) => key.includes('resume'))", [])
    await person.context.close()


async def differing(browser: Browser, server: Server, session: str) -> None:
    one = await come_in(browser, server, session, size=PHONE)
    other = await come_in(browser, server, session, size=DESKTOP)
    await one.page.get_by_label("姓名").fill("王小明")
    await is_saved(one.page)
    await other.page.get_by_label("姓名").fill("王晓明")
    dialog = other.page.get_by_role("alertdialog", name="两台设备填得不一样")
    await expect(dialog).to_contain_text("王小明")
    await expect(dialog).to_contain_text("王晓明")
    await look(other.page, "resume-clash", size="1366x768")
    await dialog.get_by_role("button", name="用另一台的").click()
    await expect(other.page.get_by_label("姓名")).to_have_value("王小明")
    await expect(dialog).not_to_be_visible()
    await is_saved(other.page)
    await one.context.close()
    await other.context.close()


async def test_a_file_is_sent_refused_cancelled_and_removed(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    whole, bad, large = tmp_path / "我的简历.pdf", tmp_path / "简历.pdf", tmp_path / "大.pdf"
    whole.write_bytes(good.pdf(2))
    bad.write_bytes(hostile.pdf_with_a_password())
    large.write_bytes(b"%PDF-1.7" + bytes(11 << 20))
    person = await come_in(browser, server, sessions_of(server)[0], size=DESKTOP)
    page = person.page
    await person.press("看一遍")
    chooser = page.locator("input[type=file]")
    await chooser.set_input_files(bad)
    await person.sees("文件设了密码，请取消密码后另存一份再传。")
    await chooser.set_input_files(large)
    await person.sees("文件超过")
    await page.route("**/api/me/resume/file", lambda route: None)  # the network swallows it
    await chooser.set_input_files(whole)
    await person.press("取消上传")
    await person.sees("已取消，没有保存。")
    await page.unroute("**/api/me/resume/file")
    await chooser.set_input_files(whole)
    link = page.get_by_role("link", name="我的简历.pdf")
    await expect(link).to_be_visible()
    await look(page, "resume-file", size="1366x768")
    async with page.expect_download() as download:
        await link.click()
    assert (await download.value).suggested_filename == "我的简历.pdf"
    async with page.expect_download() as printed:
        await page.get_by_role("link", name=re.compile("下载")).first.click()
    await (await printed.value).save_as(tmp_path / "printed.pdf")
    assert (await printed.value).suggested_filename.endswith(".pdf")
    await person.press("删除")
    await expect(link).not_to_be_visible()
    await person.context.close()


async def by_keyboard_alone(browser: Browser, server: Server) -> None:
    person = await come_in(browser, server, "", size=DESKTOP)
    keys = person.page.keyboard
    await person.page.get_by_label("姓名").focus()
    await keys.type("王小明")
    await keys.press("Tab")
    await keys.type("1990")
    await keys.press("Tab")
    await keys.type("5")
    await keys.press("Tab")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(person.page.get_by_role("heading", level=1)).to_contain_text("想找什么")
    await expect(person.page.get_by_role("heading", level=1)).to_be_focused()
    await keys.press("Tab")
    await keys.type("焊工")
    for _ in range(9):  # past the eight common kinds of work
        await keys.press("Tab")
    for _ in range(6):
        await keys.press("ArrowDown")
    await expect(person.page.get_by_label("城市")).to_have_value("南通市")
    await person.page.get_by_label("想做什么工作").focus()
    await keys.press("Enter")
    await keys.press("Tab")
    await keys.press("Space")
    await expect(person.page.get_by_label("小学")).to_be_checked()
    await keys.press("ArrowRight")
    await expect(person.page.get_by_label("初中")).to_be_checked()
    await is_saved(person.page)
    await person.context.close()


async def test_a_complete_resume_takes_few_letters_and_taps_or_keys_alone(
    browser: Browser, server: Server
) -> None:
    await few_letters_and_taps(browser, server, sessions_of(server)[0])
    await by_keyboard_alone(browser, server)


async def test_nothing_typed_is_lost_to_kills_dead_networks_and_second_devices(
    browser: Browser, server: Server
) -> None:
    one, other, _ = sessions_of(server)
    await killed_half_way(browser, server, one)
    await typed_without_network(browser, server)
    await differing(browser, server, other)
