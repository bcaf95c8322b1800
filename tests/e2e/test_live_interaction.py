"""A poll and a draw from the studio to two phones and back; one presses before signing in, one thinks better of it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.applying import latest_code, sign_in_organiser, verify_phone
from tests.e2e.broadcasting import director, make_broadcast
from tests.e2e.hall import look_at
from tests.e2e.people import DESKTOP, PHONE, Person, arrive
from tests.e2e.test_live_talk import LIVE
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
QUESTION = "找工作你最看重什么"
CHOICES = ["薪酬待遇", "离家近，能照顾家人", "包吃住"]


async def test_a_poll_and_a_draw_reach_two_phones_and_come_back_to_the_studio(
    fair_server: Server, browser: Browser
) -> None:
    room = int(fair_server.manage("shell", "--no-imports", "-c", LIVE).splitlines()[-1])
    make_broadcast(fair_server)  # another room's; it brings two directors
    studio = await director(browser, fair_server, 1)
    await studio.open(f"/studio/{room}")
    await prepare_poll(studio)
    known, stranger = (
        await arrive(browser, fair_server.url, size=PHONE),
        await arrive(browser, fair_server.url, size=PHONE),
    )
    await verify_phone(known, "13800007201")
    for person in (known, stranger):
        await person.open(f"/live/{room}")
        await person.is_connected()
    remote = await director(browser, fair_server, 2)
    await remote.page.set_viewport_size(PHONE)
    await remote.open(f"/studio/{room}/remote")
    await expect(remote.page.locator(".polls")).to_contain_text(QUESTION)
    await look_at(remote, "remote-poll")
    await remote.press("发起")
    for person in (known, stranger):
        await expect(poll_of(person)).to_contain_text(QUESTION)
    await press_choice(known, 0)
    await expect(poll_of(known)).to_contain_text("已投票，结束前可以改")
    await press_choice(known, 2)
    await expect(choice(known, 2)).to_have_attribute("aria-pressed", "true")
    await press_choice(stranger, 2)
    await sign_in_by_phone(stranger, "13800007202")
    await expect(stranger.page).to_have_url(re.compile(rf"/live/{room}$"))
    await expect(choice(stranger, 2)).to_have_attribute("aria-pressed", "true")
    for person in (known, stranger):
        await expect(poll_of(person)).to_contain_text(re.compile("2.?人已投"))
        await expect(choice(person, 2)).to_contain_text("100%")
    await look_at(known, "live-poll")
    await known.page.reload()
    await expect(choice(known, 2)).to_have_attribute("aria-pressed", "true")
    await expect(studio.page.locator(".polls")).to_contain_text(re.compile("2.?人已投"))
    await look_at(studio, "studio-poll")
    await studio.press("结束投票")
    await expect(poll_of(stranger)).to_contain_text("打勾的是你的选择")
    await expect(poll_of(stranger).get_by_role("button")).to_have_count(0)
    late = await arrive(browser, fair_server.url, size=DESKTOP)
    await late.open(f"/live/{room}")
    await expect(poll_of(late)).to_contain_text("投票结果")
    await look_at(late, "live-poll-result")
    await studio.page.locator(".polls").get_by_role("button", name="收起结果").click()
    await expect(poll_of(late)).to_have_count(0)
    await a_draw(studio, [known, stranger], late)


async def a_draw(studio: Person, phones: list[Person], late: Person) -> None:
    desk = studio.page.locator(".draws")
    await desk.locator("form").get_by_label("奖品").fill("智能保温杯")
    await desk.get_by_role("button", name="存好，稍后发起").click()
    await desk.get_by_role("button", name="开放参与").click()
    for number, person in enumerate(phones, start=1):
        await draw_of(person).get_by_role("button", name="参与抽奖").click()
        await expect(draw_of(person)).to_contain_text("已登记，等主持人开奖")
        await expect(draw_of(person).locator(".number")).to_have_text(str(number))
    await look_at(phones[0], "live-draw")
    await expect(desk).to_contain_text(re.compile("2.?人参与"))
    await desk.get_by_role("button", name="现在开奖").click()
    await studio.page.get_by_role("dialog").get_by_role("button", name="现在开奖").click()
    await expect(desk.locator(".winners")).to_contain_text(re.compile(r"138\*{4}720[12]"))
    await look_at(studio, "studio-draw")
    outcomes = [await outcome_of(person) for person in phones]
    assert sorted(outcomes) == ["你抽中了智能保温杯", "这次没有抽中"]
    winner = phones[outcomes.index("你抽中了智能保温杯")]
    await look_at(winner, "live-draw-won")
    await draw_of(late).get_by_role("link", name="名单与验证").click()
    await late.press("在这台手机上重新计算")
    for said in ("种子与先公布的指纹一致", "名单与名单指纹一致", "算出的中奖人与公布的相同"):
        await late.sees(said)
    await expect(late.page.locator(".list li")).to_have_count(2)
    await look_at(late, "draw-check")


def draw_of(person: Person) -> Locator:
    return person.page.get_by_role("region", name="抽奖")


async def outcome_of(person: Person) -> str:
    said = draw_of(person).locator(".mine > span")
    await expect(said).to_contain_text(re.compile("抽中"))
    return (await said.inner_text()).replace("你的序号", "").replace("\u202f", "").strip()


async def prepare_poll(studio: Person) -> None:
    form = studio.page.locator(".polls form")
    await form.get_by_label("问题").fill(QUESTION)
    await form.get_by_role("button", name="再加一个选项").click()
    for place, text in enumerate(CHOICES, start=1):
        await form.get_by_label(re.compile(f"选项.?{place}")).fill(text)
    await form.get_by_role("button", name="存好，稍后发起").click()


def poll_of(person: Person) -> Locator:
    return person.page.get_by_role("region", name="投票")


def choice(person: Person, place: int) -> Locator:
    return poll_of(person).get_by_role("button", name=re.compile(CHOICES[place]))


async def press_choice(person: Person, place: int) -> None:
    await choice(person, place).click()


async def sign_in_by_phone(person: Person, number: str) -> None:
    await person.page.get_by_label("手机号").fill(number)
    await person.page.locator("form button[type=submit]").click()
    await person.page.get_by_label("称呼").fill("李小红")
    await person.page.get_by_label("验证码").fill(await latest_code(person))
    await person.page.locator("form button[type=submit]").click()


WATCHED = """
from datetime import timedelta
from jobfair.accounts.models import User
from livestream.models import AudienceMinute, LiveSession, OutsideViews, Viewing
session = LiveSession.objects.filter(state="published", room__fair__slug="nantong").order_by("pk").first()
airings = list(session.airings.order_by("started_at"))
minutes = int((session.ended_at - session.live_at).total_seconds() // 60)
for minute in range(minutes):
    at = (session.live_at + timedelta(minutes=minute)).replace(second=0, microsecond=0)
    cue = next((one.cue_id for one in airings if one.started_at <= at < one.ended_at), None)
    playing = 1200 + 40 * minute - minute * minute + 180 * (minute % 7)
    AudienceMinute.objects.get_or_create(session=session, at=at,
        defaults=dict(cue_id=cue, playing=playing, present=playing + 90))
for place, one in enumerate(airings):
    for person in range(3 + place):
        Viewing.objects.create(session=session, cue_id=one.cue_id, who=f"device:seen-{person}", is_first=place == 0,
            started_at=one.started_at, seen_until=one.started_at + timedelta(seconds=90 + 20 * person))
OutsideViews.objects.create(session=session, platform="示例平台", views=775300, read_at=session.ended_at,
    source="平台后台截图", by=User.objects.get(username="organiser"))
print(session.pk)
"""


async def test_an_organiser_reads_each_figure_with_what_it_counts(
    fair_server: Server, browser: Browser
) -> None:
    broadcast = int(fair_server.manage("shell", "--no-imports", "-c", WATCHED).splitlines()[-1])
    organiser = await arrive(browser, fair_server.url, size=DESKTOP)
    await sign_in_organiser(organiser, fair_server.demo_password)
    await organiser.open(f"/broadcasts/{broadcast}/audience")
    await organiser.sees("按账号计，未登录的按设备计，同一人只计一次。")
    await expect(organiser.page.get_by_role("img", name=re.compile("每分钟在看人数，最高"))).to_be_visible()
    await expect(organiser.page.get_by_role("region", name="站外观看")).to_contain_text("775,300")
    await look_at(organiser, "audience")
    await organiser.page.locator("figure").scroll_into_view_if_needed()
    await look_at(organiser, "audience-chart")
    await organiser.page.get_by_text("每分钟的数字").click()
    await expect(organiser.page.locator("figure tbody tr").first).to_be_visible()
    async with organiser.page.expect_download() as saved:
        await organiser.press("导出表格")
    assert (await saved.value).suggested_filename == f"audience-{broadcast}.xlsx"
