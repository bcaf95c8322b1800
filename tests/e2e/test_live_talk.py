"""Keeping order and answering, in a browser: what is said is shown as text, deleted at a key, answered for all."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.applying import sign_in_organiser, verify_phone
from tests.e2e.hall import look_at
from tests.e2e.people import DESKTOP, PHONE, Person, arrive
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
ATTACKS = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg/onload=window.hit=1>",
    "{{constructor.constructor('window.hit=1')()}}",
    "javascript:window.hit=1",
]
TALK = """
import json
from datetime import timedelta
from jobfair.core import clock
from jobfair.accounts.models import User
from jobfair.employers.models import Participation, Recruiter
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from livestream.models import LiveSession, Room
from livestream.services import questions, talk
now = clock.now()
fair = Fair.objects.get(slug="nantong")
room, _ = Room.objects.get_or_create(fair=fair, name="提问测试间{run}")
for number, text in enumerate({lines}):
    user, _ = User.objects.get_or_create(username=f"talker-{{number}}", defaults=dict(
        display_name="<b>王</b>小明", phone=f"+861380000{{7000 + number}}", phone_verified=True))
    [said] = talk.say_many(said=[talk.Said(user.pk, room.pk, f"{run}-{{number:05d}}", text)], now=now)
    assert not isinstance(said, Exception), said
recruiter = User.objects.get(username="recruiter-1")
employer = Recruiter.objects.get(user=recruiter).employer
participation = Participation.objects.get(employer=employer, fair=fair)
position = Position.objects.filter(employer=employer, fair=fair, state="published").first()
for number, text in enumerate({asked}):
    user = User.objects.get(username=f"talker-{{number}}")
    questions.ask(room=room, by=user, cid=f"{run}-ask-{{number:05d}}", text=text, position_id=position.pk, now=now)
