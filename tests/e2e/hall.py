"""What the journeys through the lines share: recruiters at their booths, people in line, commands beside the pages."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from playwright.async_api import Browser, expect

from tests.e2e.people import DESKTOP, Person, arrive, sign_in_recruiter
from tests.e2e.test_axe import judge
from tests.e2e.test_screens import KEEP, look
from tests.faults.server import Server

KEPT_SIZES = [(390, 844), (1366, 768)]
THIN = "\u202f"  # between Chinese and figures


async def recruiter_of(
    browser: Browser, server: Server, number: int, size: dict[str, int] = DESKTOP
) -> tuple[Person, int]:
    """The recruiter of booth `number`, at the console, and the booth's id."""
    person = await arrive(browser, server.url, size=size)
    await sign_in_recruiter(person, f"recruiter-{number}", server.demo_password)
    return person, int(person.page.url.rsplit("/", 1)[-1])


async def command(person: Person, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """A command under the person's session, as a page of theirs would send it."""
    me = await read(person, "/me")
    reply = await person.context.request.post(
        f"{person.url}/api{path}",
        data=body or {},
        headers={"X-CSRFToken": me["csrf_token"], "Idempotency-Key": os.urandom(16).hex()},
    )
    assert reply.ok, f"{path}: {reply.status} {await reply.text()}"
    told: dict[str, Any] = await reply.json()
    return told


async def read(person: Person, path: str) -> Any:
    reply = await person.context.request.get(f"{person.url}/api{path}")
    assert reply.ok, f"{path}: {reply.status}"
    return await reply.json()


async def first_desk(recruiter: Person, booth: int) -> int:
    return int((await read(recruiter, f"/booths/{booth}/desk"))["desks"][0]["id"])


async def crowd(
    browser: Browser, server: Server, booth: int, count: int, *, online: tuple[int, ...] = ()
) -> list[Person]:
    """`count` guests join the booth's line one after another, those at the places `online` from afar."""
    people = []
    for place in range(count):
        guest = await arrive(browser, server.url, size=DESKTOP)
        await command(guest, "/guests")
        channel = "online" if place in online else "onsite"
        await command(guest, f"/booths/{booth}/tickets", {"channel": channel})
        await guest.page.close()
        people.append(guest)
    return people


async def serve_next(recruiter: Person, booth: int) -> str:
    """Call, talk and finish beside the page; the label."""
    desk = await first_desk(recruiter, booth)
    ticket = (await command(recruiter, f"/desks/{desk}/call-next"))["ticket"]
    await command(recruiter, f"/tickets/{ticket['id']}/serve")
    await command(recruiter, f"/tickets/{ticket['id']}/finish", {"result": "talked"})
    return str(ticket["label"])


HURRY = """
from jobfair.fairs.models import Fair
Fair.objects.update(onsite_call_seconds={onsite}, online_call_seconds={online})
"""


async def give_time_to_come(server: Server, *, onsite: int = 180, online: int = 90) -> None:
    """Seconds until a call that nobody answers is missed; without figures, those of any fair."""
    code = HURRY.format(onsite=onsite, online=online)
    await asyncio.to_thread(server.manage, "shell", "-v", "0", "-c", code)


async def look_at(person: Person, name: str) -> None:
    """Nothing overflows and axe finds nothing grave as it is; where pictures are kept, one at each size."""
    shown = person.page.viewport_size
    assert shown is not None
    for width, height in (
        KEPT_SIZES if KEEP and shown["height"] < 1000 else [(shown["width"], shown["height"])]
    ):
        await person.page.set_viewport_size({"width": width, "height": height})
        await look(person.page, name, size=f"{width}x{height}")
        assert (found := await judge(person.page)) == [], f"{name} at {width}x{height}: {found}"
    await person.page.set_viewport_size(shown)


async def line_card(person: Person, label: str, *words: str) -> None:
    """My fair says this of one place in line."""
    card = person.page.locator("main a", has_text=label).first
    for text in words:
        await expect(card).to_contain_text(text)
