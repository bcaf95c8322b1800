"""How long until a ticket is called: a range, told from people ahead, desks on duty and how long people take.

Pure: no query, no clock. `bench/estimates.py` holds it against simulated fairs.

The time until a call is the work in front of it shared by the desks on duty: what is left of the running calls,
then one *sitting* for each person ahead. A sitting is all the time one ticket costs its desk: the pause before it
while people waited, the walk, the talk, the note, a first call nobody came to. So breaks, no-shows and slow hands
are learnt from the same record and need no model of their own. The booth's recent sittings, old ones counting less
and the wildest pulled in, are weighed against the fair's. Their sum is taken as log-normal by its mean and variance
(Fenton and Wilkinson). What no record can tell (a break just ahead, a desk about to leave, somebody with priority)
widens the range by the fair's `drift`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import NormalDist, median

NORMAL = NormalDist()
EARLY, LATE = NORMAL.inv_cdf(0.15), NORMAL.inv_cdf(0.85)
SHORTEST_S, LONGEST_S = 10.0, 3 * 3600.0
HALF_LIFE = 20  # sittings after which one counts half
MOST = 60  # sittings looked at
WILD = (
    8.0  # medians beyond which a sitting is pulled in: one talk of two hours must not speak for the next ones
)
USUAL_TICKETS = 40  # a fair's own are weighed against so many usual ones
LONGEST_PAUSE_S = 1800.0  # before a call; more is a desk that had closed
AT_ONCE_S = 30.0  # until a free desk calls
LEAST_SCATTER, MOST_SCATTER = 0.1, 3.0  # variance of a sitting over the square of its mean


@dataclass(frozen=True, kw_only=True)
class Prior:
    """What is believed about a booth before it has spoken itself: the fair's sittings, or a fair's usual ones."""

    sitting_s: float = 540.0  # mean
    scatter: float = 0.8  # its variance over the square of the mean
    weight: float = 4.0  # worth so many sittings of the booth's own
    leave_share: float = 0.05  # of those ahead, who leave without taking a desk's time
    drift: float = 0.28  # standard deviation of everything else, as a share of the whole
    away_s: float = 600.0  # until somebody is back at a booth without a desk on duty


@dataclass(frozen=True)
class Estimate:
    """Called between `low_s` and `high_s` seconds from now, in about seven cases of ten; later in fewer than two."""

    low_s: int
    high_s: int
    may_close_before: bool


@dataclass(frozen=True)
class EndedCall:
    """One call that is over, as its row says."""

    ticket_id: int
    desk_id: int
    taken_at: datetime
    called_at: datetime
    ended_at: datetime


@dataclass(frozen=True)
class Pace:
    """What one sitting takes, and how sure that is."""

    sitting_s: float
    scatter: float
    sittings: float  # it rests on so many, the prior's included

    @property
    def doubt(self) -> float:
        return self.scatter / self.sittings


def sittings_of(calls: Iterable[EndedCall]) -> list[float]:
    """Seconds each ticket cost its desk, by the end of its last call, from the booth's recent calls in any order.

    A pause counts only while the one called next was already waiting: the rest was idleness.
    """
    free_since: dict[int, datetime] = {}
    cost: dict[int, float] = {}
    last: dict[int, datetime] = {}
    for call in sorted(calls, key=lambda call: call.called_at):
        since = max(free_since.get(call.desk_id, call.called_at), call.taken_at)
        pause = min(max((call.called_at - since).total_seconds(), 0.0), LONGEST_PAUSE_S)
        kept = (call.ended_at - call.called_at).total_seconds()
        cost[call.ticket_id] = cost.get(call.ticket_id, 0.0) + pause + kept
        free_since[call.desk_id] = last[call.ticket_id] = call.ended_at
    return [cost[ticket] for ticket in sorted(cost, key=lambda ticket: last[ticket])]


def prior_of(
    sittings: Sequence[float], *, left: int = 0, called: int = 0, usual: Prior | None = None
) -> Prior:
    """The fair's prior from the recent sittings of all its booths, leaning on what is usual while they are few.

    Of its recent tickets, `left` gave up while waiting and `called` had their turn; whoever is met in a line has
    half of the wait behind, so half of the leavers are already gone.
    """
    usual = usual or Prior()
    pace = _pace_of(sittings, usual)
    leave_share = (USUAL_TICKETS * usual.leave_share + left / 2) / (USUAL_TICKETS + left + called)
    return replace(usual, sitting_s=pace.sitting_s, scatter=pace.scatter, leave_share=leave_share)


def estimate(
    *,
    ahead: int,
    desks: int,
    talks: Sequence[float],
    prior: Prior,
    now: datetime,
    closes_at: datetime | None,
    running: Sequence[float] | None = None,
) -> Estimate:
    """The range for whoever has `ahead` people to be called before them, held and paused ones included.

    `talks`: the booth's recent sittings in seconds, oldest first (`sittings_of`). `running`: seconds since each
    call now at a desk was made; None when that isn't known, and then all desks are taken to be busy.
    """
    return estimates(
        since=ahead,
        up_to=ahead,
        desks=desks,
        talks=talks,
        prior=prior,
        now=now,
        closes_at=closes_at,
        running=running,
    )[0]


def estimates(
    *,
    since: int = 0,
    up_to: int,
    desks: int,
    talks: Sequence[float],
    prior: Prior,
    now: datetime,
    closes_at: datetime | None,
    running: Sequence[float] | None = None,
) -> list[Estimate]:
    """As `estimate`, for `since`..`up_to` people ahead: a whole line for the price of one look at the record."""
    pace = _pace_of([*talks[-MOST:], *_overdue(talks, running or (), prior)], prior)
    rest = _rest(pace, desks, running, prior)
    coming = 1 - prior.leave_share
    one, one_variance = pace.sitting_s * coming, pace.sitting_s**2 * coming * (pace.scatter + 1 - coming)
    told = []
    for ahead in range(max(0, since), max(0, up_to) + 1):
        work = rest + ahead * one
        chance = (rest**2 + ahead * one_variance) / work**2
        low, high = _range(work / max(1, desks), chance + pace.doubt + prior.drift**2)
        closing = closes_at is not None and now + timedelta(seconds=high) >= closes_at
        told.append(Estimate(math.floor(low), math.ceil(high), closing))
    return told


def _range(mean: float, scatter: float) -> tuple[float, float]:
    """The early and the late quantile of a log-normal by its mean and variance."""
    variance = math.log1p(scatter)
    middle, deviation = math.log(mean) - variance / 2, math.sqrt(variance)
    return math.exp(middle + EARLY * deviation), math.exp(middle + LATE * deviation)


def _pace_of(sittings: Sequence[float], prior: Prior) -> Pace:
    if not sittings:
        return Pace(prior.sitting_s, prior.scatter, prior.weight)
    most = min(LONGEST_S, WILD * max(median(sittings), prior.sitting_s / 4))
    kept = [min(max(seconds, SHORTEST_S), most) for seconds in sittings]
    weights = [0.5 ** (age / HALF_LIFE) for age in range(len(kept) - 1, -1, -1)]
    count = sum(weights)
    total = prior.weight + count
    own = sum(w * x for w, x in zip(weights, kept, strict=True))
    mean = (prior.weight * prior.sitting_s + own) / total
    spread = sum(w * (x - own / count) ** 2 for w, x in zip(weights, kept, strict=True)) / (own / count) ** 2
    scatter = (prior.weight * prior.scatter + spread) / total
    return Pace(mean, min(max(scatter, LEAST_SCATTER), MOST_SCATTER), total)


def _overdue(talks: Sequence[float], running: Sequence[float], prior: Prior) -> list[float]:
    """Running calls that are already long: the least they can become, so a slow hour shows before it is over."""
    usual = sum(talks) / len(talks) if talks else prior.sitting_s
    return [seconds * 1.3 for seconds in sorted(running) if seconds > usual]


def _rest(pace: Pace, desks: int, running: Sequence[float] | None, prior: Prior) -> float:
    """What the desks have still to do, each on average, before the first of the line is called.

    The rest of a sitting met at a random moment is (1 + scatter) / 2 of its mean.
    """
    usual = pace.sitting_s * (1 + pace.scatter) / 2
    if desks < 1:
        return prior.away_s + usual
    if running is None:
        return usual
    free = max(0, desks - len(running))
    rests = [_rest_after(pace, seconds) for seconds in running] + [AT_ONCE_S] * free
    return sum(rests) / len(rests)


def _rest_after(pace: Pace, seconds: float) -> float:
    """What a log-normal sitting still takes after so many seconds: the longer it ran, the longer it will."""
    variance = math.log1p(pace.scatter)
    deviation = math.sqrt(variance)
    reached = (math.log(max(seconds, 1.0)) - math.log(pace.sitting_s) + variance / 2) / deviation
    beyond = 1 - NORMAL.cdf(reached)
    if beyond < 1e-6:
        return seconds / 2
    return max(pace.sitting_s * (1 - NORMAL.cdf(reached - deviation)) / beyond - seconds, AT_ONCE_S)
