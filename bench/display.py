"""The hall's display, left alone with a hall that calls: does the page grow?

    python bench/display.py [--quick] [--minutes 60] [--pace 2.5] [--plant] [--json]

One server process as run.py serves it, one real Chromium at 1920 × 1080 on the display page with its sound on, and a
recruiter's commands over HTTP: at every `pace` seconds one booth of eight finishes its talk, calls the next and begins
the next talk. Every minute the page is told to collect its garbage and asked for its heap, DOM nodes and listeners;
the renderer's private memory is read from /proc. Each time the wall must show the number called last, without having
loaded itself anew.

The rule: over the samples after the first quarter of an hour (a call stands on the wall for fifteen minutes, so until
then the list fills) the Theil–Sen slope, which a single odd sample cannot bend, must stay below what one kept trace of
each call would cost: 256 bytes of heap (the smallest call the page could keep; its parsed JSON is more), a tenth of a
node, a tenth of a listener, and 4 kB of private memory, for what lives outside the heap, such as audio nodes. The page
loads itself anew once a day. `--plant` keeps one small object and one node per call: the run must then fail.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.latency import press  # noqa: E402
from jobfair.config.simulation.wire import Address, Connection  # noqa: E402
from tests.faults.server import Server  # noqa: E402

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

BOOTHS = 8
LIMITS = {"heap": 256.0, "nodes": 0.1, "listeners": 0.1, "private": 4096.0}  # per call
SEED = """
import json
from booths import services
from jobfair.core import clock
from jobfair.core.unit_of_work import unit_of_work
from tests.applications.scene import session_of
from tests.factories import desks_of, make_booth, make_fair, make_recruiter, make_seeker
now = clock.now()
fair = make_fair(now=now)
@unit_of_work
def fill(booth):
    for _ in range({line}):
        services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=now)
booths = []
for _ in range({booths}):
    booth = make_booth(fair, desks=1, now=now)
    fill(booth)
    booths.append(dict(desk=desks_of(booth)[0].pk, recruiter=session_of(make_recruiter(booth))))
print(json.dumps(dict(slug=fair.slug, booths=booths)))
"""
PLANT = """() => {
  const kept = (window.planted = []);
  new MutationObserver(() => {
    kept.push({ at: Date.now(), words: "x".repeat(40) + kept.length, node: document.createElement("p") });
  }).observe(document.querySelector("main"), { subtree: true, characterData: true, childList: true });
}"""


@dataclass
class Sample:
    minute: float
    calls: int
    heap: float  # bytes in use after a collection
    nodes: float
    listeners: float
    private: float  # bytes of the renderer's own


@dataclass
class Hall:
    """The recruiters of all booths, one after another."""

    connection: Connection
    booths: list[dict[str, Any]]
    calls: int = 0
    label: str = ""
    talks: dict[int, int] = field(default_factory=dict)  # desk → ticket
    keys: itertools.count[int] = field(default_factory=itertools.count)

    async def _do(self, booth: dict[str, Any], path: str, body: Any = None) -> Any:
        reply = await press(self.connection, booth["recruiter"], path, body, f"display-{next(self.keys)}")
        return reply.json

    async def call_one(self) -> None:
        booth = self.booths[self.calls % len(self.booths)]
        desk = booth["desk"]
        if desk in self.talks:
            await self._do(booth, f"tickets/{self.talks[desk]}/finish", {"result": "talked"})
        called = (await self._do(booth, f"desks/{desk}/call-next"))["ticket"]
        await self._do(booth, f"tickets/{called['id']}/serve")
        self.talks[desk], self.label = called["id"], called["label"]
        self.calls += 1


async def renderer_of(browser: CDPSession) -> int:
    """The pid of the busiest renderer, which is the page's: no other page is open, a spare one does nothing."""
    processes = (await browser.send("SystemInfo.getProcessInfo"))["processInfo"]
    renderers = [one for one in processes if one["type"] == "renderer"]
    return int(max(renderers, key=lambda one: one["cpuTime"])["id"])


def private_bytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return 1024.0 * sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


async def look(page: CDPSession, browser: CDPSession, hall: Hall, started: float) -> Sample:
    await page.send("HeapProfiler.collectGarbage")
    told = {one["name"]: one["value"] for one in (await page.send("Performance.getMetrics"))["metrics"]}
    return Sample(
        minute=(time.monotonic() - started) / 60,
        calls=hall.calls,
        heap=told["JSHeapUsedSize"],
        nodes=told["Nodes"],
        listeners=told["JSEventListeners"],
        private=private_bytes(await renderer_of(browser)),
    )


async def shows(page: Page, label: str) -> bool:
    """Within two seconds, and the page is the one that was opened."""
    hero = page.locator(".hero .label", has_text=label)
    for _ in range(20):
        if await hero.count() == 1:
            return bool(await page.evaluate("window.opened === 1"))
        await asyncio.sleep(0.1)
    return False


