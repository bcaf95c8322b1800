"""How long each place of a booth's line may wait: the records, put to the estimate's pure function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from booths import queries
from booths.models import Booth

USUAL_S = 480.0  # a talk at a fair
SHOWN = 40  # places; whoever stands further back sees the last of them as "more than"


@dataclass(frozen=True)
class Estimate:
    low_s: int
    high_s: int
    may_close_before: bool


def estimate(
    *, ahead: int, desks: int, talks: Sequence[float], usual_s: float, now: datetime, closes_at: datetime
) -> Estimate:
    """By the median of recent talks; a usual talk counts as three of the booth's own."""
    each = median([*talks, usual_s, usual_s, usual_s]) / max(desks, 1)
    low, high = int(0.5 * each * ahead), int(1.6 * each * (ahead + 1))
    return Estimate(low, high, now + timedelta(seconds=high) >= closes_at)


def estimate_waits(booth_id: int, *, now: datetime) -> dict[str, Any]:
    """`table`: [ahead, low_s, high_s] for 0 … people in line; `may_close_before`: from which `ahead` on the booth
    may close before the turn comes, or null. A range of p15 to p85; nobody on duty: no table.
    """
    booth = Booth.objects.select_related("fair").get(pk=booth_id)
    desks = queries.line_facts(booth).desks_on_duty
    if desks == 0 or booth.state != Booth.State.OPEN:
        return {"table": [], "may_close_before": None}
    talks = queries.list_recent_talks(booth_id)
    people = len(queries.list_waiting(booth_id))
    table, closes = [], None
    for ahead in range(min(people, SHOWN) + 1):
        told = estimate(
            ahead=ahead,
            desks=desks,
            talks=talks,
            usual_s=USUAL_S,
            now=now,
            closes_at=booth.fair.closes_at,
        )
        table.append([ahead, told.low_s, told.high_s])
        if told.may_close_before and closes is None:
            closes = ahead
    return {"table": table, "may_close_before": closes}
