"""Who closed the page is texted once; who looks at it is not; with browsers that lack all the extras."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.people import PATIENCE, PHONE, Person, arrive, take_ticket
from tests.e2e.test_poor_browsers import POOR
from tests.faults.oracle import cursor_of, rows
from tests.faults.scene import make_scene
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]

HIDDEN = """
Object.defineProperty(document, "visibilityState", { get: () => window.looksAway ? "hidden" : "visible" });
document.addEventListener("keydown", () => {
  window.looksAway = true;
  document.dispatchEvent(new Event("visibilitychange"));
});
"""
CALL_EVERYONE = """
from booths.models import Booth
from booths.services import call_next_ticket
from jobfair.accounts.models import User
from jobfair.core import clock
for booth in Booth.objects.order_by("pk"):
    recruiter = User.objects.get(recruiter_roles__employer=booth.employer_id)
    call_next_ticket(desk=booth.desks.first(), by=recruiter, now=clock.now())
"""


async def come(browser: Browser, server: Server, number: str, booth: int) -> Person:
    """Someone signed in by phone, in the line of `booth`, whose browser has no extras."""
    person = await arrive(browser, server.url, size=PHONE)
    await person.page.add_init_script(POOR + HIDDEN)
    request = person.page.request
    token = (await (await request.get(f"{server.url}/api/me")).json())["csrf_token"]
    headers = {"X-CSRFToken": token, "Referer": server.url}
    asked = await request.post(
        f"{server.url}/api/phone/request-code", data={"phone": number}, headers=headers
    )
    assert asked.status == 200, await asked.text()
    [newest, *_] = await (await request.get(f"{server.url}/api/dev/codes")).json()
    typed = {"code": newest["code"], "display_name": "王小明"}
    signed_in = await request.post(f"{server.url}/api/phone/confirm", data=typed, headers=headers)
    assert signed_in.status == 200, await signed_in.text()
    await take_ticket(person, booth)
    return person


def let_time_pass(server: Server) -> None:
    """The twenty seconds are over."""
    with cursor_of(server) as cursor:
        cursor.execute(
            "UPDATE core_job SET due_at = (SELECT min(taken_at) FROM booths_ticket) WHERE state = 'waiting'"
        )
        cursor.connection.commit()


def told(server: Server, table: str) -> list[tuple[str, int]]:
    counted = {
        "texted": "SELECT recipient, count(*) FROM notices_stubmessage WHERE template_id = 'booths_called' GROUP BY 1",
        "seen": "SELECT u.phone, count(*) FROM notices_notice n JOIN accounts_user u ON u.id = n.user_id "
        "WHERE n.seen_at IS NOT NULL GROUP BY 1",
        "waiting": "SELECT kind, count(*) FROM core_job WHERE state = 'waiting' GROUP BY 1",
    }
    with cursor_of(server) as cursor:
        return rows(cursor, counted[table] + " ORDER BY 1")


async def test_only_whoever_does_not_look_is_texted_and_once(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server()
    scene = make_scene(server, booths=3, call_seconds=120)
    looking, away, closed = [
        await come(browser, server, f"1380000700{number}", booth.id)
        for number, booth in enumerate(scene.booths, 1)
    ]
    await closed.page.close()
    await away.page.keyboard.press("Escape")
    server.manage("shell", "-v0", "-c", CALL_EVERYONE)
    await looking.sees("请现在到展位")
    await away.sees("请现在到展位")
    await until(looking, lambda: told(server, "seen") == [("+8613800007001", 1)])
    for _ in range(2):
        let_time_pass(server)
        await until(looking, lambda: told(server, "waiting") == [])
    assert told(server, "texted") == [("138****7002", 1), ("138****7003", 1)]
    assert told(server, "seen") == [("+8613800007001", 1)]

    back = await closed.context.new_page()
    await back.goto(f"{server.url}/me/notices")
    row = back.get_by_role("link", name=re.compile("轮到你了"))
    await expect(row).to_have_count(1)
    await until(looking, lambda: len(told(server, "seen")) == 2)
    await row.click()
    await expect(back).to_have_url(re.compile(r"/t/\d+$"))


async def until(person: Person, true: Callable[[], bool], *, within: float = PATIENCE) -> None:
    """Ask again and again, while the pages live."""
    for _ in range(int(within / 0.2)):
        if true():
            return
        await person.page.wait_for_timeout(200)
    assert true()


async def test_a_notice_is_counted_shown_listed_and_switched_off(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server()
    scene = make_scene(server, booths=1)
    person = await come(browser, server, "13800007009", scene.booth)
    await person.open("/me/notices")
    await person.sees("还没有通知")
    await person.page.get_by_role("link", name="通知设置").click()
    switch = person.page.get_by_role("switch", name=re.compile("叫号"))
    await expect(switch).to_be_checked()
    await switch.click()
    await person.sees("已保存")
    await person.page.reload()
    await expect(switch).not_to_be_checked()
    await person.context.set_offline(True)
    await switch.click()
    await expect(switch).not_to_be_checked()
    await person.context.set_offline(False)
    server.manage("shell", "-v0", "-c", CALL_EVERYONE)
    await person.open("/me/notices")
    await person.sees("轮到你了")
    let_time_pass(server)
    await until(person, lambda: told(server, "waiting") == [])
    assert told(server, "texted") == []
    stranger = await arrive(browser, server.url, size=PHONE)
    await stranger.open("/me/notices")
    await stranger.sees("请先登录")
    await person.open("/dev/messages")
    await person.sees("验证码")
