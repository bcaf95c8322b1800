"""Several lines at once, places that nothing loses, paper, a recruiter's phone, and the wall."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from tests.e2e import applying
from tests.e2e.hall import command, crowd, first_desk, read, recruiter_of
from tests.e2e.people import DESKTOP, PHONE, Person, arrive, take_ticket
from tests.e2e.test_people import sign_in_by_phone
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages, pytest.mark.timeout(240)]
Rounds = Callable[[int, int], int]


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(demo=True)


async def line_card(person: Person, label: str) -> str:
    """What my fair says of one place in line."""
    card = person.page.locator("main a", has_text=label).first
    await expect(card).to_be_visible(timeout=15_000)
    return await card.inner_text()


async def test_two_booths_call_at_once_and_the_second_keeps_the_place(
    server: Server, browser: Browser
) -> None:
    pairs = [await recruiter_of(browser, server, number) for number in (1, 2)]
    third = (await read(pairs[0][0], "/fairs/nantong/booths"))[2]
    seeker = await arrive(browser, server.url, size=PHONE)
    labels = [await take_ticket(seeker, booth) for booth in (pairs[0][1], pairs[1][1], third["id"])]
    await seeker.open("/me")
    for label in labels:
        assert "下一位就是你" in await line_card(seeker, label)

    presses = [
        recruiter.page.get_by_role("button", name=re.compile("叫下一位")).first.click()
        for recruiter, _ in pairs
    ]
    await asyncio.gather(*presses)
    await expect(seeker.page.locator("main .called")).to_have_count(1, timeout=15_000)
    await seeker.sees("已为你保留", within=15)
    cards = {label: await line_card(seeker, label) for label in labels}
    called = next(index for index in (0, 1) if "请现在到展位" in cards[labels[index]])
    held = 1 - called
    assert "已为你保留" in cards[labels[held]]
    assert "下一位就是你" in cards[labels[2]]
    (winner, _), (waits, _) = pairs[called], pairs[held]
    await waits.sees("在别处面谈，已留位", within=15)
    await waits.sees("位置已为他们保留")

    await seeker.page.get_by_role("link", name=re.compile(labels[called])).first.click()
    await seeker.press("我到了")
    await winner.press("开始面谈")
    await winner.page.keyboard.press("5")
    await winner.press("记录并结束")
    await seeker.sees("面谈结束", within=15)
    await expect(waits.page.get_by_text("在别处面谈，已留位")).to_have_count(0, timeout=15_000)
    await waits.page.keyboard.press("Space")
    await seeker.open("/me")
    await expect(seeker.page.locator("main a", has_text=labels[held]).first).to_contain_text(
        "请现在到展位", timeout=15_000
    )


async def test_refresh_sleep_another_phone_and_a_dead_network_keep_the_place(
    server: Server, browser: Browser, rounds: Rounds
) -> None:
    recruiter, booth = await recruiter_of(browser, server, 1)
    desk = await first_desk(recruiter, booth)
    await asyncio.to_thread(crowd, server, booth, 2)
    seeker = await arrive(browser, server.url, size=PHONE)
    await sign_in_by_phone(seeker, "/me")
    label = await take_ticket(seeker, booth)
    ticket = seeker.page.url.rsplit("/", 1)[-1]
    await seeker.sees("前面还有 2 位".replace(" ", "\u202f"), within=15)

    await seeker.page.reload()  # refresh
    await seeker.sees(label, within=15)
    await seeker.sees("前面还有 2 位".replace(" ", "\u202f"), within=15)

    session = await seeker.context.new_cdp_session(seeker.page)  # sleep: nothing of the page runs
    await session.send("Page.setWebLifecycleState", {"state": "frozen"})
    await command(recruiter, f"/desks/{desk}/call-next")
    await asyncio.sleep(rounds(2, 60))
    await session.send("Page.setWebLifecycleState", {"state": "active"})
    await seeker.sees("前面还有 1 位".replace(" ", "\u202f"), within=45)
    await seeker.sees(label)

    other = await arrive(browser, server.url, size=PHONE)  # another phone of the same person
    await sign_in_by_phone(other, "/me")
    assert "1" in await line_card(other, label)

    await seeker.is_connected()
    await seeker.context.set_offline(True)  # no network
    await seeker.sees("排位已为你保留", within=45)
    called = (await read(recruiter, f"/booths/{booth}/desk"))["waiting"][0]["ticket_id"]
    await command(recruiter, f"/tickets/{called}/serve")
    await command(recruiter, f"/tickets/{called}/finish", {"result": "talked"})
    second = (await command(recruiter, f"/desks/{desk}/call-next"))["ticket"]["id"]
    await command(recruiter, f"/tickets/{second}/serve")
    await command(recruiter, f"/tickets/{second}/finish", {"result": "talked"})
    assert (await command(recruiter, f"/desks/{desk}/call-next"))["ticket"]["label"] == label
    await asyncio.sleep(rounds(4, 90))
    await seeker.sees(label)
    await seeker.context.set_offline(False)
    await seeker.sees("请现在到展位", within=45)
    await other.sees("请现在到展位", within=15)
    assert seeker.page.url.endswith(f"/t/{ticket}")


async def sheet_size(person: Person) -> tuple[int, int]:
    """Of what the printer gets, in millimetres."""
    paper = await person.page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", paper)
    assert len(boxes) == 1, f"{len(boxes)} sheets"
    width, height = (round(float(points) / 72 * 25.4) for points in boxes[0])
    return width, height


async def test_a_walk_ins_paper_is_claimed_on_a_phone(server: Server, browser: Browser) -> None:
    recruiter, booth = await recruiter_of(browser, server, 1)
    clerk = await arrive(browser, server.url, size=DESKTOP)
    await applying.sign_in_organiser(clerk, server.demo_password)
    await clerk.open("/kiosk/nantong")
    employer = (await read(recruiter, f"/booths/{booth}/desk"))["employer_name"]
    await clerk.page.get_by_role("button", name=re.compile(employer)).click()
    await clerk.press("取号并打印")
    paper = clerk.page.locator(".paper")
    await expect(paper).to_be_visible(timeout=15_000)
    label = (await paper.locator(".label").inner_text()).strip()
    code = re.sub(r"\s", "", await paper.locator(".code b").inner_text())
    assert (label, len(code)) == ("1-001", 6)
    assert await sheet_size(clerk) == (80, 150)
    await clerk.press("58")
    assert await sheet_size(clerk) == (58, 140)
    await recruiter.sees("纸质号", within=15)

    seeker = await arrive(browser, server.url, size=PHONE)  # whose camera opened the paper's address
    await seeker.open(f"/claim?label={label}&code={code}")
    await seeker.press("领到这部手机")
    await expect(seeker.page).to_have_url(re.compile(r"/t/\d+$"), timeout=15_000)
    await seeker.sees("下一位就是你", within=15)
    await recruiter.page.keyboard.press("Space")
    await seeker.sees("请现在到展位", within=15)

    thief = await arrive(browser, server.url, size=PHONE)
    await thief.open("/claim")
    await thief.press("领到这部手机")
    await thief.sees("请填写纸条上的号码和领取码")
    await thief.page.get_by_label("号码").fill(label)
    await thief.page.get_by_label("领取码").fill(code)
    await thief.press("领到这部手机")
    await thief.sees("已被领取", within=15)


async def test_a_recruiters_phone_serves_the_line_without_a_desktop(
    server: Server, browser: Browser, rounds: Rounds
) -> None:
    recruiter, booth = await recruiter_of(browser, server, 1, PHONE)
    people = rounds(4, 20)
    await asyncio.to_thread(crowd, server, booth, people)
    main = recruiter.page.locator(".dock .main")
    tapped = 0
    for number in range(1, people + 1):
        label = f"1-{number:03d}"
        await expect(main).to_contain_text(label, timeout=15_000)
        await main.tap()
        await expect(main).to_contain_text("开始面谈", timeout=15_000)
        if number == 1:  # a slip of the thumb, taken back
            await recruiter.page.get_by_role("button", name=re.compile("撤销")).tap()
            await expect(main).to_contain_text("叫下一位", timeout=15_000)
            await main.tap()
            await expect(main).to_contain_text("开始面谈", timeout=15_000)
        await main.tap()
        await recruiter.page.get_by_role("button", name="留作储备").tap()
        await expect(main).to_contain_text("记录并结束", timeout=15_000)
        await main.tap()
        await recruiter.sees(
            f"已记录：{label}".replace("：1", "：\u202f1").replace("：\u202f", "："), within=15
        )
        tapped += 4
    await expect(main).to_be_disabled(timeout=15_000)
    desk = await read(recruiter, f"/booths/{booth}/desk")
    assert (desk["talked_today"], desk["waiting"]) == (people, [])
    await recruiter.page.locator(".dock nav").get_by_role("button", name="更多").tap()
    await recruiter.press("收摊")
    await recruiter.press("结束展位")
    await recruiter.sees("展位已结束", within=15)
    print(f"{people} people, {tapped} taps")


HEAP = "JSHeapUsedSize"


async def test_the_wall_shows_calls_heals_and_does_not_grow(
    server: Server, browser: Browser, rounds: Rounds
) -> None:
    recruiter, booth = await recruiter_of(browser, server, 1)
    desk = await first_desk(recruiter, booth)
    await asyncio.to_thread(crowd, server, booth, 3)
    wall = await arrive(browser, server.url, size={"width": 1920, "height": 1080})
    elsewhere = await arrive(browser, server.url, size=DESKTOP)
    await wall.open("/display/nantong?zone=A")
    await elsewhere.open("/display/nantong?zone=D")
    await wall.sees("等待叫号", within=15)

    async def one_call() -> None:
        called = (await command(recruiter, f"/desks/{desk}/call-next"))["ticket"]
        await wall.sees(called["label"], within=15)
        await command(recruiter, f"/tickets/{called['id']}/undo", {"what": "call"})
        await expect(wall.page.get_by_text(called["label"])).to_have_count(0, timeout=15_000)

    session = await wall.context.new_cdp_session(wall.page)
    await session.send("Performance.enable")

    async def heap() -> float:
        await session.send("HeapProfiler.collectGarbage")
        metrics = (await session.send("Performance.getMetrics"))["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == HEAP))

    for _ in range(2):  # what is made once is made
        await one_call()
    before, started, calls = await heap(), time.monotonic(), 0
    while calls < 4 or time.monotonic() - started < rounds(0, 3600):
        await one_call()
        calls += 1
    grown = await heap() - before
    minutes = (time.monotonic() - started) / 60
    print(f"{calls} calls in {minutes:.1f} min: heap {before / 1e6:.2f} MB, grown by {grown / 1e6:+.2f} MB")
    assert grown < 1.5e6
    assert await elsewhere.page.get_by_text("1-001").count() == 0

    server.kill9()
    await wall.sees("网络断开", within=60)
    server.start()
    await wall.sees("实时更新", within=60)
    called = (await command(recruiter, f"/desks/{desk}/call-next"))["ticket"]
    await wall.sees(called["label"], within=15)
    tallest = await wall.page.locator(".hero .label").evaluate("one => one.getBoundingClientRect().height")
    assert tallest >= 200  # 127 mm on a 55-inch screen
