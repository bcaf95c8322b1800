"""What a seeker presses is kept until the server answers: offline, reloaded, or with a server that dies mid-answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, Route, expect

from tests.e2e.people import PHONE, Person, arrive, take_ticket
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]

KEPT_IN = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("jobfair.outbox", 1);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const all = opening.result.transaction("commands").objectStore("commands").getAll();
    all.onsuccess = () => { opening.result.close(); resolve(all.result); };
  };
})"""


async def first_booth(person: Person) -> int:
    cards = await person.page.request.get(f"{person.url}/api/fairs/nantong/booths")
    return int((await cards.json())[0]["id"])


async def press_take(person: Person) -> None:
    await person.press("取号排队")
    await person.page.get_by_role("dialog").get_by_text("现场", exact=True).click()


async def my_tickets(person: Person) -> list[dict[str, object]]:
    reply = await person.page.request.get(f"{person.url}/api/me/tickets")
    assert reply.ok, await reply.text()
    found: list[dict[str, object]] = await reply.json()
    return found


async def test_a_press_without_network_is_kept_through_a_reload_and_sent_once(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    person = await arrive(browser, server.url, size=PHONE)
    booth = await first_booth(person)
    await person.open(f"/b/{booth}")
    await person.sees("取号排队")
    await person.is_connected()
    await person.context.set_offline(True)
    await press_take(person)
    await person.sees("等待发送")
    await expect(person.page.get_by_text(re.compile(r"^\d+-\d{3,}$"))).to_have_count(0)
    kept = await person.page.evaluate(KEPT_IN)
    assert [(row["kind"], row["path"]) for row in kept] == [("take", f"/booths/{booth}/tickets")]

    # There is no service worker, so an offline reload has no page to show: the tab is closed offline instead.
    await person.page.close()
    await person.context.set_offline(False)
    sent: list[str] = []
    person.page = await person.context.new_page()
    person.page.on(
        "request",
        lambda request: (
            sent.append(request.headers.get("idempotency-key", ""))
            if request.url.endswith("/tickets") and request.method == "POST"
            else None
        ),
    )
    await person.open(f"/b/{booth}")
    await person.sees("已送达")
    await person.sees("1-001")
    assert set(sent) == {kept[0]["key"]}
    assert [ticket["label"] for ticket in await my_tickets(person)] == ["1-001"]
    await person.comes_to(KEPT_IN, [])

    await person.page.reload()
    await person.sees("1-001")
    await expect(person.page.get_by_text("等待发送")).to_have_count(0)
    assert len(await my_tickets(person)) == 1


async def test_a_press_goes_by_itself_when_the_network_is_back(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    person = await arrive(browser, server.url, size=PHONE)
    booth = await first_booth(person)
    await take_ticket(person, booth)
    await person.is_connected()
    await person.context.set_offline(True)
    await person.press("退出排队")
    await person.page.get_by_role("dialog").get_by_role("button", name="退出").first.click()
    await person.sees("等待发送")
    await person.sees("下一位就是你")  # not left before the server says so
    await person.context.set_offline(False)
    await person.sees("已退出排队")
    await person.sees("已送达")
    assert [ticket["state"] for ticket in await my_tickets(person)] == ["left"]


async def test_a_server_killed_between_press_and_answer_gives_one_ticket(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    person = await arrive(browser, server.url, size=PHONE)
    booth = await first_booth(person)
    keys: list[str] = []
    done: list[int] = []

    async def kill_after_commit(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            await route.continue_()
            return
        reply = await route.fetch()
        done.append(reply.status)
        server.kill9()
        await route.abort("connectionreset")

    await person.page.route("**/api/booths/*/tickets", kill_after_commit)
    await person.open(f"/b/{booth}")
    await person.sees("取号排队")
    await person.is_connected()
    await press_take(person)
    await person.sees("等待发送")
    assert done == [201]
    server.start()
    await expect(person.page).to_have_url(re.compile(r"/t/\d+$"))
    await person.sees("1-001")
    await person.sees("已送达")
    assert len(keys) >= 2
    assert len(set(keys)) == 1
    assert [ticket["label"] for ticket in await my_tickets(person)] == ["1-001"]
    line = await (await person.page.request.get(f"{server.url}/api/booths/{booth}")).json()
    assert [row["label"] for row in line["line"]["waiting"]] == ["1-001"]


async def test_a_late_press_that_is_refused_says_why(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    person = await arrive(browser, server.url, size=PHONE)
    booth = await first_booth(person)
    await person.open(f"/b/{booth}")
    await person.sees("取号排队")
    await person.is_connected()
    await person.context.set_offline(True)
    await press_take(person)
    await person.sees("等待发送")
    close = f"from booths.models import Booth; Booth.objects.filter(pk={booth}).update(state='closed')"
    server.manage("shell", "--no-imports", "-c", close)
    await person.context.set_offline(False)
    await person.sees("没有取到号")
    await person.sees("展位现在不接受排队")
    assert await my_tickets(person) == []
    await person.press("知道了")
    await expect(person.page.get_by_text("没有取到号")).to_have_count(0)
    await person.comes_to(KEPT_IN, [])
