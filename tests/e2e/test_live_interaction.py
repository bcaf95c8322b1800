"""A poll from the studio to two phones and back: one presses before signing in, the other changes his mind."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.applying import latest_code, verify_phone
from tests.e2e.broadcasting import director, make_broadcast
from tests.e2e.hall import look_at
from tests.e2e.people import DESKTOP, PHONE, Person, arrive
from tests.e2e.test_live_talk import LIVE
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
QUESTION = "找工作你最看重什么"
CHOICES = ["薪酬待遇", "离家近，能照顾家人", "包吃住"]


async def test_a_poll_reaches_two_phones_and_their_votes_the_studio(
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
    await studio.press("发起")
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
    await studio.press("收起结果")
    await expect(poll_of(late)).to_have_count(0)


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