print(json.dumps(dict(room=room.pk, inbox=participation.pk, position=position.pk)))
"""


def talk(server: Server, lines: list[str], asked: list[str]) -> dict[str, int]:
    said, wanted = (json.dumps(texts, ensure_ascii=False) for texts in (lines, asked))
    code = TALK.format(lines=said, asked=wanted, run=uuid4().hex[:8])
    found: dict[str, int] = json.loads(server.manage("shell", "--no-imports", "-c", code).splitlines()[-1])
    return found


async def nothing_ran(page: Page) -> None:
    assert await page.evaluate("window.hit") is None
    assert await page.locator("script:not([src]):not([type]), img[src=x], svg[onload]").count() == 0


async def test_a_moderator_keeps_order_by_keys_and_reads_attacks_as_text(
    fair_server: Server, browser: Browser
) -> None:
    told = ["夜班补贴多少", *ATTACKS, "加我微信13800001234", "这句要删掉"]
    room = talk(fair_server, told, ["<img src=x onerror=window.hit=1>有宿舍吗", "夜班补贴是多少"])["room"]
    moderator = await arrive(browser, fair_server.url, size=DESKTOP)
    await sign_in_organiser(moderator, fair_server.demo_password)
    await moderator.open(f"/live/{room}/moderation")
    page = moderator.page
    lines = page.locator("section.lines li")
    await expect(lines).to_have_count(len(told) - 1)
    for attack in ATTACKS:
        await expect(lines.filter(has_text=attack)).to_have_count(1)
    await nothing_ran(page)
    await look_at(moderator, "moderation")
    await lines.filter(has_text="这句要删掉").get_by_role("button").click()
    await page.keyboard.press("d")
    await expect(lines.filter(has_text="这句要删掉")).to_have_count(0)
    held = page.locator("section.held li")
    await expect(held).to_have_count(1)
    await held.get_by_role("button", name="不显示", exact=True).click()
    await moderator.sees("没有待审核的发言")
    await lines.first.get_by_role("button").click()
    await page.keyboard.press("m")
    await page.get_by_role("dialog").get_by_role("button", name=re.compile("5.?分钟")).click()
    await look_at(moderator, "moderation-silence")
    await page.get_by_role("dialog").get_by_role("button", name="确定禁言").click()
    await expect(lines.filter(has_text="夜班补贴多少")).to_have_count(0)
    await expect(page.get_by_role("button", name="解除")).to_be_visible()
    await page.get_by_role("combobox").first.select_option("10")
    await expect(page.get_by_placeholder(re.compile("慢速模式，每.?10.?秒一条"))).to_be_visible()


async def test_an_answer_given_off_the_air_reaches_who_waits(fair_server: Server, browser: Browser) -> None:
    ids = talk(fair_server, ["在吗", "在的"], ["<img src=x onerror=window.hit=1>宿舍几人间"])
    recruiter = await arrive(browser, fair_server.url, size=PHONE)
    await sign_in_recruiter_quietly(recruiter, fair_server.demo_password)
    await recruiter.open(f"/inbox/{ids['inbox']}/questions")
    card = recruiter.page.locator(".card").filter(has_text="宿舍几人间").first
    await card.get_by_role("textbox").fill("有，四人间，水电平摊。")
    await look_at(recruiter, "question-desk")
    await card.get_by_role("button", name="回答").click()
    await expect(recruiter.page.get_by_role("region", name="已回答")).to_contain_text(
        "有，四人间，水电平摊。"
    )
    await nothing_ran(recruiter.page)
    seeker = await arrive(browser, fair_server.url, size=PHONE)
    await verify_phone(seeker, "13800007999")
    reply = await seeker.page.request.get(f"{seeker.url}/api/positions/{ids['position']}/questions")
    faq: dict[str, Any] = await reply.json()
    assert [one["answer"] for one in faq["items"]][:1] == ["有，四人间，水电平摊。"]
    await seeker.open(f"/p/{ids['position']}")
    asked = seeker.page.locator(".faq")
    await expect(asked).to_contain_text("宿舍几人间")
    await expect(asked).to_contain_text("有，四人间，水电平摊。")
    await nothing_ran(seeker.page)
    await asked.scroll_into_view_if_needed()
    await look_at(seeker, "position-faq")


async def sign_in_recruiter_quietly(person: Person, password: str) -> None:
    from tests.e2e.chatting import sign_in_staff

    await sign_in_staff(person, "recruiter-1", password)


LIVE = """
from livestream.models import LiveSession
print(LiveSession.objects.get(state="live", room__fair__slug="nantong").room_id)
"""


async def test_a_line_flies_over_the_picture_and_a_question_is_joined(
    fair_server: Server, browser: Browser
) -> None:
    room = int(fair_server.manage("shell", "--no-imports", "-c", LIVE).splitlines()[-1])
    speaker = await arrive(browser, fair_server.url, size=PHONE)
    other = await arrive(browser, fair_server.url, size=PHONE)
    for person, number in ((speaker, "13800007101"), (other, "13800007102")):
        await verify_phone(person, number)
        await person.open(f"/live/{room}")
        await expect(person.page.get_by_placeholder("说点什么")).to_be_visible()
        await person.is_connected()
    await other.page.evaluate(
        """() => new MutationObserver((all) => { for (const one of all) for (const node of one.addedNodes)
        if (node.textContent === "包住吗？几人间") window.flown = true; })
        .observe(document.querySelector(".danmaku"), {childList: true})"""
    )
    await speaker.page.get_by_placeholder("说点什么").fill("包住吗？几人间")
    await speaker.press("发送")
    await expect(other.page.get_by_role("log")).to_contain_text("包住吗？几人间")
    await other.comes_to("window.flown", True)
    await look_at(other, "live-talk")
    await speaker.page.locator(".tabs").get_by_role("button", name=re.compile("^提问")).click()
    await speaker.page.get_by_placeholder("想问企业什么").fill("体检要自己出钱吗")
    await speaker.page.locator("form").get_by_role("button", name="提问").click()
    await speaker.sees("已提交，有回答会通知你。")
    await other.page.locator(".tabs").get_by_role("button", name=re.compile("^提问")).click()
    await other.page.get_by_role("button", name=re.compile("^同问")).click()
    await other.sees("已同问")
    await look_at(other, "live-questions")
