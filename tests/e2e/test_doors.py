"""At the gate: thirty scans without network are counted once; a pass opens offline; a full hall is said everywhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e import applying
from tests.e2e.people import DESKTOP, PHONE, Person, arrive
from tests.e2e.test_screens import look
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
GATE = "/check-in/nantong"
KEPT_IN = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("jobfair.scans", 1);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const all = opening.result.transaction("commands").objectStore("commands").getAll();
    all.onsuccess = () => { opening.result.close(); resolve(all.result); };
  };
})"""

CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  }
  return found;
}"""


async def a_clerk(browser: Browser, server: Server, *, size: dict[str, int] = PHONE) -> Person:
    clerk = await arrive(browser, server.url, size=size)
    await applying.sign_in_organiser(clerk, server.demo_password)
    return clerk


async def at_the_gate(person: Person) -> None:
    await person.open(GATE)
    await person.sees("场内人数")


async def figures(person: Person) -> dict[str, Any]:
    reply = await person.page.request.get(f"{person.url}/api/fairs/nantong/doors")
    assert reply.ok, await reply.text()
    found: dict[str, Any] = await reply.json()
    return found


async def issue_pass(person: Person) -> str:
    """The person's pass page is open; returns the code they would say."""
    await person.open("/f/nantong/pass")
    code = person.page.get_by_text(re.compile(r"^[0-9A-Z]{4} [0-9A-Z]{4}$"))
    await expect(code).to_be_visible()
    return (await code.inner_text()).replace(" ", "")


async def type_code(page: Page, code: str) -> None:
    await (
        page.get_by_label("8 位入场码").or_(page.get_by_placeholder(re.compile("位入场码"))).first.fill(code)
    )
    await page.get_by_role("button", name="核对").click()


async def answered(page: Page, verdict: str) -> None:
    await expect(page.locator(f"[data-verdict={verdict}]")).to_be_visible()


async def set_capacity(organiser: Person, capacity: int) -> None:
    me = await (await organiser.page.request.get(f"{organiser.url}/api/me")).json()
    reply = await organiser.page.request.post(
        f"{organiser.url}/api/fairs/nantong/doors/capacity",
        data={"capacity": capacity},
        headers={"X-CSRFToken": me["csrf_token"], "Idempotency-Key": f"capacity-{capacity:08d}"},
    )
    assert reply.ok, await reply.text()


async def test_thirty_scans_without_network_are_counted_once(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    clerk, seeker = await a_clerk(browser, server), await arrive(browser, server.url, size=PHONE)
    code = await issue_pass(seeker)
    await at_the_gate(clerk)
    await clerk.sees("没有网络也能继续检票")
    await clerk.context.set_offline(True)
    await tap_in(clerk.page, 14)
    await type_code(clerk.page, code)
    await answered(clerk.page, "in")
    await clerk.sees("未同步 15 条".replace(" ", "\u202f"))
    await clerk.page.close()  # the phone's system kills the tab

    clerk.page = await clerk.context.new_page()
    await at_the_gate(clerk)  # opened without network, from what the worker keeps
    await clerk.sees("未同步 15 条".replace(" ", "\u202f"))
    await tap_in(clerk.page, 14)
    await type_code(clerk.page, code)
    await answered(clerk.page, "already_in")
    kept = await clerk.page.evaluate(KEPT_IN)
    assert len(kept) == 30
    other = Person(clerk.context, await clerk.context.new_page(), clerk.url)
    await at_the_gate(other)
    await clerk.context.set_offline(False)
    await asyncio.gather(clerk.sees("已同步"), other.sees("已同步"))
    now = await figures(clerk)
    assert [gate["came_in"] for gate in now["gates"]] == [30, 0, 0]
    assert now["hall"]["occupancy"] == 29  # one pass was shown twice
    await clerk.comes_to(KEPT_IN, [])
    await clerk.page.reload()
    await clerk.sees("已同步")
    assert (await figures(clerk))["gates"] == now["gates"]
    cached = await clerk.page.evaluate(CACHED)
    assert [path for path in cached if not path.startswith("/static/") and path != "/__page"] == []


async def tap_in(page: Page, times: int) -> None:
    button = page.get_by_role("button", name="无码进场")
    for _ in range(times):
        await expect(button).to_be_enabled()
        await button.click()
        await expect(button).to_be_enabled()


@pytest.mark.parametrize("size", ["390x844", "1366x768"])
async def test_a_pass_from_the_fair_to_a_full_hall(
    make_server: Callable[..., Server], browser: Browser, size: str
) -> None:
    server = make_server(demo=True)
    at = PHONE if size == "390x844" else DESKTOP
    clerk, seeker = await a_clerk(browser, server, size=at), await arrive(browser, server.url, size=at)
    await seeker.open("/f/nantong")
    await seeker.page.get_by_role("link", name="我的入场码").click()
    code = await issue_pass(seeker)
    await look(seeker.page, "pass", size=size)
    await seeker.sees("没有网络也能出示")
    await seeker.context.set_offline(True)
    await seeker.page.close()
    seeker.page = await seeker.context.new_page()
    assert await issue_pass(seeker) == code
    await seeker.context.set_offline(False)

    await at_the_gate(clerk)
    await look(clerk.page, "gate", size=size)
    await type_code(clerk.page, code)
    await answered(clerk.page, "in")
    await clerk.sees("访客")
    await look(clerk.page, "gate-in", size=size)
    await clerk.press("撤销")
    await clerk.sees("这一次不计")
    await type_code(clerk.page, code)
    await answered(clerk.page, "in")
    await type_code(clerk.page, code)
    await answered(clerk.page, "already_in")
    await look(clerk.page, "gate-again", size=size)
    await type_code(clerk.page, "00000000")
    await answered(clerk.page, "unknown")
    await tap_in(clerk.page, 2)
    await set_capacity(clerk, 3)
    await clerk.sees("暂停入场")
    await tap_in(clerk.page, 1)
    await answered(clerk.page, "full")
    await look(clerk.page, "gate-held", size=size)
    await seeker.open("/f/nantong")
    await seeker.sees("暂缓入场")
    await look(seeker.page, "fair-held", size=size)
    await clerk.open("/organise/nantong/doors")
    await clerk.sees("各出入口已暂停入场")
    await look(clerk.page, "doors-held", size=size)
    await clerk.page.get_by_label("核准容量（人）").fill("3000")
    await clerk.press("保存")
    await clerk.sees("人数正常")
    await look(clerk.page, "doors", size=size)
