"""Around the desks: paper claimed on a phone, a line served from a recruiter's phone, the wall."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.e2e import applying
from tests.e2e.hall import THIN, command, crowd, first_desk, give_time_to_come, look_at, read, recruiter_of
from tests.e2e.people import DESKTOP, PHONE, Person, arrive
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
Rounds = Callable[[int, int], int]


async def sheet_size(person: Person) -> tuple[int, int]:
    """Of what the printer gets, in millimetres."""
    paper = await person.page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", paper)
    assert len(boxes) == 1, f"{len(boxes)} sheets"
    width, height = (round(float(points) / 72 * 25.4) for points in boxes[0])
    return width, height


async def test_a_walk_ins_paper_is_claimed_on_a_phone(fair_server: Server, browser: Browser) -> None:
    recruiter, booth = await recruiter_of(browser, fair_server, 3)
    clerk = await arrive(browser, fair_server.url, size=DESKTOP)
    await applying.sign_in_organiser(clerk, fair_server.demo_password)
    await clerk.open("/kiosk/nantong")
    employer = (await read(recruiter, f"/booths/{booth}"))["booth"]["employer"]["name"]
    await look_at(clerk, "kiosk")
    await clerk.page.get_by_role("button", name=re.compile(employer)).click()
    await look_at(clerk, "kiosk-holder")
    await clerk.press("取号并打印")
    paper = clerk.page.locator(".paper")
    await expect(paper).to_be_visible()
    await look_at(clerk, "kiosk-paper")
    label = (await paper.locator(".label").inner_text()).strip()
    code = re.sub(r"\s", "", await paper.locator(".code b").inner_text())
    assert (label, len(code)) == ("3-001", 6)
    assert await sheet_size(clerk) == (80, 150)
    await clerk.press("58")
    assert await sheet_size(clerk) == (58, 140)
    await recruiter.sees("纸质号")

    seeker = await arrive(browser, fair_server.url, size=PHONE)  # whose camera opened the paper's address
    await seeker.open(f"/claim?label={label}&code={code}")
    await look_at(seeker, "claim")
    await seeker.press("领到这部手机")
    await expect(seeker.page).to_have_url(re.compile(r"/t/\d+$"))
    await expect(seeker.page.locator("h1.label")).to_have_text(label)
    await seeker.sees("下一位就是你")
    await recruiter.page.keyboard.press("Space")
    await seeker.sees("请现在到展位")

    thief = await arrive(browser, fair_server.url, size=PHONE)
    await thief.open("/claim")
    await thief.press("领到这部手机")
    await thief.sees("请填写纸条上的号码和领取码")
    await thief.page.get_by_label("号码").fill(label)
    await thief.page.get_by_label("领取码").fill(code)
    await thief.press("领到这部手机")
    await thief.sees("已被领取")
    await look_at(thief, "claim-refused")


async def test_a_clerk_registers_what_a_certificate_gives(fair_server: Server, browser: Browser) -> None:
    """For the paper just printed, and for somebody who comes back with a number."""
    recruiter, booth = await recruiter_of(browser, fair_server, 5)
    clerk = await arrive(browser, fair_server.url, size=DESKTOP)
    await applying.sign_in_organiser(clerk, fair_server.demo_password)
    await clerk.open("/kiosk/nantong")
    employer = (await read(recruiter, f"/booths/{booth}"))["booth"]["employer"]["name"]
    for label in ("5-001", "5-002"):
        await clerk.page.get_by_role("button", name=re.compile(employer)).click()
        await clerk.press("取号并打印")
        await expect(clerk.page.locator(".paper .label")).to_have_text(label)
        if label == "5-001":
            await clerk.press("下一位")
    await clerk.press("优先登记")
    await clerk.page.get_by_text("残疾人证").click()
    await look_at(clerk, "kiosk-priority")
    await clerk.page.get_by_role("button", name="登记", exact=True).click()
    await clerk.sees("已登记优先，5-002 排到前面")
    line = await read(recruiter, f"/booths/{booth}/desk")
    assert [one["label"] for one in line["waiting"]][:2] == ["5-002", "5-001"]

    await clerk.press("下一位")
    number = clerk.page.get_by_label("已有号码")
    await number.fill("5")
    await clerk.press("查号码")
    await clerk.sees("请填写完整号码")
    await number.fill("５－2")
    await clerk.press("查号码")
    await clerk.sees("5-002 已登记过优先")
    await look_at(clerk, "kiosk-number")


class Thumb:
    """One hand on the console's phone layout; every tap is counted."""

    def __init__(self, recruiter: Person) -> None:
        self.recruiter = recruiter
        self.page = recruiter.page
        self.main = self.page.locator(".dock .main")
        self.taps = 0

    async def tap(self, name: str, *, within: str = "body") -> None:
        button = self.page.locator(within).get_by_role("button", name=re.compile(name))
        await button.filter(visible=True).first.tap()
        self.taps += 1

    async def view(self, name: str) -> None:
        await self.tap(name, within=".dock nav")

    async def press_main(self, says: str) -> None:
        await expect(self.main).to_contain_text(says)
        await expect(self.main).to_be_enabled()
        await self.main.tap()
        self.taps += 1

    async def call(self) -> str:
        """Whoever is next, as the button said."""
        await expect(self.main).to_contain_text(re.compile(r"叫下一位\s*\d+-\d+"))
        label = (await self.main.locator(".num").inner_text()).strip()
        await self.press_main("叫下一位")
        await expect(self.main).to_contain_text(f"开始面谈{label}")
        return label

    async def talk(self, ending: str) -> None:
        """With whoever is called, to a recorded end."""
        await self.press_main("开始面谈")
        await self.tap(f"^{ending}", within=".endings")
        await self.press_main("记录并结束")

    async def row(self, label: str) -> None:
        await self.view("队伍")
        await self.page.locator(".rows .row").filter(has_text=label).tap()
        self.taps += 1


