"""How long each place of a booth's line may wait: the records, put to the estimate's pure function."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from booths import queries
from booths.estimates import EndedCall, Prior, estimates, sittings_of
from booths.models import Booth

SHOWN = 40  # places; whoever stands further back sees the last of them as "more than"


def estimate_waits(booth_id: int, *, now: datetime) -> dict[str, Any]:
    """`table`: [ahead, low_s, high_s] for 0 … people in line; `may_close_before`: from which `ahead` on the booth
    may close before the turn comes, or null. A range of p15 to p85, seconds; empty while the booth does not call.
    """
    booth = Booth.objects.select_related("fair").get(pk=booth_id)
    if booth.state != Booth.State.OPEN:
        return {"table": [], "may_close_before": None}
    ended = [
        EndedCall(call.ticket_id, call.desk_id, call.ticket.taken_at, call.called_at, call.ended_at)
        for call in queries.list_ended_calls(booth_id)
        if call.ended_at is not None
    ]
    told = estimates(
        up_to=min(len(queries.list_waiting(booth_id)), SHOWN),
        desks=queries.line_facts(booth).desks_on_duty,
        talks=sittings_of(ended),
        prior=Prior(),
        now=now,
        closes_at=booth.fair.closes_at,
        running=[(now - at).total_seconds() for at in queries.list_running_since(booth_id)],
    )
    closing = [ahead for ahead, one in enumerate(told) if one.may_close_before]
    return {
        "table": [[ahead, one.low_s, one.high_s] for ahead, one in enumerate(told)],
        "may_close_before": closing[0] if closing else None,
    }
