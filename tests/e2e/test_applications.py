"""From a booth's QR code to an answer: counted taps, lost networks, a second phone, a recruiter who watches."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, Route, expect

from tests.e2e.applying import (
    RESUME,
    Hands,
    agree,
    apply_button,
    first_booth,
    first_position,
    inbox_row,
    latest_code,
    my_applications,
    open_inbox,
    receipt,
    save_resume,
    verify_phone,
)
from tests.e2e.people import DESKTOP, PHONE, Person, arrive, sign_in_recruiter
from tests.e2e.test_poor_browsers import POOR
from tests.faults.server import Server
from tests.pace import Pace

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
NUMBER = "13800001234"


async def fresh_phone(browser: Browser, server: Server, *, number: str = "", resume: bool = False) -> Person:
    person = await arrive(browser, server.url, size=PHONE)
    if number:
        await verify_phone(person, number)
    if resume:
        await save_resume(person)
    return person


async def test_with_a_saved_resume_from_the_booths_code_to_the_receipt_in_eight_taps(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    person = await fresh_phone(browser, server, number=NUMBER, resume=True)
    booth, hands = await first_booth(person), Hands()

    await person.open(f"/b/{booth}")  # the scanned address
    await hands.tap(first_position(person))
    await hands.tap(apply_button(person))
    await hands.tap(person.page.get_by_role("button", name="同意并投递"))
    number = await receipt(person)
    print(f"first application to an employer: {hands.taps} taps, {hands.typed} characters")
    assert hands.taps <= 8
    assert hands.typed == 0
    assert [one["receipt"] for one in await my_applications(person)] == [number]

    # The employer has consent now: the next position is one tap, and pressed twice it is still one.
    before = hands.taps
    await hands.tap(person.page.locator("article.position h3 button").nth(1))
    await apply_button(person).dblclick()
    await expect(person.page.get_by_text(re.compile("回执"))).to_have_count(2)
    assert hands.taps - before == 1
    assert len(await my_applications(person)) == 2


async def test_without_a_resume_killed_in_the_form_and_resumed_on_a_second_phone(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    hands = Hands()
    old = await fresh_phone(browser, server)
    booth = await first_booth(old)
    await old.open(f"/b/{booth}")
    await hands.tap(first_position(old))
    await hands.tap(apply_button(old))
    await prove_phone(old, hands)
    page = old.page
    await expect(page).to_have_url(re.compile("/me/resume"))
    await hands.type(page.get_by_label("姓名"), "王小明")
    await hands.choose(page.get_by_label("年份"), "1990")
    await hands.choose(page.get_by_label("月份"), "05")
    await old.sees("已保存")
    await page.close(run_before_unload=False)  # the phone's battery is empty

    new = await fresh_phone(browser, server)
    server.restart()  # which also forgets that this number was just sent a code
    await new.open(f"/b/{booth}")
    await hands.tap(first_position(new))
    await hands.tap(apply_button(new))
    await prove_phone(new, hands)
    page = new.page
    await expect(page).to_have_url(re.compile("/me/resume"))
    await hands.tap(page.get_by_role("group", name="常见工作").get_by_role("button").first)
    await hands.choose(page.get_by_label("城市"), "南通市")
    await hands.tap(page.get_by_role("button", name="下一步"))
    await hands.tap(page.get_by_text("高中", exact=True))
    await hands.tap(page.get_by_text(re.compile(r"^3–5\s*年$")))
    await hands.tap(page.get_by_role("group", name="点一下就写进去").get_by_role("button").first)
    await hands.tap(page.get_by_role("button", name="下一步"))
    await hands.tap(page.get_by_role("button", name="完成，去投递"))
    await hands.tap(page.get_by_role("button", name="同意并投递"))
    number = await receipt(new)
    print(f"without a résumé, on two phones: {hands.taps} taps, {hands.typed} characters")
    assert hands.taps <= 30
    assert hands.typed <= 60
    assert [one["receipt"] for one in await my_applications(new)] == [number]


async def prove_phone(person: Person, hands: Hands) -> None:
    """In the sheet over the page; the sixth digit confirms."""
    sheet = person.page.get_by_role("dialog")
    await hands.type(sheet.get_by_label("手机号", exact=True), NUMBER)
    await hands.tap(sheet.get_by_role("button", name="获取验证码"))
    await expect(sheet.get_by_label("验证码", exact=True)).to_be_visible()
    await hands.type(sheet.get_by_label("验证码", exact=True), await latest_code(person))


@pytest.mark.parametrize("poor", [False, True], ids=["browser", "in-app browser"])
async def test_a_press_without_network_arrives_once_and_both_sides_follow_it(
    make_server: Callable[..., Server], browser: Browser, poor: bool
) -> None:
    server = make_server(demo=True)
    password = server.demo_password
    seeker = await fresh_phone(browser, server, number=NUMBER, resume=True)
    # The second time the other way round: the recruiter has a phone, as at booths without a desk.
    recruiter = await arrive(browser, server.url, size=PHONE if poor else DESKTOP)
    broken: list[str] = []
    for person in (seeker, recruiter):
        person.page.on("pageerror", lambda error: broken.append(str(error)))
        if poor:
            await person.page.add_init_script(POOR)
    await sign_in_recruiter(recruiter, "recruiter-1", password)
    await open_inbox(recruiter)

    await seeker.open(f"/b/{await first_booth(seeker)}")
    await seeker.is_connected()
    # What a press needs is asked before it.
    async with seeker.page.expect_response("**/consent"), seeker.page.expect_response("**/me/resume"):
        await first_position(seeker).click()
    await expect(apply_button(seeker)).to_be_enabled()
    await seeker.page.wait_for_timeout(500)
    await seeker.context.set_offline(True)
    await apply_button(seeker).click()
    await agree(seeker)
    await seeker.sees("等待发送")
    await expect(seeker.page.get_by_text("回执")).to_have_count(0)
    row = inbox_row(recruiter, RESUME["name"])
    await expect(row).to_have_count(0)
    await seeker.context.set_offline(False)
    number = await receipt(seeker)
    assert [one["receipt"] for one in await my_applications(seeker)] == [number]

    await expect(row).to_be_visible()
    await expect(recruiter.page).to_have_title(re.compile(r"^\(1\)"))
    await expect(recruiter.page.locator('link[rel="icon"]')).to_have_attribute(
        "href", "/static/favicon-unread.svg"
    )
    await row.get_by_role("button").click()
    await recruiter.sees(number)
    await recruiter.sees("熟悉低压配电")
    await seeker.sees("企业已查看")
    await expect(recruiter.page).not_to_have_title(re.compile(r"^\(1\)"))

    await seeker.page.get_by_role("link", name=re.compile("回执")).click()
    await seeker.press("撤回投递")
    await seeker.page.get_by_role("dialog").get_by_role("button", name="撤回", exact=True).click()
    with Pace() as pace:
        seconds = await recruiter.sees("已由求职者撤回")
        allowed = pace.allows(2)
    await expect(recruiter.page.get_by_text("熟悉低压配电")).to_have_count(0)
    await expect(row).to_have_count(0)
    print(f"withdrawn → gone from the open screen: {seconds:.2f} s of {allowed:.1f}")
    assert seconds < allowed
    await seeker.sees("企业已经看不到这份简历")
    assert broken == []


async def reply_after_its_push(route: Route) -> None:
    """A slow reply: what was decided is on the screen while the press itself still waits for its answer."""
    reply = await route.fetch()
    await asyncio.sleep(1)
    await route.fulfill(response=reply)


async def test_a_recruiter_decides_by_keyboard_takes_back_and_gives_reasons(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    password = server.demo_password
    seeker = await fresh_phone(browser, server, number=NUMBER, resume=True)
    await seeker.open(f"/b/{await first_booth(seeker)}")
    await first_position(seeker).click()
    await apply_button(seeker).click()
    await agree(seeker)
    await receipt(seeker)
    await seeker.open("/me")
    recruiter = await arrive(browser, server.url, size=DESKTOP)
    await sign_in_recruiter(recruiter, "recruiter-1", password)
    await open_inbox(recruiter)
    row, keys = inbox_row(recruiter, RESUME["name"]), recruiter.page.keyboard

    await keys.press("j")
    await keys.press("s")  # unread: nothing is decided
    await expect(row).to_contain_text("未看")
    await keys.press("o")
    await recruiter.sees("熟悉低压配电")
    await expect(row).to_contain_text("已看")
    await recruiter.page.route("**/decide", reply_after_its_push)
    await keys.press("i")
    await expect(row).to_contain_text("已邀约")
    await keys.press("u")
    await recruiter.sees("求职者没有收到通知")
    await expect(row).to_contain_text("已看")
    await keys.press("r")
    await recruiter.page.get_by_label("技能或证书与岗位要求有差距").check()
    await recruiter.page.get_by_label("补充说明").fill("需要高压电工证")
    await recruiter.press("确定，告知求职者")
    await expect(row).to_contain_text("不合适")
    await expect(seeker.page.get_by_text("不合适")).to_have_count(0)  # not told while it can be taken back
    await seeker.sees("需要高压电工证")
    await keys.press("/")
    await recruiter.page.keyboard.type("没有这个人")
    await recruiter.sees("这里没有投递")
