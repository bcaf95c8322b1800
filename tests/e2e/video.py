"""A talk by video in two Chromiums with cameras and microphones of their own (a test picture, a beep)."""

from __future__ import annotations

import os
import time
from typing import Any

from playwright.async_api import Browser, Page, Playwright

from tests.e2e.applying import save_resume, verify_phone
from tests.e2e.people import PATIENCE, Person, arrive
from tests.faults.server import Server

DEVICES = [
    "--use-fake-device-for-media-stream=fps=10",
    "--disable-features=WebRtcHideLocalIpsWithMdns",  # loopback has no mDNS
]
ALLOWED = [*DEVICES, "--use-fake-ui-for-media-stream"]
WATCHED = """
const Real = window.RTCPeerConnection;
window.peers = [];
window.RTCPeerConnection = class extends Real {
  constructor(...config) { super(...config); window.peers.push(this); }
};
"""
FRAMES = """async () => {
  const peer = window.peers.at(-1);
  if (peer === undefined) return {decoded: 0, received: 0, audio: 0, state: "none"};
  const found = {decoded: 0, received: 0, audio: 0, state: peer.connectionState, peers: window.peers.length};
  for (const one of (await peer.getStats()).values()) {
    if (one.type !== "inbound-rtp") continue;
    if (one.kind === "video") { found.decoded += one.framesDecoded ?? 0; found.received += one.framesReceived ?? 0; }
    else found.audio += one.packetsReceived ?? 0;
  }
  return found;
}"""
CALLED = """
from booths import services
from booths.models import Booth, Ticket
from jobfair.accounts.models import User
from jobfair.applications import consent
from jobfair.applications.services import submit
from jobfair.core import clock
from jobfair.positions.queries import published_positions_of
now = clock.now()
seeker, recruiter = User.objects.get(phone="+86{phone}"), User.objects.get(username="recruiter-1")
booth = Booth.objects.select_related("employer", "fair").get(number=1)
for other in Ticket.objects.filter(booth=booth, state__in=["waiting", "paused"]):
    services.leave_line(ticket=other, by=other.seeker, now=now)
position = published_positions_of(booth.employer, booth.fair)[0]
submit(position=position, seeker=seeker, cid="video-application", source="booth", source_ref=str(booth.pk),
       consent_text_version=consent.VERSION, now=now)
ticket = services.take_ticket(booth=booth, seeker=seeker, channel="online", now=now)
services.call_next_ticket(desk=booth.desks.order_by("number")[0], by=recruiter, now=now)
print(booth.pk, ticket.pk)
"""
Frames = dict[str, Any]


async def launch(playwright: Playwright, chromium: str, *flags: str) -> Browser:
    return await playwright.chromium.launch(
        executable_path=chromium, chromium_sandbox=os.geteuid() != 0, args=list(flags)
    )


async def person_with_camera(browser: Browser, server: Server, *, size: dict[str, int]) -> Person:
    person = await arrive(browser, server.url, size=size)
    await person.context.add_init_script(WATCHED)
    return person


async def called_online(seeker: Person, server: Server, phone: str) -> tuple[int, int]:
    """A seeker with a proven phone, whose résumé the employer has, called from the line; returns booth and ticket."""
    await verify_phone(seeker, phone)
    await save_resume(seeker)
    said = server.manage("shell", "-v", "0", "-c", CALLED.format(phone=phone))
    booth, ticket = map(int, said.split()[-2:])
    return booth, ticket


async def frames(page: Page) -> Frames:
    return dict(await page.evaluate(FRAMES))


async def frames_arrive(page: Page, *, more: int = 10, within: float = PATIENCE) -> Frames:
    """Wait until so many more frames have been decoded than now; returns the last figures."""
    first, until = await frames(page), time.monotonic() + within
    now = first
    while time.monotonic() < until:
        now = await frames(page)
        begun = 0 if now["peers"] != first.get("peers") else first["decoded"]
        if now["decoded"] >= begun + more and now["received"] >= now["decoded"] > 0:
            return now
        await page.wait_for_timeout(200)
    raise AssertionError(f"no frames: {first} → {now}")
