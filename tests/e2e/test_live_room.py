"""A broadcast in real browsers: a director moves the rundown, a phone follows and applies from what is on air."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from tests.e2e import applying
from tests.e2e.people import PHONE, arrive
from tests.e2e.test_positions import enter, run
from tests.e2e.test_screens import look
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
FACTS = """
import json
from livestream.models import Cue, LiveSession
live = LiveSession.objects.get(state="live", room__fair__slug="nantong")
replay = LiveSession.objects.get(state="published", room__fair__slug="nantong")
cues = Cue.objects.filter(session=live).select_related("employer")
names = [one.title or one.employer.name for one in cues]
on_air = next(place for place, one in enumerate(cues) if one.state == "on_air")
print(json.dumps({"room": live.room_id, "replay": replay.room_id, "session": replay.pk,
    "names": names, "on_air": on_air}))
"""
SENT = """
import json
from jobfair.applications.models import Application
from livestream.queries.rooms import find_pinned
rows = Application.objects.filter(seeker__phone="+86{phone}").order_by("pk")
print(json.dumps([[one.source, find_pinned(one.source_ref).position_id == one.position_id] for one in rows]))
"""


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(demo=True)


async def test_a_phone_follows_the_rundown_and_applies_from_it(server: Server, browser: Browser) -> None:
    facts = json.loads(run(server, FACTS))
    room, names, place = facts["room"], facts["names"], facts["on_air"]
    phone, director = (
        await arrive(browser, server.url, size=PHONE),
        await enter(browser, server, "director"),
    )
    await applying.verify_phone(phone, "13800004321")
    await applying.save_resume(phone)
    await phone.open("/f/nantong")
    await phone.page.get_by_role("link", name="直播带岗：智能制造专场").click()
    await phone.sees(f"正在讲解 · {names[place]}")
    await look(phone.page, "live-room", size="390x844")
    await director.open(f"/studio/{room}")
    await director.sees("环节单")
    await look(director.page, "studio", size="1366x768")

    await director.page.keyboard.press("ArrowRight")
    took = await phone.sees(f"正在讲解 · {names[place + 1]}")
    print(f"a key pressed in the studio is on the phone after {took:.2f} s")
    await applying.apply_button(phone).first.click()
    await phone.page.get_by_role("dialog").get_by_role("button", name="同意并投递").click()
    await applying.receipt(phone)
    await look(phone.page, "live-room-applied", size="390x844")
    assert json.loads(run(server, SENT.format(phone="13800004321"))) == [["livestream", True]]

    await phone.page.set_viewport_size({"width": 844, "height": 390})
    await look(phone.page, "live-room", size="844x390")


async def test_a_remote_moves_the_rundown_and_a_second_director_is_not_fooled(
    server: Server, browser: Browser
) -> None:
    facts = json.loads(run(server, FACTS))
    names, place = facts["names"], facts["on_air"]
    remote = await enter(browser, server, "director", size="390x844")
    await remote.open(f"/studio/{facts['room']}/remote")
    await remote.sees(names[place])
    await look(remote.page, "studio-remote", size="390x844")
    await remote.page.get_by_role("button", name="下一个").dblclick()
    await expect(remote.page.get_by_role("region", name="正在讲解")).to_contain_text(names[place + 1])
    await remote.page.wait_for_timeout(1_500)  # a second step would have come by now
    await expect(remote.page.get_by_role("region", name="正在讲解")).to_contain_text(names[place + 1])
    await remote.page.get_by_role("button", name="上一个").click()
    await expect(remote.page.get_by_role("region", name="正在讲解")).to_contain_text(names[place])


async def test_a_broadcast_is_planned_and_goes_live_in_the_browser(server: Server, browser: Browser) -> None:
    director = await enter(browser, server, "director")
    page = director.page
    await director.open("/organise/nantong/studio")
    room = page.locator("section", has_text="二号直播间").first
    await room.locator("summary").click()
    await room.get_by_label("标题").fill("返场")
    await room.get_by_label("开播").fill("22:30")
    await room.get_by_label("结束").fill("00:30")  # after midnight
    await room.get_by_role("button", name="安排一场直播").click()
    await look(page, "studio-rooms", size="1366x768")
    await room.locator("li", has_text="返场").get_by_role("link", name="打开导播台").click()
    await director.press("开播")
    await director.sees("开播前请先登记至少一位主持人")
    await page.get_by_label("真实姓名").fill("演示·周岚")
    await director.press("加一位")
    await director.press("查验")
    await page.get_by_role("dialog").get_by_role("button", name="居民身份证").click()
    await director.sees("已查验居民身份证")
    await page.get_by_role("searchbox", name="找企业或岗位").fill("速递")
    await page.get_by_role("region", name="找企业或岗位").get_by_role("checkbox").nth(0).check()
    await page.get_by_role("region", name="找企业或岗位").get_by_role("checkbox").nth(1).check()
    await page.get_by_role("button", name=re.compile("^加入.+家$")).click()
    await page.get_by_label("不带企业的环节").fill("开场")
    await director.press("加入环节")
    opening = page.get_by_role("listitem").filter(has=page.get_by_role("button", name="开场", exact=True))
    await opening.get_by_role("button", name="开场").click()
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator("ol.rundown li").nth(1)).to_contain_text("开场")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator("ol.rundown li").nth(0)).to_contain_text("开场")
    await look(page, "studio-ready", size="1366x768")
    await director.press("开播")
    await director.press("下一个")
    await expect(page.get_by_role("region", name="正在讲解")).to_contain_text("开场")


async def test_who_comes_back_sees_what_was_missed_and_a_replay_has_chapters(
    server: Server, browser: Browser
) -> None:
    facts = json.loads(run(server, FACTS))
    room, names, place = facts["room"], facts["names"], facts["on_air"]
    phone = await arrive(browser, server.url, size=PHONE)
    await phone.open(f"/live/{room}")
    await phone.sees(f"正在讲解 · {names[place]}")
    await phone.comes_to(f"localStorage.getItem('jobfair.own.live.watched.{room}') !== null", True)
    # As if the phone had been in a pocket since before the second employer.
    await phone.page.evaluate(
        """(name) => {
          const kept = JSON.parse(localStorage.getItem(name));
          localStorage.setItem(name, JSON.stringify({ ...kept, seenUntil: kept.seenUntil - 3_600_000 }));
        }""",
        f"jobfair.own.live.watched.{room}",
    )
    await phone.page.reload()
    await phone.page.get_by_role("button", name="你离开时讲了").click()
    await expect(phone.page.get_by_role("dialog")).to_contain_text(names[1])
    await look(phone.page, "live-missed", size="390x844")
    await phone.press("都看过了")
    await expect(phone.page.get_by_role("button", name="你离开时讲了")).to_have_count(0)

    await phone.open(f"/live/{facts['replay']}")
    await phone.sees("章节")
    await expect(phone.page.get_by_role("button", name="投递").first).to_be_visible()
    await look(phone.page, "live-replay", size="390x844")
    await phone.open(f"/replays/{facts['session']}")
    await expect(phone.page.get_by_role("button", name="投递").first).to_be_visible()
