"""A simulated day: everybody lives at once, the fair closes, and what came of it is counted and checked."""

from __future__ import annotations

import asyncio
import importlib.util
import random
import resource
import statistics
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from jobfair.config.simulation.browser import Clock, Told
from jobfair.config.simulation.recruiters import Clerk, Recruiter
from jobfair.config.simulation.scene import Scene
from jobfair.config.simulation.seekers import ACTIVE, Seeker
from jobfair.config.simulation.wire import Address, Pool

Json = dict[str, Any]
CONNECTIONS = 24
CHECKER = Path("tests") / "invariants.py"


@dataclass(frozen=True)
class Plan:
    seekers: int
    hours: float
    speed: float
    limit_s: float  # real seconds after which everybody goes home
    seed: int
    closes: bool = True  # booths close at the end; a demo goes on


class Day:
    """The people of one day, where they meet, and what they went through."""

    def __init__(self, scene: Scene, plan: Plan, url: str, say: Callable[[str], None]) -> None:
        self.scene, self.plan, self.say = scene, plan, say
        self.told = Told()
        self.clock = Clock(plan.speed)
        self.pool = Pool(Address.of(url), CONNECTIONS)
        self.dice = random.Random(plan.seed)  # noqa: S311
        self.seekers: list[Seeker] = []
        self.recruiters: list[Recruiter] = []
        self.seconds = 0.0
        self.coming_s = 0.0  # real seconds until the last had come
        self.came_at = 0.0  # fair seconds at which the last was to come
        self.lags: list[float] = []  # seconds by which our own clock woke us late, each second
        self.cut_short = False
        self.unlike = 0  # phones that, after quiet, showed other than the database
        self._lives: set[asyncio.Task[Any]] = set()

    async def pass_by(self) -> None:
        """Let everybody live, close, and compare. An error in a life ends the run with that error."""
        allow_many_sockets(2 * self.plan.seekers + 500)
        started = time.monotonic()
        watch = asyncio.create_task(self._watch_the_clock())
        try:
            try:
                async with asyncio.timeout(self.plan.limit_s):
                    await self._live()
            except TimeoutError:
                self.cut_short = True
            await self._send_home()
            if self.plan.closes:
                self.say("closing the booths")
                await asyncio.gather(*(self._close(one) for one in self._one_per_booth()))
                await asyncio.sleep(2.0)  # for pushes on their way
                await asyncio.gather(*(self._compare(one) for one in self.seekers))
        finally:
            watch.cancel()
            await self._send_home()
            pages = [one.page for one in self.seekers] + [one.page for one in self.recruiters]
            await asyncio.gather(*(page.close() for page in pages))
            self.pool.close()
        self.seconds = time.monotonic() - started

    async def _live(self) -> None:
        over = self.plan.hours * 3600
        at_desks: set[asyncio.Task[None]] = set()
        for booth in self.scene.booths:
            others = [one for one in self.scene.booths if one is not booth and one.desks]
            for desk in booth.desks:
                recruiter = Recruiter(desk, booth, others, self)
                self.recruiters.append(recruiter)
                at_desks.add(self._begin(recruiter.live()))
        clerk = Clerk(self)
        self._begin(clerk.live(max(2, self.plan.seekers // 20), over, self._join))
        await self._let_in()
        self.say(f"everybody is in; {self._open_tickets()} tickets are open")
        while self._lives - at_desks:  # whoever is in may still take a number
            await self._go_on()
        for recruiter in self.recruiters:
            recruiter.closing = True
        while self._lives:
            await self._go_on()

    async def _go_on(self) -> None:
        self._look_for_errors()
        await asyncio.sleep(0.5)

    async def _watch_the_clock(self) -> None:
        while True:
            due = time.monotonic() + 1.0
            await asyncio.sleep(1.0)
            self.lags.append(time.monotonic() - due)

    async def _let_in(self) -> None:
        """Most come early. Nobody enters while the server is behind: then the day is longer, not emptier."""
        plan, scene = self.plan, self.scene
        arrivals = sorted(self.dice.betavariate(1.2, 2.0) * plan.hours * 3600 for _ in range(plan.seekers))
        began = time.monotonic()
        for number, arrival in enumerate(arrivals):
            await self.clock.sleep(arrival - (time.monotonic() - began) * plan.speed)
            while self.pool.is_behind:
                self.told.counts["waits at the door"] += 1
                await asyncio.sleep(0.2)
            session = scene.accounts[number] if number < len(scene.accounts) else ""
            seeker = Seeker(self, session)
            self.seekers.append(seeker)
            self._begin(seeker.live())
            self._look_for_errors()
            if number % max(1, plan.seekers // 10) == 0:
                calls = self.told.counts["call-next"]
                self.say(
                    f"{number} of {plan.seekers} seekers, {self._open_tickets()} open tickets, {calls} calls"
                )
            self.coming_s, self.came_at = time.monotonic() - began, arrival

    def _join(self, walker: Seeker, ticket: Json) -> None:
        """A walk-in who has claimed a paper ticket."""
        walker.remember(ticket)
        self.seekers.append(walker)
        self._begin(walker.wait_for_all())

    def own_dice(self) -> random.Random:
        return random.Random(self.dice.random())  # noqa: S311

    def _begin(self, life: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(life)
        self._lives.add(task)
        return task

    def _look_for_errors(self) -> None:
        for task in [one for one in self._lives if one.done()]:
            self._lives.discard(task)
            task.result()

    def _open_tickets(self) -> int:
        return sum(one["state"] in ACTIVE for seeker in self.seekers for one in seeker.tickets.values())

    async def _send_home(self) -> None:
        lives, self._lives = self._lives, set()
        for task in lives:
            task.cancel()
        await asyncio.gather(*lives, return_exceptions=True)

    def _one_per_booth(self) -> list[Recruiter]:
        return list({recruiter.booth.id: recruiter for recruiter in self.recruiters}.values())

    async def _close(self, recruiter: Recruiter) -> None:
        """Calls that were on when time was up are ended, then the booth closes."""
        for row in list(recruiter.rows.values()):
            if row["state"] in ("called", "arrived"):
                await recruiter.press(row["ticket_id"], "serve")
            if row["state"] in ("called", "arrived", "serving"):
                await recruiter.press(row["ticket_id"], "finish", {"result": "talked"})
        await recruiter.close_booth()

    async def _compare(self, seeker: Seeker) -> None:
        """After quiet a phone shows what a fresh page is shown."""
        for _ in range(4):
            if not seeker.id or await seeker.sees_the_truth():
                return
            await asyncio.sleep(1.5)
        self.unlike += 1


def allow_many_sockets(needed: int) -> None:
    """Raise the soft limit of open files as far as it goes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


# What came of it


def checker() -> Any:
    """tests/invariants.py of this source tree, which reads the tables by SQL and knows nothing of us."""
    file = settings.BASE_DIR / CHECKER
    if not file.exists():
        return None
    spec = importlib.util.spec_from_file_location("invariants_by_sql", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def violations() -> dict[str, int] | None:
    """Per invariant how many violations; None where the checker is not at hand."""
    module = checker()
    if module is None:
        return None
    with connection.cursor() as cursor:
        found = module.violations(cursor)
    counts = dict.fromkeys(module.names(), 0)
    for sentence in found:
        counts[next(name for name in counts if sentence.startswith(name))] += 1
    return counts


def figures(day: Day) -> Json:
    """The day's figures, recomputed from the tables of this fair."""
    from booths.models import Call, Interview, Ticket

    tickets = Ticket.objects.filter(booth__fair=day.scene.fair_id)
    calls = Call.objects.filter(booth__fair=day.scene.fair_id)
    first: dict[int, float] = {}
    rows = calls.exclude(state=Call.State.HELD).order_by("called_at")
    for ticket, called_at, taken_at in rows.values_list("ticket_id", "called_at", "ticket__taken_at"):
        first.setdefault(ticket, (called_at - taken_at).total_seconds())
    waits = sorted(first.values())
    states = Counter(tickets.values_list("state", flat=True))
    told = day.told
    return {
        "seconds": round(day.seconds, 1),
        "cut_short": day.cut_short,
        "clock": clock_of(day),
        "people": len(day.seekers),
        "tickets": sum(states.values()),
        "tickets_by_state": dict(sorted(states.items())),
        "waits_s": {"median": _quantile(waits, 0.5), "p90": _quantile(waits, 0.9)},
        "calls": calls.count(),
        "missed_calls": calls.filter(state=Call.State.MISSED).count(),
        "collisions_avoided": held_calls(day),
        "talks": Interview.objects.filter(ticket__booth__fair=day.scene.fair_id).count(),
        "applications": applications(day),
        "commands": len(told.latencies),
        "command_ms": {
            "median": round(1000 * statistics.median(told.latencies)) if told.latencies else None,
            "p99": round(1000 * _quantile(sorted(told.latencies), 0.99) or 0),
        },
        "counts": dict(sorted(told.counts.items())),
        "refused": dict(sorted(told.refused.items())),
        "failed": dict(sorted(told.failed.items())),
        "socket_promises_broken": told.untrue[:20],
        "phones_unlike_the_database": day.unlike,
        "violations": violations(),
    }


def clock_of(day: Day) -> Json:
    """Whether the machine held the pace: people wait at the door while the server is behind, so the day gets longer.

    `speed` is what came of the one asked for; `late` how late our own clock woke us, by which people act late.
    """
    plan, lags = day.plan, sorted(day.lags)
    held = min(plan.speed, day.came_at / max(day.coming_s, 0.001))
    return {
        "asked": plan.speed,
        "speed": round(held, 1),
        "people_came_within_s": round(day.coming_s, 1),
        "planned_s": round(day.came_at / plan.speed, 1),
        "late_ms": {
            "median": round(1000 * _quantile(lags, 0.5)),
            "p99": round(1000 * _quantile(lags, 0.99)),
            "most": round(1000 * _quantile(lags, 1.0)),
        },
    }


def held_calls(day: Day) -> int:
    """Calls of somebody who was with another booth: the place was kept, nobody was called twice."""
    from jobfair.core.models import AuditEntry

    booths = {booth.id for booth in day.scene.booths}
    held = AuditEntry.objects.filter(action="booths.call_held").values_list("detail", flat=True)
    return sum(detail.get("booth_id") in booths for detail in held)


def applications(day: Day) -> int:
    from jobfair.applications.models import Application

    return Application.objects.filter(fair=day.scene.fair_id).count()


def _quantile(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3) if ordered else 0.0


def is_sound(found: Json) -> bool:
    broken = found["violations"] and any(found["violations"].values())
    return not (
        broken or found["socket_promises_broken"] or found["phones_unlike_the_database"] or found["failed"]
    )
