"""A broadcast as its viewers see it: published by RTMP or by a browser's camera, dropped, cut and brought back."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from livestream.media.processes import has_ffmpeg
from tests.e2e import applying, video
from tests.e2e.broadcasting import (
    COLOURS,
    WATCH,
    Broadcast,
    came,
    director,
    frames,
    make_broadcast,
    plays,
    shows,
    turned,
    viewer,
)
from tests.e2e.hall import command, look_at
from tests.e2e.people import Person
from tests.e2e.test_axe import settled
from tests.faults.server import Server
from tests.livestream.media.encoder import publishing
from tests.pace import Pace

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.pages,
    pytest.mark.skipif(not has_ffmpeg(), reason="there is no ffmpeg"),
]
BACK_WITHIN, BLANK_WITHIN, IN_STEP = 5.0, 3.0, 1.0  # seconds, as promised
BEHIND = 5.0  # seconds a viewer is held back: what it shows then has left the list


@dataclass(frozen=True)
class Told:
    """A chapter, when it began, and the line that was said in it; instants in seconds."""

    name: str
    began: float
    line: int
    text: str
    said: float


async def make_key(studio: Person) -> str:
    """Where to publish. The key is shown once: not after the page was opened again."""
    await studio.press("生成密钥")
    server, key = studio.page.locator("code").first, studio.page.locator("code").nth(1)
    await expect(server).to_contain_text("rtmp://")
    address, words = (await server.inner_text()).strip(), (await key.inner_text()).strip()
    await studio.page.reload()
    await expect(studio.page.get_by_text(re.compile(r"末四位\s?" + re.escape(words[-4:])))).to_be_visible()
    assert words not in await studio.page.content()
    return f"{address}/{words}"


async def test_a_broadcast_is_watched_in_step_drops_is_cut_and_watched_again(
    studio_server: Server, browser: Browser
) -> None:
    server = studio_server
    broadcast = await asyncio.to_thread(make_broadcast, server)
    studio = await director(browser, server, 1)
    await studio.open(f"/studio/{broadcast.room}/media")
    address = await make_key(studio)
    watchers = [await viewer(browser, server, broadcast.room, phone=phone) for phone in ("", "13800004330")]
    await refused(address, server.state / "live" / "desk" / str(broadcast.room))
    with publishing(address) as encoder:
        began = time.monotonic()
        await asyncio.gather(*(plays(one.page) for one in watchers))
        print(f"both viewers play {time.monotonic() - began:.1f} s after the encoder began")
        assert await watchers[0].page.evaluate(COLOURS) > 8, "the test picture, not black"
        await expect(studio.page.get_by_text("编码器推流").first).to_be_visible()
        await plays_at_desk(studio)
        await look_at(studio, "studio-media")
        with Pace() as pace:
            told = await cards_in_step(studio, watchers, broadcast, pace)
        encoder.kill()
        await drops(studio, watchers)
    with publishing(address):
        await asyncio.gather(*(shows(one.page, "on") for one in watchers))
        await asyncio.gather(*(plays(one.page) for one in watchers))
        await cut_and_restore(browser, server, broadcast.room, studio, watchers)
    await over_and_watched_again(studio, watchers[0], watchers[1], broadcast, told)


async def refused(address: str, stored: Path) -> None:
    with publishing(address[:-4] + "0000") as encoder:
        assert await asyncio.to_thread(encoder.wait, 60) != 0
    assert await asyncio.to_thread(lambda: list(stored.glob("*.ts"))) == [], (
        "nothing of a wrong key is stored"
    )


async def plays_at_desk(studio: Person) -> None:
    await studio.page.wait_for_function("() => document.querySelector('.preview video')?.currentTime > 0.5")


async def cards_in_step(
    studio: Person, watchers: list[Person], broadcast: Broadcast, pace: Pace
) -> list[Told]:
    """At each viewer, the card turns at the frame that was filmed when the director turned it; then a line is said."""
    path, seen = f"/live-sessions/{broadcast.session}/air", None
    late, told = watchers[1].page, []
    for place, name in enumerate(broadcast.names):
        if place == 2:  # a viewer whose player stood still for a while
            await late.evaluate("document.querySelector('.player video').pause()")
            await late.wait_for_timeout(BEHIND * 1000)
            await late.evaluate("void document.querySelector('.player video').play()")
        rundown = await command(studio, path, {"act": "next", "seen": seen})
        [cue] = [one for one in rundown["cues"] if one["state"] == "on_air"]
        seen, at = cue["id"], datetime.fromisoformat(cue["aired"][-1]["started_at"]).timestamp()
        apart = [burnt - at for burnt in await asyncio.gather(*(turned(one, name) for one in watchers))]
        delays = [time.time() - at for _ in apart]
        print(
            f"card {place}: {', '.join(f'{one:+.1f}' for one in apart)} s; all turned {delays[0]:.1f} s after"
        )
        assert max(map(abs, apart)) <= pace.allows(IN_STEP)
        text = f"讲到{name}了"
        args = {"room_id": broadcast.room, "text": text}
        said = (
            await command(
                watchers[1], "/commands/livestream.say", {"cid": f"picture-{place:08}", "args": args}
            )
        )["line"]
        told.append(Told(name, at, said["id"], text, datetime.fromisoformat(said["at"]).timestamp()))
    return told


async def drops(studio: Person, watchers: list[Person]) -> None:
    with Pace() as pace:
        killed = time.monotonic()
        await asyncio.gather(*(shows(one.page, "interrupted") for one in watchers))
        told = time.monotonic() - killed
    await studio.page.get_by_text("备用画面").first.wait_for()
    print(f"viewers were told {told:.1f} s after the encoder was killed")
    assert told < pace.allows(BACK_WITHIN)
    await expect(watchers[0].page.get_by_text("直播中断，正在恢复").first).to_be_visible()
    await asyncio.gather(*(plays(one.page) for one in watchers))


async def blank(watcher: Person) -> float:
    """Wait until nothing of the picture is to be seen; returns the instant (monotonic)."""
    while (await frames(watcher.page)).shown:
        await watcher.page.wait_for_timeout(20)
    return time.monotonic()


async def cut_and_restore(
    browser: Browser, server: Server, room: int, studio: Person, watchers: list[Person]
) -> None:
    second = await director(browser, server, 2)
    await second.open(f"/studio/{room}/media")
    with Pace() as pace:
        pressed = time.monotonic()
        blanks = [asyncio.create_task(blank(one)) for one in watchers]
        await studio.press("立即切断画面")
        took = [at - pressed for at in await asyncio.gather(*blanks)]
        print(f"blank after {', '.join(f'{one:.2f}' for one in took)} s, the press included")
        assert max(took) < pace.allows(BLANK_WITHIN)
        while (await watchers[0].page.request.get(f"{server.url}/hls/air/{room}/index.m3u8")).status != 404:
            assert time.monotonic() - pressed < pace.allows(BLANK_WITHIN), (
                "the list is still there for players without a socket"
            )
    for one in watchers:
        await expect(one.page.get_by_text("画面已暂停")).to_be_visible()
    await studio.sees("恢复画面需要另一位工作人员")
    await expect(studio.page.get_by_role("button", name="恢复画面")).to_have_count(0)
    await look_at(studio, "studio-media-cut")
    await second.press("恢复画面")
    await asyncio.gather(*(shows(one.page, "on") for one in watchers))
    await asyncio.gather(*(plays(one.page) for one in watchers))


async def over_and_watched_again(
    studio: Person, watcher: Person, applicant: Person, broadcast: Broadcast, told: list[Told]
) -> None:
    """Chapters move the picture, lines come at the instants they were said, and what is open can be applied for."""
    for act in ("end", "publish"):
        await command(studio, f"/live-sessions/{broadcast.session}/act", {"act": act})
    await command(studio, f"/live-lines/{told[1].line}/delete")
    page = watcher.page
    await watcher.open(f"/replays/{broadcast.session}")
    await plays(page)
    await page.evaluate(WATCH)
    for one in (told[3], told[0]):
        chapter = page.get_by_role("listitem").filter(has_text=one.name)
        await chapter.get_by_role("button", name="从这里看").click()
        await page.wait_for_function(f"() => Math.abs(window.burnt() - {one.began}) <= {IN_STEP}")
    await page.get_by_role("button", name="互动", exact=True).click()
    with Pace() as pace:
        apart = [await came(watcher, one.text) - one.said for one in (told[0], told[2])]
    print(f"lines of then came {', '.join(f'{one:+.1f}' for one in apart)} s from their instants")
    assert max(map(abs, apart)) <= pace.allows(IN_STEP)
    await look_at(watcher, "replay-talk")
    await expect(page.get_by_text(told[1].text)).to_have_count(0)
    await command(studio, f"/live-lines/{told[0].line}/delete")
    await expect(page.get_by_text(told[0].text)).to_have_count(0)
    await expect(page.get_by_role("log").get_by_text(told[2].text)).to_be_visible()

    await applying.save_resume(applicant)
    await applicant.open(f"/replays/{broadcast.session}")
    await settled(applicant.page)
    await plays(applicant.page)
    await look_at(applicant, "replay")
    await applicant.page.get_by_role("button", name="投递").first.click()
    await applying.agree(applicant)
    await applying.receipt(applicant)


async def test_a_hosts_camera_is_watched_in_another_browser(
    studio_server: Server, chromium: str, browser: Browser
) -> None:
    server = studio_server
    room = (await asyncio.to_thread(make_broadcast, server)).room
    watcher = await viewer(browser, server, room)
    async with async_playwright() as playwright:
        cameras = await video.launch(playwright, chromium, *video.ALLOWED)
        host = await director(cameras, server, 1)
        await host.open(f"/studio/{room}/camera")
        await expect(host.page.get_by_role("button", name="开始推送画面")).to_be_enabled()
        began = time.monotonic()
        await host.press("开始推送画面")
        await plays(watcher.page)
        print(f"the camera is watched {time.monotonic() - began:.1f} s after its host went live")
        await host.sees("观众正在看你的画面")
        await look_at(host, "studio-camera")
        await host.context.set_offline(True)
        await shows(watcher.page, "interrupted")
        await host.context.set_offline(False)
        await shows(watcher.page, "on")
        await plays(watcher.page)
        await host.press("停止")
        await shows(watcher.page, "interrupted")
        await cameras.close()
