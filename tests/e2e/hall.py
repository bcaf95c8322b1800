"""What the journeys through the lines share: several booths, and commands given beside the pages."""

from __future__ import annotations

import os
from typing import Any

from playwright.async_api import Browser

from tests.e2e.people import DESKTOP, Person, arrive, sign_in_recruiter
from tests.faults.server import Server

CROWD = """
from booths.models import Booth
from booths.services import take_ticket
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.unit_of_work import unit_of_work
booth = Booth.objects.get(pk={booth})
@unit_of_work
def fill():
    for n in range({count}):
        seeker = User.objects.create(username=f"crowd-{{booth.pk}}-{{n}}", display_name="欧阳示例", is_guest=n % 3 == 0)
        take_ticket(booth=booth, seeker=seeker, channel="online" if n % 4 == 3 else "onsite", now=clock.now())
fill()
"""


def crowd(server: Server, booth: int, count: int) -> None:
    """`count` people join the booth's line."""
    server.manage("shell", "--no-imports", "-c", CROWD.format(booth=booth, count=count))


async def recruiter_of(
    browser: Browser, server: Server, number: int, size: dict[str, int] = DESKTOP
) -> tuple[Person, int]:
    """The recruiter of booth `number`, at the console, and the booth's id."""
    person = await arrive(browser, server.url, size=size)
    await sign_in_recruiter(person, f"recruiter-{number}", server.demo_password)
    return person, int(person.page.url.rsplit("/", 1)[-1])


async def command(person: Person, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """A command under the person's session, as a page of theirs would send it."""
    cookies = {str(one["name"]): str(one["value"]) for one in await person.context.cookies()}
    reply = await person.page.request.post(
        f"{person.url}/api{path}",
        data=body or {},
        headers={
            "Origin": person.url,
            "X-CSRFToken": cookies["csrftoken"],
            "Idempotency-Key": os.urandom(16).hex(),
        },
    )
    assert reply.ok, f"{path}: {reply.status} {await reply.text()}"
    told: dict[str, Any] = await reply.json()
    return told


async def read(person: Person, path: str) -> Any:
    reply = await person.page.request.get(f"{person.url}/api{path}")
    assert reply.ok, f"{path}: {reply.status}"
    return await reply.json()


async def first_desk(person: Person, booth: int) -> int:
    return int((await read(person, f"/booths/{booth}/desk"))["desks"][0]["id"])
