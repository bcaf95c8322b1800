"""Places that nothing loses: three lines at once, and a phone refreshed, asleep, exchanged and without network."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.applying import save_resume, verify_phone
from tests.e2e.hall import (
    THIN,
    command,
    crowd,
    first_desk,
    give_time_to_come,
    line_card,
    look_at,
    read,
    recruiter_of,
    serve_next,
)
from tests.e2e.people import PHONE, Person, arrive, take_ticket
from tests.e2e.test_people import sign_in_by_phone
from tests.faults.server import Server
from tests.pace import Pace

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
Rounds = Callable[[int, int], int]
LIVE_AGAIN_WITHIN = 10.0  # seconds; mostly it is about one
AHEAD = f"前面还有{THIN}{{}}{THIN}位"
WATCH_TIME = """() => {
  let last = performance.now();
  window.longest = 0;
  setInterval(() => {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - last);
    last = now;
  }, 50);
}"""


async def test_two_booths_call_at_once_and_the_second_keeps_the_place(
    fair_server: Server, browser: Browser
) -> None:
    pairs = [await recruiter_of(browser, fair_server, number) for number in (1, 2)]
    third = (await read(pairs[0][0], "/fairs/nantong/booths"))[2]["id"]
    seeker = await arrive(browser, fair_server.url, size=PHONE)
    labels = [await take_ticket(seeker, booth) for booth in (pairs[0][1], pairs[1][1], third)]
    for (recruiter, _), label in zip(pairs, labels, strict=False):
        await recruiter.sees(label)
    await seeker.open("/me")
    for label in labels:
        await line_card(seeker, label, "下一位就是你")

    await asyncio.gather(
        *(
            recruiter.page.get_by_role("button", name=re.compile("叫下一位")).first.click()
            for recruiter, _ in pairs
        )
    )
    await expect(seeker.page.locator("main .called")).to_have_count(1)
    await seeker.sees("他们也轮到你了")
    called = await seeker.page.locator("main .called .label").inner_text()
    at, other = (0, 1) if called == labels[0] else (1, 0)
    assert called == labels[at]
    await line_card(seeker, labels[at], "请现在到展位")
    await line_card(seeker, labels[other], "已为你保留")
    await line_card(seeker, labels[2], "下一位就是你")
    await look_at(seeker, "me-called-and-held")
    (winner, _), (waits, booth) = pairs[at], pairs[other]
    await waits.sees("在别处面谈，已留位")
    await waits.sees("位置已为他们保留")
    await look_at(waits, "desk-everyone-held")
    kept = (await read(waits, f"/booths/{booth}/desk"))["waiting"]
    assert [(row["label"], row["state"], row["held"]) for row in kept] == [(labels[other], "waiting", True)]

    await seeker.page.get_by_role("link", name=re.compile(labels[at])).first.click()
    await seeker.press("我到了")
    await winner.press("开始面谈")
    await seeker.sees("正在面谈")
    await expect(winner.page.locator(".endings")).to_be_visible()
    await winner.page.keyboard.press("5")
    await winner.press("记录并结束")
    await seeker.sees("面谈结束")
    await expect(waits.page.get_by_text("在别处面谈，已留位")).to_have_count(0)
    await waits.page.keyboard.press("Space")
    await seeker.open("/me")
    await line_card(seeker, labels[other], "请现在到展位")


async def test_refresh_sleep_another_phone_and_a_dead_network_keep_the_place(
    make_server: Callable[..., Server], browser: Browser, rounds: Rounds
) -> None:
    server = await asyncio.to_thread(make_server, demo=True)
    seeker = await arrive(browser, server.url, size=PHONE)
    await sign_in_by_phone(seeker, "/me")
    await asyncio.to_thread(server.restart)  # which forgets that this number was just sent a code
    recruiter, booth = await recruiter_of(browser, server, 1)
    await crowd(browser, server, booth, 3)
    label = await take_ticket(seeker, booth)
    address = seeker.page.url
    await seeker.sees(AHEAD.format(3))

    await seeker.page.reload()
    await shows(seeker, label, 3)

    await seeker.is_connected()
    with Pace() as pace:
        assert await asleep(seeker, recruiter, booth, rounds(3, 90)) < pace.allows(LIVE_AGAIN_WITHIN)
    await shows(seeker, label, 2)

    other = await arrive(browser, server.url, size=PHONE)
    await sign_in_by_phone(other, "/me")
    await line_card(other, label, AHEAD.format(2))
    await other.open(address.removeprefix(server.url))
    await shows(other, label, 2)

    with Pace() as pace:
        took = await without_network(seeker, recruiter, booth, rounds(10, 90))
        assert took < pace.allows(LIVE_AGAIN_WITHIN)
    print(f"live {took:.1f} s after the network came back")
    await shows(seeker, label, 1)
    await shows(other, label, 1)

    await serve_next(recruiter, booth)
    called = (await command(recruiter, f"/desks/{await first_desk(recruiter, booth)}/call-next"))["ticket"]
    assert called["label"] == label
    await asyncio.gather(seeker.sees("请现在到展位"), other.sees("请现在到展位"))
    assert seeker.page.url == other.page.url == address


async def shows(person: Person, label: str, ahead: int) -> None:
    await expect(person.page.locator("h1.label")).to_have_text(label)
    await person.sees(AHEAD.format(ahead))


async def asleep(seeker: Person, recruiter: Person, booth: int, seconds: float) -> float:
    """The phone sleeps while one person is served; returns the seconds from waking to the right place."""
    session = await seeker.context.new_cdp_session(seeker.page)
    await seeker.page.evaluate(WATCH_TIME)
    await session.send("Debugger.enable")
    await session.send(
        "Debugger.pause"
    )  # no timer and no script of the page runs; headless pages freeze no other way
    began = time.monotonic()
    await serve_next(recruiter, booth)
    await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))
    slept = time.monotonic() - began
    await session.send("Debugger.resume")
    took = await seeker.sees(AHEAD.format(2))
    assert await seeker.page.evaluate("window.longest") >= (slept - 1) * 1000, "the page was not asleep"
    await session.detach()
    return took


async def without_network(seeker: Person, recruiter: Person, booth: int, seconds: float) -> float:
    """One person is served meanwhile; returns the seconds from the network's return to the right place."""
    await seeker.is_connected()
    await seeker.context.set_offline(True)
    began = time.monotonic()
    await seeker.sees("排位已为你保留")
    await serve_next(recruiter, booth)
    await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))
    await seeker.sees(AHEAD.format(2))  # what it last knew; nothing has reached it
    await seeker.context.set_offline(False)
    return await seeker.sees(AHEAD.format(1))


