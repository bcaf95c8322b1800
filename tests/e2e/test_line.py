"""A seeker on a phone and a recruiter at a desk, in two real browsers, through a dying server."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import Stores
from tests.e2e.people import DESKTOP, PHONE, Person, arrive, sign_in_recruiter, take_ticket
from tests.faults.server import Server
from tests.pace import Pace
from tests.stores import Valkey

pytestmark = pytest.mark.e2e


async def two_people(browser: Browser, server: Server, password: str) -> tuple[Person, Person, int]:
    """A seeker, the recruiter of booth 1, and that booth's id."""
    seeker = await arrive(browser, server.url, size=PHONE)
    recruiter = await arrive(browser, server.url, size=DESKTOP)
    await sign_in_recruiter(recruiter, "recruiter-1", password)
    return seeker, recruiter, int(recruiter.page.url.rsplit("/", 1)[-1])


async def called_within(seconds: float, seeker: Person, recruiter: Person) -> None:
    """Press "call next" and time the phone. The page must not reload: a mark on its window stays."""
    await seeker.page.evaluate("window.mark = 1")
    with Pace() as pace:
        await recruiter.page.get_by_role("button", name=re.compile("叫下一位")).first.click()
        took = await seeker.sees("请现在到展位")
        allowed = pace.allows(seconds)
    print(f"call next → phone: {took * 1000:.0f} ms of {allowed * 1000:.0f}")
    assert took < allowed
    assert await seeker.page.evaluate("window.mark") == 1


async def test_a_call_reaches_the_phone_and_survives_a_killed_server(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    password = server.demo_password
    seeker, recruiter, booth = await two_people(browser, server, password)
    label = await take_ticket(seeker, booth)
    assert label == "1-001"
    await recruiter.sees(label)

    server.kill9()
    await seeker.sees("排位已为你保留")
    server.start()
    await seeker.is_connected()
    await recruiter.is_connected()
    await seeker.sees(label)
    await seeker.sees("下一位就是你")

    await called_within(1, seeker, recruiter)

    server.kill9()
    server.start()
    await seeker.is_connected()
    await seeker.sees("请现在到展位")
    await seeker.press("我到了")
    await recruiter.is_connected()
    await recruiter.press("开始面谈")
    await seeker.sees("正在面谈")
    await expect(recruiter.page.locator(".endings")).to_be_visible()
    await recruiter.page.keyboard.press("1")  # talked
    await recruiter.press("记录并结束")
    await seeker.sees("面谈结束")


async def test_the_line_goes_on_while_valkey_is_dead(
    make_server: Callable[..., Server], browser: Browser, own_valkey: Valkey, the_stores: Stores
) -> None:
    if the_stores.name == "sqlite":
        pytest.skip("SQLite's server has no Valkey to kill; the PostgreSQL run does this")
    server = make_server(demo=True, REDIS_URL=own_valkey.url)
    password = server.demo_password
    seeker, recruiter, booth = await two_people(browser, server, password)
    label = await take_ticket(seeker, booth)
    own_valkey.kill()
    await called_within(5, seeker, recruiter)

    server.kill9()
    server.start()
    await seeker.is_connected()
    await seeker.sees(label)
    late = await arrive(browser, server.url, size=PHONE)
    assert await take_ticket(late, booth) == "1-002"
    own_valkey.restart()
    await recruiter.sees("1-002")
