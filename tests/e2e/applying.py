"""What applying takes: hands that count, a person with a résumé, an employer's inbox."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, expect

from tests.e2e.people import Person

RESUME = {
    "name": "王小明",
    "birth": "1990-05",
    "area": "南通市 崇川区",
    "occupation": "电工",
    "education": "60",
    "experience": "3_5",
    "summary": "熟悉低压配电",
}


@dataclass
class Hands:
    """One person's taps and typed characters, on however many phones. A choice from a list is two taps."""

    taps: int = 0
    typed: int = 0

    async def tap(self, target: Locator) -> None:
        await target.click()
        self.taps += 1

    async def type(self, field: Locator, text: str) -> None:
        await self.tap(field)
        await field.press_sequentially(text)
        self.typed += len(text)

    async def choose(self, field: Locator, value: str) -> None:
        await field.select_option(value)
        self.taps += 2


async def latest_code(person: Person) -> str:
    """The code that the phone shows; a real one is offered by the keyboard, and is typed here all the same."""
    codes = await (await person.page.request.get(f"{person.url}/api/dev/codes")).json()
    return str(codes[0]["code"])


async def verify_phone(person: Person, number: str) -> None:
    """Signed in by phone code before the journey begins."""
    await _post(person, "/api/phone/request-code", {"phone": number})
    await _post(person, "/api/phone/confirm", {"code": await latest_code(person)})


_organisers: dict[str, Any] = {}  # by server and password: the cookies of who signed in there first


async def sign_in_organiser(person: Person, password: str) -> None:
    """By password and the authenticator whose digits the development page shows; they are good once in 30 seconds, so
    a second browser on the same server goes on with the session of the first."""
    known = _organisers.get(person.url + password)
    if known is not None:
        await person.context.add_cookies(known)
        return
    account = {"username": "organiser", "password": password}
    await _send(person, "post", "/api/staff/sign-in", account, refused=403)
    codes = await (await person.page.request.get(f"{person.url}/api/dev/codes")).json()
    digits = next(row["code"] for row in codes if row["phone_masked"] == "organiser")
    await _post(person, "/api/sign-in/second-factor", {"code": digits})
    _organisers[person.url + password] = await person.context.cookies()


async def save_resume(person: Person, **changes: str) -> None:
    """A résumé that can be sent, saved before the journey begins."""
    await _send(person, "put", "/api/me/resume", {"based_on": 0, "changes": {**RESUME, **changes}})


async def my_applications(person: Person) -> list[dict[str, Any]]:
    reply = await person.page.request.get(f"{person.url}/api/me/applications")
    assert reply.ok, await reply.text()
    found: list[dict[str, Any]] = (await reply.json())["items"]
    return found


async def first_booth(person: Person) -> int:
    cards = await person.page.request.get(f"{person.url}/api/fairs/nantong/booths")
    return int((await cards.json())[0]["id"])


def first_position(person: Person) -> Locator:
    """The booth page's first position, to unfold."""
    return person.page.locator("article.position h3 button").first


def apply_button(person: Person) -> Locator:
    return person.page.get_by_role("button", name="投递简历")


async def agree(person: Person) -> None:
    await person.page.get_by_role("dialog").get_by_role("button", name="同意并投递").click()


async def receipt(person: Person) -> str:
    """The number on the receipt that the page shows, with the time of delivery to the second."""
    shown = person.page.get_by_text(re.compile(r"已送达\s*\d{2}:\d{2}:\d{2}，回执\s*\d{6}")).first
    await expect(shown).to_be_visible()
    found = re.search(r"(\d{6})$", (await shown.inner_text()).strip())
    assert found is not None
    return found[1]


async def open_inbox(recruiter: Person) -> int:
    """From the recruiter's own page to the inbox; returns its id."""
    await recruiter.open("/me")
    await recruiter.page.locator('a[href^="/inbox/"]').first.click()
    await expect(recruiter.page).to_have_url(re.compile(r"/inbox/\d+$"))
    await expect(recruiter.page.get_by_role("button", name=re.compile("^全部"))).to_be_visible()
    return int(recruiter.page.url.rsplit("/", 1)[-1])


def inbox_row(recruiter: Person, name: str) -> Locator:
    return recruiter.page.locator("li.row").filter(has_text=name)


async def _post(person: Person, path: str, body: dict[str, Any]) -> None:
    await _send(person, "post", path, body)


async def _send(person: Person, method: str, path: str, body: dict[str, Any], *, refused: int = 0) -> None:
    me = await (await person.page.request.get(f"{person.url}/api/me")).json()
    headers = {"X-CSRFToken": me["csrf_token"]}
    reply = await person.page.request.fetch(person.url + path, method=method, data=body, headers=headers)
    assert reply.ok or reply.status == refused, await reply.text()
