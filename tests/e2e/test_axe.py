"""Every page by axe-core, on a phone and on a desktop: nothing serious or critical.

The table must hold every address of the router: a new page without a row here is a failure.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e import applying, chatting
from tests.e2e.people import DESKTOP, PHONE, Person, arrive, sign_in_recruiter, take_ticket
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}

# Address in the router → whose page it is, and the address with this test's own ids.
SEEKERS = {
    "": "/",
    "f/:slug": "/f/nantong",
    "f/:slug/pass": "/f/nantong/pass",
    "b/:id": "/b/{booth}",
    "t/:id": "/t/{ticket}",
    "claim": "/claim",
    "/display/:slug": "/display/nantong",
    "/live/:id/screen": "/live/{room}/screen",
    "p/:id": "/p/{position}",
    "a/:id": "/a/{application}",
    "chat/:id": "/chat/{conversation}",
    "chat/with/:topic": "/chat/with/booth:{booth}",
    "b/:id/slots": "/b/{booth}/slots",
    "bookings/:id": "/bookings/{booking}",
    "/talk/:of(ticket|booking)/:id": "/talk/ticket/{ticket}",
    "live/:id": "/live/{room}",
    "replays/:id": "/replays/{replay}",
    "live-corrections/:id": "/live-corrections/{correction}",
    "live-draws/:id": "/live-draws/{draw}",
    "search": "/search",
    "me": "/me",
    "me/data": "/me/data",
    "me/advice": "/me/advice",
    "me/resume": "/me/resume",
    "me/notices": "/me/notices",
    "me/notices/choices": "/me/notices/choices",
    "sign-in": "/sign-in",
    "staff": "/staff",
    "staff/second-factor": "/staff/second-factor",
    "dev/codes": "/dev/codes",
    "dev/messages": "/dev/messages",
    ":rest(.*)*": "/nowhere",
}
RECRUITERS = {
    "second-factor": "/second-factor",
    "/employer": "/employer",
    "/employer/register": "/employer/register",
    "/employer/join": "/employer/join",
    "/employer/:id/:tab(file|colleagues|fairs)?": "/employer/{employer}/file",
    "/desk/:id": "/desk/{booth}",
    "/desk/:id/chats": "/desk/{booth}/chats?c={conversation}",
    "/desk/:id/slots": "/desk/{booth}/slots",
    "/talk/:id": "/talk/{talk}",
    "/inbox/:id": "/inbox/{inbox}",
    "/inbox/:id/questions": "/inbox/{inbox}/questions",
    "/hiring/:employer/:fair/positions": "/hiring/{employer}/nantong/positions",
    "/hiring/:employer/:fair/import": "/hiring/{employer}/nantong/import",
    "/hiring/positions/:id": "/hiring/positions/{position}",
}
ORGANISERS = {
    "/check-in/:slug": "/check-in/nantong",
    "/organise/:fair/doors": "/organise/nantong/doors",
    "/kiosk/:slug": "/kiosk/nantong",
    "/review/employers/:id?": "/review/employers",
    "/organise/:fair/positions": "/organise/nantong/positions",
    "/organise/:fair/import": "/organise/nantong/import",
    "/organise/:fair/answers": "/organise/nantong/answers",
    "/organise/:fair/chats": "/organise/nantong/chats",
    "/organise/:fair/services": "/organise/nantong/services",
    "/organise/:fair/studio": "/organise/nantong/studio",
    "/studio/:id": "/studio/{room}",
    "/studio/:id/remote": "/studio/{room}/remote",
    "/live/:id/moderation": "/live/{room}/moderation",
    "/broadcasts/:id/audience": "/broadcasts/{replay}/audience",
    "/studio/:id/media": "/studio/{room}/media",
    "/studio/:id/camera": "/studio/{room}/camera",
}
BOOKED = """
from datetime import timedelta
from booths.models import Booth
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.interviews import services
now, booth = clock.now(), Booth.objects.get(pk={booth})
seeker, recruiter = User.objects.get(phone="+8613800001234"), User.objects.get(username="recruiter-1")
slot, _ = services.publish_slots(booth=booth, starts_at=now + timedelta(minutes=5), minutes=30, count=2,
    mode="video", address="", by=recruiter, now=now)
booking = services.book_slot(slot=slot, seeker=seeker, now=now)
for side, by in (("seeker", seeker), ("recruiter", recruiter)):
    talk = services.open_for_booking(booking=booking, side=side, by=by, now=now)
print(booking.pk, talk.pk)
"""
CORRECTED = """
from jobfair.accounts.models import User
from jobfair.applications import consent
from jobfair.applications.services import submit
from jobfair.core import clock
from livestream.models import LiveSession, PinnedPosition, PostingCorrection
from livestream.services import draws
pinned = PinnedPosition.objects.filter(airing__session__state="live").order_by("pk").first()
submit(position=pinned.position, seeker=User.objects.get(phone="+8613800001234"), cid="axe-corrected",
    source="livestream", source_ref=pinned.reference, consent_text_version=consent.VERSION, now=clock.now())
made = PostingCorrection.objects.create(pinned=pinned, was={"area": "南通", "duties": "装配"},
    became={"area": "如东县", "duties": "装配和检验，需要倒班"}, at=clock.now())
