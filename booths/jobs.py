"""What the worker does for the lines."""

from __future__ import annotations

from datetime import datetime

from booths import queries, services
from booths.rules import CallNotDue, TicketCannotChange


def miss_overdue_calls(now: datetime) -> int:
    """Each call nobody answered in time is missed. The service re-checks, so several workers are safe."""
    missed = 0
    for call in queries.list_due_calls(now):
        try:
            services.miss_call(ticket=call.ticket, by=None, now=now)
            missed += 1
        except (TicketCannotChange, CallNotDue):
            continue  # the seeker arrived, or another worker was first
    return missed
