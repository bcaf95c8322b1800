"""Lines that fly over the picture: does the page still paint 60 times a second?

    python bench/danmaku.py [--quick] [--lines 100] [--seconds 8] [--rounds 5]

One server as run.py serves it, ffmpeg publishing to it, and a room that many talk in, each over a socket of their own.
One real Chromium, headless, has the room open on a phone of 390 × 844 at three times its pixels while the picture
plays; rounds with the lines flying at normal density and rounds without any alternate. In each, the intervals between
animation frames are noted. Encoder, server, crowd and browser share this machine's cores, so only the difference
between the two rows belongs to the lines.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.live_room import SETTINGS  # noqa: E402
from livestream.media.processes import ffmpeg  # noqa: E402
from tests.e2e.crowd import gather_people, talking  # noqa: E402
from tests.faults.server import Server  # noqa: E402
from tests.livestream.media.encoder import publishing  # noqa: E402
from tests.stores import free_port  # noqa: E402

LATE_MS = 20.0  # a frame that took longer was missed by a screen of 60 Hz
SEED = """
from datetime import timedelta
from jobfair.core import clock
from livestream.models import LiveSession
from livestream.services.media import make_stream_key
from tests.livestream.talking import Chatter
chatter, now = Chatter(), clock.now()
LiveSession.objects.create(room=chatter.room, title="压测", state="live", starts_at=now, live_at=now,
                           ends_at=now + timedelta(hours=2))
print(chatter.room.pk, make_stream_key(room=chatter.room, by=chatter.moderator, now=now)[1])
"""
FRAMES = """(seconds) => new Promise((done) => {
  const [intervals, shown] = [[], []];
  const began = performance.now();
  let last = began;
  const step = (now) => {
    intervals.push(now - last);
    last = now;
    shown.push(document.querySelectorAll(".danmaku .line").length);
    if (now - began < seconds * 1000) requestAnimationFrame(step);
    else done({intervals: intervals.slice(2), shown: Math.max(...shown)});
  };
  requestAnimationFrame(step);
})"""


async def measure(server: Server, room: int, options: argparse.Namespace) -> dict[str, list[dict[str, Any]]]:
    from playwright.async_api import async_playwright

    executable = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if executable is None:
        raise SystemExit("No Chromium is installed.")
    people = gather_people(server, lines_a_second=options.lines)
    found: dict[str, list[dict[str, Any]]] = {"off": [], "some": []}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, chromium_sandbox=os.geteuid() != 0, args=["--mute-audio"]
        )
        context = await browser.new_context(
            viewport={"width": 390, "height": 844}, device_scale_factor=3, has_touch=True, locale="zh-CN"
        )
        page = await context.new_page()
        await page.goto(f"{server.url}/live/{room}")
        await page.wait_for_function("() => document.querySelector('.player video')?.currentTime > 1")
        async with talking(server, room, people):
            for turn in range(2 * options.rounds):
                density = ("off", "some")[turn % 2]
                while await page.evaluate("localStorage.getItem('jobfair.live.density')") != f'"{density}"':
                    await page.locator(".flying").click()
                await asyncio.sleep(4)  # lines take about as long to cross
                found[density].append(await page.evaluate(FRAMES, options.seconds))
        await browser.close()
    return found


def row(name: str, rounds: list[dict[str, Any]]) -> str:
    medians = [statistics.median(one["intervals"]) for one in rounds]
    late = [100 * sum(ms > LATE_MS for ms in one["intervals"]) / len(one["intervals"]) for one in rounds]
    lines = max(one["shown"] for one in rounds)
    return (
        f"| {name} | {statistics.median(medians):.1f} ({min(medians):.1f}–{max(medians):.1f}) | "
        f"{statistics.median(late):.1f} ({min(late):.1f}–{max(late):.1f}) | {lines} |"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="one round of 2 s each: does it work at all")
    parser.add_argument("--lines", type=int, default=100, help="a second")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.rounds = 2, 1
    ffmpeg()  # without one there is nothing to measure
    port, load = free_port(), os.getloadavg()[0]
    state = Path(tempfile.mkdtemp(prefix="jobfair-danmaku-"))
    server = Server(state, env={**SETTINGS, "JOBFAIR_RTMP": f"127.0.0.1:{port}"})
    try:
        server.manage("migrate", "--verbosity", "0")
        room, key = server.manage("shell", "-v", "0", "-c", SEED).split()[-2:]
        server.start()
        seconds = 60 + int(2 * options.rounds * (options.seconds + 8))
        with publishing(f"rtmp://127.0.0.1:{port}/live/{key}", seconds=seconds):
            found = asyncio.run(measure(server, int(room), options))
    finally:
        server.stop()
        shutil.rmtree(state, ignore_errors=True)
    print(
        f"{options.lines} lines a second, {options.rounds} rounds of {options.seconds:.0f} s, {os.cpu_count()} cores, "
        f"load {load:.1f} before\n\n"
        f"| | ms between frames: median (range) | % later than {LATE_MS:.0f} ms | lines at once |\n|---|---|---|---|"
    )
    print(row("no lines flying", found["off"]))
    print(row("normal density", found["some"]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
