"""Backtest of the waiting-time estimates on simulated fairs whose parameters the estimator never sees.

    python bench/estimates.py [--quick] [--json] [--fairs 60] [--booths 12] [--seed 1]

Whoever takes a ticket is told a range, and again at each look eight minutes later; the day then shows when their
turn came. `late`: share whose turn came after the range (a line that closed first counts, unless the page had said
so). `early`: share before it. Pinball loss (minutes, mean of the 15 % and 85 % levels, lower is better) is beside
people × mean, as many products show it; beside the same shared by the desks; and beside that multiplied, for each
level, by the factor that suits these very fairs best in hindsight, which no product could know.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.hall import FAIR_S, Booth, Called, Nature, View  # noqa: E402
from booths.estimates import EndedCall, Estimate, Prior, estimate, prior_of, sittings_of  # noqa: E402

GOAL_LATE = 0.20
EARLY, LATE = 0.15, 0.85  # the levels of the range
OPENS = datetime(2026, 3, 14, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
CLOSES = OPENS + timedelta(seconds=FAIR_S)
LEAST_HISTORY = 5  # people × mean has no mean before; both are compared from here on


@dataclass
class Told:
    """What one person was told at one moment, and what came of it."""

    view: View
    estimate: Estimate
    mean: float | None  # of the booth's sittings so far
    wait: float = 0.0
    came: bool = False


def simulate(seed: int, fairs: int, booths: int) -> list[Told]:
    """All that was told and can be judged. Whoever left or paused by themselves is not a judge of the estimate."""
    told: list[Told] = []
    for fair in range(fairs):
        dice = random.Random(seed * 100_003 + fair)
        nature = Nature.draw(dice)
        told += simulate_fair(nature, dice, booths)
    judged = []
    for one in told:
        person = one.view.person
        if person.turn_at is not None and person.turn_at <= FAIR_S:
            one.came, one.wait = True, person.turn_at - one.view.at
        elif person.leaves_at <= FAIR_S or person.state == "gone":
            continue
        else:
            one.wait = FAIR_S - one.view.at
        if person.paused_at is None or person.paused_at < one.view.at:
            judged.append(one)
    return judged


def simulate_fair(nature: Nature, dice: random.Random, booths: int) -> list[Told]:
    told: list[Told] = []
    neighbours: deque[float] = deque(maxlen=120)  # what the fair's other booths have shown so far
    left = called = 0
    for _ in range(booths):
        prior = prior_of(list(neighbours), left=left, called=called)

        known: dict[int, list[float]] = {}  # by the number of calls: nothing changes between two ends

        def tell(booth: Booth, view: View, prior: Prior = prior, known: Any = known) -> None:
            count = len(booth.calls)
            if count not in known:
                known[count] = costs(booth.calls[-80:])
            sittings = known[count]
            made = estimate(
                ahead=view.ahead,
                desks=view.desks,
                talks=sittings,
                prior=prior,
                now=moment(view.at),
                closes_at=CLOSES,
                running=view.running,
            )
            mean = statistics.fmean(sittings) if len(sittings) >= LEAST_HISTORY else None
            told.append(Told(view, made, mean))

        booth = Booth(nature, random.Random(dice.random()), tell)
        booth.run()
        neighbours.extend(costs(booth.calls[:20]))
        left, called = left + booth.left // 2, called + len(booth.calls) // 2
    return told


def moment(seconds: float) -> datetime:
    return OPENS + timedelta(seconds=seconds)


def costs(calls: Sequence[Called]) -> list[float]:
    return sittings_of(EndedCall(who, desk, *map(moment, times)) for who, desk, *times in calls)


def pinball(wait: float, forecast: float, level: float) -> float:
    """In minutes."""
    return max(level * (wait - forecast), (level - 1) * (wait - forecast)) / 60


def loss(told: Sequence[Told], low: Callable[[Told], float], high: Callable[[Told], float]) -> float:
    return statistics.fmean(
        (pinball(one.wait, low(one), EARLY) + pinball(one.wait, high(one), LATE)) / 2 for one in told
    )


def best_factor(told: Sequence[Told], level: float) -> float:
    """Of people × mean / desks, chosen knowing how it all ended."""
    factors = [step / 20 for step in range(1, 61)]
    return min(factors, key=lambda f: sum(pinball(one.wait, f * shared(one), level) for one in told))


def by_people(one: Told) -> float:
    return (one.view.ahead + 0.5) * (one.mean or 0)


def shared(one: Told) -> float:
    return by_people(one) / max(1, one.view.desks)


@dataclass
class Verdict:
    name: str
    count: int
    late: float
    early: float
    width_min: float
    wait_min: float
    ours: float
    people: float
    per_desk: float
    hindsight: float


def judge(name: str, told: Sequence[Told]) -> Verdict:
    scored = [one for one in told if one.came or not one.estimate.may_close_before]
    alike = [one for one in scored if one.mean is not None and one.came]
    early_factor, late_factor = best_factor(alike, EARLY), best_factor(alike, LATE)
    return Verdict(
        name=name,
        count=len(scored),
        late=statistics.fmean(not one.came or one.wait > one.estimate.high_s for one in scored),
        early=statistics.fmean(one.came and one.wait < one.estimate.low_s for one in scored),
        width_min=statistics.median((one.estimate.high_s - one.estimate.low_s) / 60 for one in scored),
        wait_min=statistics.median(one.wait / 60 for one in scored),
        ours=loss(alike, lambda one: one.estimate.low_s, lambda one: one.estimate.high_s),
        people=loss(alike, by_people, by_people),
        per_desk=loss(alike, shared, shared),
        hindsight=loss(alike, lambda one: early_factor * shared(one), lambda one: late_factor * shared(one)),
    )


def verdicts(told: Sequence[Told]) -> list[Verdict]:
    groups: list[tuple[str, Callable[[Told], bool]]] = [
        ("all", lambda one: True),
        ("when the ticket was taken", lambda one: one.view.first),
        ("at later looks", lambda one: not one.view.first),
        ("nobody ahead", lambda one: one.view.ahead == 0),
        ("1 to 3 ahead", lambda one: 1 <= one.view.ahead <= 3),
        ("4 to 10 ahead", lambda one: 4 <= one.view.ahead <= 10),
        ("more than 10 ahead", lambda one: one.view.ahead > 10),
        ("first half hour", lambda one: one.view.at < 1800),
        ("nobody on duty", lambda one: one.view.desks == 0),
        ("one desk on duty", lambda one: one.view.desks == 1),
        ("several desks on duty", lambda one: one.view.desks > 1),
    ]
    return [judge(name, group) for name, fits in groups if len(group := [o for o in told if fits(o)]) > 200]


def table(found: Sequence[Verdict]) -> str:
    lines = [
        (
            "| told | times | late | early | median width, min | median wait, min | pinball: ours | people × mean "
            "| / desks | / desks, best factors in hindsight |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {v.name} | {v.count:,} | {v.late:.1%} | {v.early:.1%} | {v.width_min:.1f} | {v.wait_min:.1f} | "
        f"{v.ours:.2f} | {v.people:.2f} | {v.per_desk:.2f} | {v.hindsight:.2f} |"
        for v in found
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="six fairs: does it work at all")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--fairs", type=int, default=60)
    parser.add_argument("--booths", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    fairs = 6 if options.quick else options.fairs
    found = verdicts(simulate(options.seed, fairs, options.booths))
    print(f"{fairs} fairs of {options.booths} booths, seed {options.seed}\n\n{table(found)}")
    whole = found[0]
    if options.json:
        print(json.dumps({v.name: vars(v) for v in found}))
    return 0 if whole.late <= GOAL_LATE and whole.ours < min(whole.people, whole.per_desk) else 1


if __name__ == "__main__":
    raise SystemExit(main())
