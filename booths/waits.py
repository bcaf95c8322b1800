"""How long each place of a line may wait: the records, put to the estimate's pure functions."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from booths import queries
from booths.estimates import Estimate, Prior, estimates, prior_of, sittings_of
from booths.models import Booth

SHOWN = 40  # places; whoever stands further back sees the last of them as "more than"
STEP_S = 60  # pages show whole minutes, the early side rounded down and the late one up
SILENT: dict[str, Any] = {"table": [], "may_close_before": None}


def estimate_waits(booth_ids: Collection[int], *, now: datetime) -> dict[int, dict[str, Any]]:
    """Of each booth, in seven queries however many there are (two more for each further fair):

    `table`: [ahead, low_s, high_s] for 0 … places in line, who paused included; `may_close_before`: from which
    `ahead` on the booth may close before the turn comes, or null. A range of p15 to p85, in seconds by the minute;
    empty while the booth does not call. A booth that has not spoken yet is told by its fair.
    """
    booths = Booth.objects.filter(pk__in=booth_ids).select_related("fair")
    calling = [booth for booth in booths if booth.state == Booth.State.OPEN]
    pks = [booth.pk for booth in calling]
    ended = queries.recent_calls(pks)
    lengths, desks = queries.count_places(pks), queries.count_desks_on_duty(pks)
    running = queries.calls_running_since(pks)
    priors = {fair: prior_of_fair(fair) for fair in {booth.fair_id for booth in calling}}
    told = dict.fromkeys(booth_ids, SILENT)
    for booth in calling:
        found = estimates(
            up_to=min(lengths.get(booth.pk, 0), SHOWN),
            desks=desks.get(booth.pk, 0),
            talks=sittings_of(ended.get(booth.pk, ())),
            prior=priors[booth.fair_id],
            now=now,
            closes_at=booth.fair.closes_at,
            running=[(now - at).total_seconds() for at in running.get(booth.pk, ())],
        )
        told[booth.pk] = _told(found)
    return told


def prior_of_fair(fair_id: int) -> Prior:
    """What the fair's booths have shown so far; the usual prior until they have."""
    left, called = queries.count_turns(fair_id)
    return prior_of(sittings_of(queries.recent_calls_of_fair(fair_id)), left=left, called=called)


def _told(found: Iterable[Estimate]) -> dict[str, Any]:
    rows = list(found)
    closing = [ahead for ahead, one in enumerate(rows) if one.may_close_before]
    return {
        "table": [
            [ahead, one.low_s // STEP_S * STEP_S, math.ceil(one.high_s / STEP_S) * STEP_S]
            for ahead, one in enumerate(rows)
        ],
        "may_close_before": closing[0] if closing else None,
    }