async def test_a_recruiters_phone_serves_the_line_without_a_desktop(
    fair_server: Server, browser: Browser, rounds: Rounds
) -> None:
    recruiter, booth = await recruiter_of(browser, fair_server, 1, PHONE)
    people = rounds(9, 20)
    await give_time_to_come(fair_server, online=8)
    joined = await crowd(browser, fair_server, booth, people, online=(people - 1,))
    guests = {f"1-{number:03d}": guest for number, guest in enumerate(joined, start=1)}
    afar = f"1-{people:03d}"
    hand = Thumb(recruiter)

    await undo_a_call_and_a_finish(hand)
    behind = [row["label"] for row in await line_of(recruiter, booth) if row["label"] != afar]
    aside, moved, skipped = behind[1], behind[2], behind[-1]
    await set_aside_send_on_and_call_out_of_turn(hand, aside, moved, guests[moved], skipped)

    has_missed = False
    for _ in range(people - 3):  # all but four, and one of them twice
        label = await hand.call()
        if label == afar and not has_missed:
            await expect(hand.main).to_contain_text("叫下一位")  # nobody came
            await give_time_to_come(fair_server)
            has_missed = True
        else:
            await hand.talk("留作储备")
            await recruiter.sees(f"已记录：{label}")
    assert has_missed
    await command(guests[aside], f"/tickets/{await own_ticket(guests[aside])}/resume")
    assert await hand.call() == aside
    await hand.talk("只记已面谈")
    await recruiter.sees(f"已记录：{aside}")
    await expect(hand.main).to_be_disabled()

    desk = await read(recruiter, f"/booths/{booth}/desk")
    assert (desk["talked_today"], desk["waiting"]) == (people - 1, [])
    await close_the_booth(hand)
    print(f"{people} people, {hand.taps} taps")


