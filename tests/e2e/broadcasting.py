"""A broadcast of the demo fair, two people who direct it, and what viewers' browsers decode."""

from __future__ import annotations

import time
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from tests.e2e.chatting import sign_in_staff
from tests.e2e.people import DESKTOP, PATIENCE, PHONE, Person, arrive
from tests.faults.server import Server

BROADCAST = """
from datetime import timedelta
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.fairs.models import Fair, FairStaff
from livestream.models import LiveSession, Room
now, fair = clock.now(), Fair.objects.get(slug="nantong")
room = Room.objects.create(fair=fair, name="画面测试间")
LiveSession.objects.create(room=room, title="画面测试", starts_at=now, ends_at=now + timedelta(hours=2),
    state="live", live_at=now)
for name in ("director-1", "director-2"):
    user, _ = User.objects.get_or_create(username=name, defaults={{"display_name": "演示导播"}})
    user.is_staff = True
    user.set_password("{password}")
    user.save()
    FairStaff.objects.get_or_create(fair=fair, user=user, role="director")
print(room.pk)
"""
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


def make_broadcast(server: Server) -> int:
    said = server.manage("shell", "-v", "0", "-c", BROADCAST.format(password=server.demo_password))
    return int(said.split()[-1])


async def director(browser: Browser, server: Server, number: int) -> Person:
    person = await arrive(browser, server.url, size=DESKTOP)
    await sign_in_staff(person, f"director-{number}", server.demo_password)
    return person


async def viewer(browser: Browser, server: Server, room: int) -> Person:
    person = await arrive(browser, server.url, size=PHONE)
    await person.open(f"/live/{room}/screen")
    return person