async def watch(
    page: Page, browser: CDPSession, hall: Hall, options: argparse.Namespace
) -> tuple[list[Sample], int]:
    """Call and sample at an even pace; returns the samples and how often the wall showed something else."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Performance.enable")
    samples: list[Sample] = []
    wrong, started = 0, time.monotonic()
    while (spent := time.monotonic() - started) < options.minutes * 60 + 1:
        await hall.call_one()
        if spent >= len(samples) * options.every:
            wrong += not await shows(page, hall.label)
            samples.append(await look(cdp, browser, hall, started))
            print(row(samples[-1]), flush=True)
        await asyncio.sleep(max(0.0, hall.calls * options.pace - (time.monotonic() - started)))
    return samples, wrong


async def measure(
    server: Server, seed: dict[str, Any], options: argparse.Namespace
) -> tuple[list[Sample], int]:
    from playwright.async_api import async_playwright

    executable = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if executable is None:
        raise SystemExit("No Chromium is installed.")
    hall = Hall(Connection(Address.of(server.url)), seed["booths"])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, chromium_sandbox=os.geteuid() != 0, args=["--mute-audio"]
        )
        page = await browser.new_page(
            viewport={"width": 1920, "height": 1080}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        await page.goto(f"{server.url}/display/{seed['slug']}")
        await page.evaluate("window.opened = 1")
        await page.locator("h1").click()  # sound needs a gesture
        await page.locator(".nobody").wait_for()
        if options.plant:
            await page.evaluate(PLANT)
        found = await watch(page, await browser.new_browser_cdp_session(), hall, options)
        hall.connection.close()
        await browser.close()
    return found


def slope(samples: list[Sample], what: str) -> float:
    """Theil–Sen, per call: the median of the slopes between every two samples."""
    pairs = [(one, other) for one, other in itertools.combinations(samples, 2) if other.calls > one.calls]
    if not pairs:
        return 0.0
    return statistics.median((getattr(o, what) - getattr(n, what)) / (o.calls - n.calls) for n, o in pairs)


HEAD = "| minute | calls | heap, MB | DOM nodes | listeners | private, MB |\n|---|---|---|---|---|---|"


def row(one: Sample) -> str:
    return (
        f"| {one.minute:.1f} | {one.calls} | {one.heap / 1e6:.3f} | {one.nodes:.0f} | {one.listeners:.0f} "
        f"| {one.private / 1e6:.1f} |"
    )


def judge(samples: list[Sample], wrong: int, options: argparse.Namespace) -> int:
    late = [one for one in samples if one.minute >= options.warm]
    slopes = {what: slope(late, what) for what in LIMITS}
    print(
        f"\n{len(late)} samples from minute {options.warm:g} on; the wall showed another number {wrong} times\n"
    )
    print("| growth per call | slope | at most |\n|---|---|---|")
    for what, most in LIMITS.items():
        print(f"| {what} | {slopes[what]:+.3f} | {most:g} |")
    if options.json:
        print(json.dumps({"slopes": slopes, "wrong": wrong, "calls": samples[-1].calls}))
    grows = [what for what, most in LIMITS.items() if slopes[what] > most]
    if options.quick:
        print("\nnot judged: too short")
        return 1 if wrong else 0
    print(f"\n{'grows: ' + ', '.join(grows) if grows else 'does not grow'}")
    return 1 if wrong or grows else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--quick", action="store_true", help="half a minute: does it work at all; never judged"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plant", action="store_true", help="let the page grow: the run must fail")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--warm", type=float, default=15, help="minutes before the samples that are judged")
    parser.add_argument("--pace", type=float, default=2.5, help="seconds between two calls")
    options = parser.parse_args()
    options.every = 60.0
    if options.quick:
        options.minutes, options.warm, options.every = 0.5, 0.1, 5.0
    line = int(options.minutes * 60 / options.pace / BOOTHS) + 5
    server = Server(Path(tempfile.mkdtemp(prefix="jobfair-display-")), env={"JOBFAIR_LOG_LEVEL": "ERROR"})
    try:
        server.manage("migrate", "--verbosity", "0")
        code = SEED.format(booths=BOOTHS, line=line)
        seed = json.loads(server.manage("shell", "-v", "0", "-c", code).splitlines()[-1])
        server.start()
        print(
            f"one call each {options.pace:g} s at {BOOTHS} booths, {os.cpu_count()} cores\n\n{HEAD}",
            flush=True,
        )
        samples, wrong = asyncio.run(measure(server, seed, options))
    finally:
        server.stop()
    return judge(samples, wrong, options)


if __name__ == "__main__":
    raise SystemExit(main())
