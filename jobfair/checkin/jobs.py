"""What the worker does for the doors."""

from __future__ import annotations

from datetime import datetime

from jobfair.checkin import queries, services


def forget_people(now: datetime) -> int:
    """Who went through the doors of a fair is told for thirty days after it."""
    over = queries.list_fairs_to_forget(now)
    for fair in over:
        services.forget_fair(fair=fair, now=now)
    return len(over)


def remove_passages(now: datetime) -> int:
    """That somebody went through is kept for three years."""
    over = queries.list_fairs_to_clear(now)
    for fair in over:
        services.remove_passages(fair=fair, now=now)
    return len(over)