async def test_from_the_ready_check_to_a_resume_handed_in_when_the_booth_closes(
    fair_server: Server, browser: Browser
) -> None:
    server = fair_server
    recruiter, booth = await recruiter_of(browser, server, 4)
    seeker = await arrive(browser, server.url, size=PHONE)
    await verify_phone(seeker, "13800001251")
    await save_resume(seeker)
    await crowd(browser, server, booth, 4)
    label = await take_ticket(seeker, booth)
    await seeker.sees(AHEAD.format(4))
    await expect(seeker.page.get_by_text("准备好了吗")).to_have_count(0)
    await serve_next(recruiter, booth)
    await seeker.sees("准备好了吗")
    await look_at(seeker, "ticket-ready-check")
    await seeker.press("我准备好了")
    await seeker.sees("已告诉展位你准备好了")
    await look_at(seeker, "ticket-ready")
    await recruiter.sees("已准备好")

    for _ in range(3):
        await serve_next(recruiter, booth)
    await recruiter.page.keyboard.press("Space")
    await seeker.sees("请现在到展位")
    await seeker.press(f"10{THIN}分钟后到")
    await seeker.sees("暂离中")
    await look_at(seeker, "ticket-paused")
    await expect(seeker.page.get_by_text("已送达")).to_have_count(1)  # the newest, not one for each press
    await seeker.press("我回来了")
    await seeker.sees("下一位就是你")

    await give_time_to_come(server, onsite=8)
    await recruiter.page.keyboard.press("Space")
    await seeker.sees("请现在到展位")
    await expect(seeker.page.get_by_role("button", name="10")).to_have_count(0)  # once only
    await seeker.sees("刚才没有等到你，已为你后移")  # the worker misses the call
    await look_at(seeker, "ticket-missed-once")
    await recruiter.sees(f"过号{THIN}1{THIN}次")
    await give_time_to_come(server)
    await seeker.sees(label)

    await close_the_booth(recruiter)
    await seeker.sees("展位已结束")
    await seeker.sees("简历可以直接交给他们")
    await look_at(seeker, "ticket-expired")
    await seeker.page.get_by_role("button", name="投递简历").first.click()
    await seeker.page.get_by_role("dialog").get_by_role("button", name="同意并投递").click()
    await seeker.sees("已送达")
    await look_at(seeker, "ticket-expired-applied")
    late = await arrive(browser, server.url, size=PHONE)
    await late.open(f"/b/{booth}")
    await expect(late.page.get_by_role("button", name="取号排队")).to_be_disabled()
    await look_at(late, "booth-closed")


async def close_the_booth(recruiter: Person) -> None:
    """No more tickets first, then close over whoever still waits."""
    await recruiter.press("收摊")
    await recruiter.press("停止发号")
    await recruiter.sees("已停止发号")
    await recruiter.press("结束展位，通知")
    await recruiter.sees("展位已结束")
