"""A place belongs to a person, not to a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.people import PHONE, Person, arrive, take_ticket
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
NUMBER = "13800001234"


async def sign_in_by_phone(person: Person, next_page: str) -> None:
    await person.open(f"/sign-in?next={next_page}")
    await person.page.get_by_label("手机号", exact=True).fill(NUMBER)
    await person.press("获取验证码")
    await person.sees("验证码已发到")
    codes = await (await person.page.request.get(f"{person.url}/api/dev/codes")).json()
    await person.page.get_by_label("验证码", exact=True).fill(codes[0]["code"])
    await person.press("登录")
    await expect(person.page).to_have_url(person.url + next_page)


async def test_a_guests_place_follows_its_person_to_another_phone(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    cards = await (await arrive(browser, server.url, size=PHONE)).page.request.get(
        f"{server.url}/api/fairs/nantong/booths"
    )
    booth = (await cards.json())[0]["id"]
    old = await arrive(browser, server.url, size=PHONE)
    label = await take_ticket(old, booth)
    await sign_in_by_phone(old, "/me")
    await old.sees(label)

    before_me = await arrive(browser, server.url, size=PHONE)
    second = await take_ticket(before_me, booth)
    assert (label, second) == ("1-001", "1-002")

    new = await arrive(browser, server.url, size=PHONE)
    server.restart()  # which also forgets that this number was just sent a code
    await new.open("/me")
    await expect(new.page.get_by_text(label)).to_have_count(0)
    await sign_in_by_phone(new, "/me")
    await new.sees(label)
    await new.page.get_by_text(label).first.click()
    await new.sees("下一位就是你")
    await new.press("退出排队")
    await new.page.get_by_role("dialog").get_by_role("button", name="退出").first.click()
    await new.sees("已退出排队")
    await old.open("/me")
    await old.sees("之前的号")
    await expect(old.page.get_by_role("heading", name="正在排队")).to_have_count(0)
    await before_me.sees("下一位就是你")


async def test_a_refresh_and_a_closed_tab_keep_the_place(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    person = await arrive(browser, server.url, size=PHONE)
    cards = await person.page.request.get(f"{server.url}/api/fairs/nantong/booths")
    label = await take_ticket(person, (await cards.json())[0]["id"])
    await person.page.reload()
    await person.sees(label)
    address = person.page.url
    await person.page.close()
    person.page = await person.context.new_page()
    await person.page.goto(address)
    await person.sees("下一位就是你")
    await person.open("/")
    await person.sees(label)