director, seeker = User.objects.get(username="organiser"), User.objects.get(phone="+8613800001234")
prize = draws.prepare_draw(room=pinned.airing.session.room, prize="保温杯", winners=1, by=director, now=clock.now())
draws.open_draw(draw=prize, by=director, now=clock.now())
draws.enter_many(wishes=[draws.Wish(seeker.pk, prize.pk, "axe-enters")], now=clock.now())
draws.draw_winners(draw=prize, by=director, now=clock.now())
print(pinned.airing.session.room_id, made.pk, LiveSession.objects.get(state="published").pk, prize.pk)
"""
ENTERED = """() => document.getAnimations().every((one) =>
  one.playState !== "running" || one.effect.getComputedTiming().iterations === Infinity)"""


def addresses() -> set[str]:
    files = [*FRONTEND.glob("src/*/*[rR]outes.ts"), FRONTEND / "src/app/router.ts"]
    found = {path for file in files for path in re.findall(r'path: "([^"]*)"', file.read_text())}
    return {path.replace(r"(\\d+)", "") for path in found} - {"/"}  # the layout


def test_the_table_holds_every_address_of_the_router() -> None:
    assert addresses() == {*SEEKERS, *RECRUITERS, *ORGANISERS}


async def judge(page: Page) -> list[str]:
    """What axe finds grave now: rule, and the first element it means."""
    await page.wait_for_function(ENTERED)
    if await page.evaluate("typeof axe === 'undefined'"):
        await page.evaluate(AXE.read_text())
    report: dict[str, Any] = await page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], preload: false})"
    )
    return [
        f"{found['id']} ({found['impact']}): {found['nodes'][0]['html'][:160]}"
        for found in report["violations"]
        if found["impact"] in GRAVE
    ]


async def settled(page: Page) -> None:
    await expect(page.locator("h1, h2").first).to_be_visible()
    await expect(page.locator(".skeleton")).to_have_count(0)
    await page.wait_for_timeout(300)  # entrances are over


async def judge_all(person: Person, pages: dict[str, str], ids: dict[str, int]) -> list[str]:
    grave: list[str] = []
    for address in pages.values():
        await person.open(address.format(**ids))
        await settled(person.page)
        for size in (PHONE, DESKTOP):
            await person.page.set_viewport_size({"width": size["width"], "height": size["height"]})
            grave += [f"{address} at {size['width']}: {found}" for found in await judge(person.page)]
    return grave


async def a_seeker_with_everything(browser: Browser, server: Server) -> tuple[Person, dict[str, int]]:
    person = await arrive(browser, server.url, size=PHONE)
    await applying.verify_phone(person, "13800001234")
    await applying.save_resume(person)
    booth = await applying.first_booth(person)
    await take_ticket(person, booth)
    tickets = await (await person.page.request.get(f"{person.url}/api/me/tickets")).json()
    await person.open(f"/b/{booth}")
    await applying.first_position(person).click()
    await applying.apply_button(person).click()
    sheet = person.page.get_by_role("dialog").get_by_role("button", name="同意并投递")
    await expect(sheet).to_be_visible()
    await person.page.wait_for_timeout(300)
    assert await judge(person.page) == []
    await sheet.click()
    await applying.receipt(person)
    assert await judge(person.page) == []
    application = (await applying.my_applications(person))[0]
    conversation = await chatting.ask(person, booth, "有夜班吗？")
    booking, talk = server.manage("shell", "-v", "0", "-c", BOOKED.format(booth=booth)).split()[-2:]
    room, correction, replay, prize = server.manage("shell", "-v", "0", "-c", CORRECTED).split()[-4:]
    return person, {
        "room": int(room),
        "correction": int(correction),
        "replay": int(replay),
        "draw": int(prize),
        "booth": booth,
        "ticket": tickets[0]["id"],
        "application": application["id"],
        "conversation": conversation,
        "booking": int(booking),
        "talk": int(talk),
        "position": application["position_id"],
    }


async def judge_the_recruiters(browser: Browser, server: Server, ids: dict[str, int]) -> list[str]:
    recruiter = await arrive(browser, server.url, size=DESKTOP)
    await sign_in_recruiter(recruiter, "recruiter-1", server.demo_password)
    inbox = (await (await recruiter.page.request.get(f"{server.url}/api/inboxes")).json())[0]
    own = {**ids, "inbox": inbox["participation_id"], "employer": inbox["employer_id"]}
    grave = await judge_all(recruiter, RECRUITERS, own)
    await recruiter.open(f"/inbox/{own['inbox']}")
    await applying.inbox_row(recruiter, "王小明").get_by_role("button").click()
    await recruiter.sees("熟悉低压配电")
    grave += [f"an opened résumé: {found}" for found in await judge(recruiter.page)]
    await recruiter.page.keyboard.press("r")
    await expect(recruiter.page.get_by_label("岗位已招满")).to_be_visible()
    return grave + [f"the reasons: {found}" for found in await judge(recruiter.page)]


async def judge_the_organisers(browser: Browser, server: Server, ids: dict[str, int]) -> list[str]:
    organiser = await arrive(browser, server.url, size=DESKTOP)
    await applying.sign_in_organiser(organiser, server.demo_password)
    return await judge_all(organiser, ORGANISERS, ids)


async def test_nothing_grave_on_any_page(make_server: Callable[..., Server], browser: Browser) -> None:
    server = make_server(demo=True)
    seeker, ids = await a_seeker_with_everything(browser, server)
    found = await asyncio.gather(
        judge_all(seeker, SEEKERS, ids),
        judge_the_recruiters(browser, server, ids),
        judge_the_organisers(browser, server, ids),
    )
    print(f"{len(SEEKERS) + len(RECRUITERS) + len(ORGANISERS)} addresses, two sizes each")
    assert [line for lines in found for line in lines] == []
