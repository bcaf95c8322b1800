"""Talking: a seeker who asks, recruiters at their chat desk."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Locator, expect

from tests.e2e.applying import _send
from tests.e2e.people import Person

COLLEAGUE = """
from booths.models import Booth
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.employers.services import appoint_recruiter
booth = Booth.objects.get(number=1)
user = User.objects.get(username="recruiter-2")
appoint_recruiter(employer=booth.employer, user=user, by=None, now=clock.now())
print(booth.pk)
"""


async def ask(person: Person, booth: int, text: str) -> int:
    """One line of a signed-in seeker, through the page; returns the conversation's id."""
    await person.open(f"/chat/with/booth:{booth}")
    await say(person, text)
    own: dict[str, Any] = await (await person.page.request.get(f"{person.url}/api/me/conversations")).json()
    return int(own["items"][0]["conversation"]["id"])


async def say(person: Person, text: str) -> None:
    await person.page.get_by_role("textbox", name="输入消息").fill(text)
    await send(person)
    await expect(line(person, text).locator(".foot")).to_be_visible()


async def send(person: Person) -> None:
    await person.page.get_by_role("button", name="发送", exact=True).click()


def line(person: Person, text: str) -> Locator:
    return person.page.locator("li.line").filter(has_text=text).last


async def sign_in_staff(person: Person, username: str, password: str) -> None:
    await _send(person, "post", "/api/staff/sign-in", {"username": username, "password": password})


async def open_desk(recruiter: Person, booth: int) -> None:
    await recruiter.open(f"/desk/{booth}/chats")
    await expect(recruiter.page.get_by_role("heading", name=re.compile("^会话"))).to_be_visible()
    await recruiter.is_connected()


async def attach(person: Person, name: str, kind: str, content: bytes) -> None:
    file = {"name": name, "mimeType": kind, "buffer": content}
    await person.page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
