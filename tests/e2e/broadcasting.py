"""A broadcast of the demo fair, two people who direct it, and what viewers' browsers decode."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from tests.e2e.applying import verify_phone
from tests.e2e.chatting import sign_in_staff
from tests.e2e.people import DESKTOP, PATIENCE, PHONE, Person, arrive
from tests.faults.server import Server

BROADCAST = """
from datetime import timedelta
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.fairs.models import Fair, FairStaff
import json
from livestream.models import LiveSession, Room
from livestream.queries.rooms import find_employers_to_present
from livestream.services import rundown
now, fair = clock.now(), Fair.objects.get(slug="nantong")
room = Room.objects.create(fair=fair, name=f"画面测试间{{Room.objects.count()}}")
session = LiveSession.objects.create(room=room, title="画面测试", starts_at=now, ends_at=now + timedelta(hours=2),
    state="live", live_at=now)
employers = find_employers_to_present(fair, "", most={cues})
rundown.add_cues(session=session, by=None, now=now, plans=[
    rundown.CuePlan("", one.pk, [position.pk for position in one.positions.all()[:2]], None, 6, "")
    for one in employers])
for name in ("director-1", "director-2"):
    user, _ = User.objects.get_or_create(username=name, defaults={{"display_name": "演示导播"}})
    user.is_staff = True
    user.set_password("{password}")
    user.save()
    FairStaff.objects.get_or_create(fair=fair, user=user, role="director")
print(json.dumps({{"room": room.pk, "session": session.pk, "names": [one.name for one in employers]}}))
"""
CUES = 4
FRAMES = """() => {
  const video = document.querySelector(".player video");
  if (video === null || video.offsetParent === null) return {time: 0, decoded: 0, shown: false};
  return {time: video.currentTime, decoded: video.getVideoPlaybackQuality().totalVideoFrames, shown: true};
}"""
COLOURS = """() => {
  const video = document.querySelector(".player video");
  const canvas = Object.assign(document.createElement("canvas"), {width: 8, height: 8});
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0, 8, 8);
  return new Set(Array.from(new Uint32Array(context.getImageData(0, 0, 8, 8).data.buffer))).size;
}"""


# Reads the clock burnt into the frame on the screen (media/encoder.py); notes it when the card turns or a line comes.
WATCH = """() => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 320, height: 20});
  const context = canvas.getContext("2d", {willReadFrequently: true});
  window.burnt = () => {
    const video = document.querySelector(".player video");
    if (video === null || video.offsetParent === null || video.readyState < 2) return null;
    context.drawImage(video, 0, video.videoHeight * 8 / 9, video.videoWidth, video.videoHeight / 9, 0, 0, 320, 20);
    let [count, bit] = [0, 0];
    for (let cell = 15; cell >= 0; cell -= 1) {
      bit ^= context.getImageData(cell * 20 + 10, 10, 1, 1).data[0] > 127 ? 1 : 0;
      count += bit * 2 ** cell;
    }
    const now = Date.now() / 100;
    const behind = (((Math.floor(now) - count) % 65536) + 65536) % 65536;
    return (Math.floor(now) - (behind > 60000 ? behind - 65536 : behind)) / 10;
  };
  window.turns = [];
  window.lines = [];
  const look = () => {
    const title = [...document.querySelectorAll(".card:not(.turn-leave-active) .who")].at(-1)?.textContent ?? "";
    for (const line of document.querySelectorAll(".lines li .text"))
      if (!window.lines.some(({text}) => text === line.textContent))
        window.lines.push({text: line.textContent, burnt: window.burnt()});
    if (title !== "" && title !== window.turns.at(-1)?.title) window.turns.push({title, burnt: window.burnt()});
  };
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
  look();
}"""


@dataclass(frozen=True)
class Broadcast:
    room: int
    session: int
    names: list[str]  # of the employers in its rundown


@dataclass(frozen=True)
class Frames:
    time: float
    decoded: int
    shown: bool


async def frames(page: Page) -> Frames:
    return Frames(**await page.evaluate(FRAMES))


async def plays(page: Page) -> float:
    """Wait until the picture moves: time goes on and frames are decoded. Returns the seconds it took."""
    began, first = time.monotonic(), await frames(page)
    while time.monotonic() - began < PATIENCE:
        now = await frames(page)
        if now.shown and now.decoded >= first.decoded + 10 and now.time > first.time + 0.4:
            return time.monotonic() - began
        if not now.shown or now.decoded < first.decoded:  # another player
            first = now
        await page.wait_for_timeout(100)
    raise AssertionError(f"nothing moves: {first} → {await frames(page)}")


async def shows(page: Page, state: str) -> float:
    """Wait until the player says so (`data-state`); returns the seconds it took."""
    began = time.monotonic()
    await page.wait_for_selector(f'.player[data-state="{state}"]', timeout=PATIENCE * 1000)
    return time.monotonic() - began


def make_broadcast(server: Server) -> Broadcast:
    code = BROADCAST.format(password=server.demo_password, cues=CUES)
    return Broadcast(**json.loads(server.manage("shell", "-v", "0", "-c", code).splitlines()[-1]))


async def turned(person: Person, title: str) -> float:
    """Wait until the card has turned to `title`; the clock that was burnt into the frame shown then, in seconds."""
    return await _noted(person, f"window.turns.find(({{title}}) => title.includes({json.dumps(title)}))")


async def came(person: Person, text: str) -> float:
    """As `turned`, of a line of the chat."""
    return await _noted(person, f"window.lines.find(({{text}}) => text === {json.dumps(text)})")


async def _noted(person: Person, note: str) -> float:
    await person.page.wait_for_function(f"() => {note}", timeout=PATIENCE * 1000)
    burnt = await person.page.evaluate(f"{note}.burnt")
    assert burnt is not None, "there was no picture then"
    return float(burnt)


async def director(browser: Browser, server: Server, number: int) -> Person:
    person = await arrive(browser, server.url, size=DESKTOP)
    await sign_in_staff(person, f"director-{number}", server.demo_password)
    return person


async def viewer(browser: Browser, server: Server, room: int, *, phone: str = "") -> Person:
    """In the room with a phone, signed in where a number is given; its page notes at which frame the card turns."""
    person = await arrive(browser, server.url, size=PHONE)
    if phone:
        await verify_phone(person, phone)
    await person.open(f"/live/{room}")
    await person.page.locator(".room .below").wait_for()
    await person.page.evaluate(WATCH)
    return person
