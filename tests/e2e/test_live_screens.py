"""The room with a picture that plays, looked at: sizes, large print, the dark, a silent and a loud chat.

What must be on the first screen is there, and nothing overflows. Pictures are kept with JOBFAIR_TEST_SCREENS=1.
"""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Page, Request, expect

from livestream.media.processes import has_ffmpeg
from tests.e2e.broadcasting import make_broadcast, plays
from tests.e2e.crowd import gather_people, talking
from tests.e2e.people import PHONE, Person, arrive
from tests.e2e.test_axe import judge
from tests.e2e.test_screens import look
from tests.faults.server import Server
from tests.livestream.media.encoder import STUDIO, publishing

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.pages,
    pytest.mark.skipif(not has_ffmpeg(), reason="there is no ffmpeg"),
]
LOUD = 100  # lines a second
IN_SIGHT = ("390x844", "1366x768")
NEWEST = """() => {
  const [lines, foot] = [document.querySelectorAll(".lines li"), document.querySelector(".composer")];
  return lines.length > 0 && [...lines].at(-1).getBoundingClientRect().bottom <= foot.getBoundingClientRect().top + 1;
}"""
SIZES = ("390x844", "360x740", "844x390", "1366x768")
START = """
import json
from datetime import timedelta
from jobfair.core import clock
from livestream.models import LiveSession
from livestream.services import directing
from livestream.services.media import make_stream_key
session = LiveSession.objects.get(pk={session})
director = session.room.fair.staff.filter(role="director").first().user
now = clock.now()
cue = directing.next_cue(session=session, seen=None, by=director, now=now - timedelta(minutes=9))
directing.next_cue(session=session, seen=cue.pk, by=director, now=now - timedelta(minutes=2))
print(make_stream_key(room=session.room, by=director, now=now)[1])
"""


async def resize(page: Page, size: str) -> None:
    width, height = map(int, size.split("x"))
    await page.set_viewport_size({"width": width, "height": height})


async def fits(page: Page, selector: str) -> None:
    """All of it is on the screen without scrolling."""
    box = await page.locator(selector).first.bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    assert box["y"] >= 0, selector
    assert box["y"] + box["height"] <= size["height"], f"{selector} at {size}: {box}"


async def test_a_room_looks_right_while_its_picture_plays(studio_server: Server, browser: Browser) -> None:
    server = studio_server
    broadcast = await asyncio.to_thread(make_broadcast, server)
    code = START.format(session=broadcast.session)
    key = (await asyncio.to_thread(server.manage, "shell", "-v", "0", "-c", code)).split()[-1]
    people = await asyncio.to_thread(gather_people, server, lines_a_second=LOUD)
    viewer = await arrive(browser, server.url, size=PHONE)
    with publishing(f"rtmp://{server.env['JOBFAIR_RTMP']}/live/{key}", picture=STUDIO):
        await viewer.open(f"/live/{broadcast.room}")
        page = viewer.page
        await plays(page)
        await expect(page.get_by_text("投递简历").first).to_be_visible()
        await look(page, "live-silent", size="390x844")
        assert await judge(page) == []
        await expect(page.locator(".lines li")).to_have_count(0)
        async with talking(server, broadcast.room, people):
            await page.wait_for_function("() => document.querySelectorAll('.danmaku .line').length >= 5")
            for size in SIZES:
                await resize(page, size)
                await look(page, "live-loud", size=size)
                await fits(page, ".card button")
                if size in IN_SIGHT:
                    await page.wait_for_function(NEWEST)
        await resize(page, "390x844")
        await page.emulate_media(color_scheme="dark")
        await look(page, "live-dark", size="390x844")
        assert await judge(page) == []
        await page.emulate_media(color_scheme="light")
        await listens(viewer)
        await page.add_style_tag(content="html { font-size: 200% !important; }")
        await look(page, "live-large", size="390x844")


async def listens(viewer: Person) -> None:
    """On a poor network: nothing of the picture is fetched any more, and its sound when one asks for it."""
    page = viewer.page
    fetched: list[str] = []

    def note(request: Request) -> None:
        fetched.append(request.url)

    page.on("request", note)
    await viewer.press("省流")
    await page.locator(".player").wait_for(state="detached")
    fetched.clear()
    await viewer.press("只听声音")
    await page.wait_for_function("() => document.querySelector('audio.sound')?.currentTime > 1.5")
    await viewer.sees("停止收听")
    await viewer.sees("画面约晚")
    assert not [url for url in fetched if url.endswith(".ts")]
    assert [url for url in fetched if url.endswith(".aac")]
    await look(page, "live-listening", size="390x844")
    assert await judge(page) == []
    await viewer.press("停止收听")
    await viewer.sees("只听声音")