async def undo_a_call_and_a_finish(hand: Thumb) -> None:
    slip = await hand.call()
    await hand.tap("^撤销")
    assert await hand.call() == slip  # at its old place
    await hand.talk("现场录用")
    await hand.recruiter.sees(f"已记录：{slip}")
    await hand.tap("^撤销")
    await hand.tap("^只记已面谈", within=".endings")
    await hand.press_main("记录并结束")
    await hand.recruiter.sees("只记已面谈")


async def set_aside_send_on_and_call_out_of_turn(
    hand: Thumb, aside: str, moved: str, guest: Person, skipped: str
) -> None:
    """`guest` holds the ticket `moved`."""
    await hand.row(aside)
    await look_at(hand.recruiter, "desk-line")
    await hand.tap("先放一放", within=".pick")
    await hand.recruiter.sees(f"{aside}{THIN}暂离")
    await look_at(hand.recruiter, "desk-held")
    await hand.row(moved)
    await hand.tap("转其他展位", within=".pick")
    await hand.tap("^2", within=".transfer ul")
    await look_at(hand.recruiter, "desk-transfer")
    await hand.tap("转过去")
    await hand.recruiter.sees("已转到")
    sent_on = await revisit(guest)
    await sent_on.sees("看新的号码")
    await look_at(sent_on, "ticket-transferred")
    await hand.row(skipped)
    await hand.tap("先叫这一位", within=".pick")
    await hand.tap("人已在展位前", within=".pick")
    await look_at(hand.recruiter, "desk-skip")
    await hand.tap(rf"^叫\s*{skipped}", within=".pick")
    await hand.talk("邀约复试")


async def close_the_booth(hand: Thumb) -> None:
    await hand.view("更多")
    await look_at(hand.recruiter, "desk-more")
    await hand.tap("收摊")
    await look_at(hand.recruiter, "desk-close-out")
    await hand.tap("结束展位")
    await hand.recruiter.sees("展位已结束")
    await look_at(hand.recruiter, "desk-closed")


async def revisit(guest: Person) -> Person:
    """The guest's phone again, on the page of the ticket that was taken first."""
    guest.page = await guest.context.new_page()
    await guest.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await guest.open(f"/t/{min(one['id'] for one in await read(guest, '/me/tickets'))}")
    return guest


async def line_of(recruiter: Person, booth: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await read(recruiter, f"/booths/{booth}/desk"))["waiting"]
    return found


async def own_ticket(guest: Person) -> int:
    return int((await read(guest, "/me/tickets"))[0]["id"])


async def test_the_wall_shows_its_zones_calls_and_heals(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = await asyncio.to_thread(make_server, demo=True)
    recruiter, booth = await recruiter_of(browser, server, 1)
    desk = await first_desk(recruiter, booth)
    await crowd(browser, server, booth, 2)
    wall = await arrive(browser, server.url, size={"width": 1920, "height": 1080})
    elsewhere = await arrive(browser, server.url, size=DESKTOP)
    await wall.open("/display/nantong?zone=A")
    await elsewhere.open("/display/nantong?zone=D")
    await asyncio.gather(wall.sees("等待叫号"), elsewhere.sees("等待叫号"))
    called = (await command(recruiter, f"/desks/{desk}/call-next"))["ticket"]
    await wall.sees(called["label"])
    await look_at(wall, "display-one")
    await command(recruiter, f"/tickets/{called['id']}/undo", {"what": "call"})
    await expect(wall.page.locator(".tile")).to_have_count(0)

    server.kill9()
    await wall.sees("网络断开")
    await asyncio.to_thread(server.start)
    await wall.sees("实时更新")
    called = (await command(recruiter, f"/desks/{desk}/call-next"))["ticket"]
    await wall.sees(called["label"])
    assert await elsewhere.page.get_by_text(called["label"]).count() == 0
    tall = await wall.page.locator(".hero .label").evaluate("one => one.getBoundingClientRect().height")
    assert tall >= 200  # 127 mm on a 55-inch screen
