"""What the worker does for the lines."""

from __future__ import annotations

from datetime import datetime, timedelta

from booths import queries, services
from booths.rules import BoothBusy, BoothCannotChange, CallNotDue, TicketCannotChange

AFTER_HOURS = timedelta(minutes=30)


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


def resume_paused_tickets(now: datetime) -> int:
    """Whose pause is over waits again, at the place that was kept."""
    resumed = 0
    for ticket in queries.list_due_pauses(now):
        try:
            services.resume_ticket(ticket=ticket, by=None, now=now)
            resumed += 1
        except (TicketCannotChange, CallNotDue):
            continue  # the seeker was first
    return resumed


def settle_outcomes(now: datetime) -> int:
    """A result that waited for its person's application decides it, whichever way that was handed in."""
    return sum(services.settle_outcome(interview=one, now=now) for one in queries.list_settled_consents())


def lapse_outcomes(now: datetime) -> int:
    """A result nobody agreed to in time becomes no application."""
    return sum(services.lapse_outcome(interview=one, now=now) for one in queries.list_due_consents(now))


def close_after_hours(now: datetime) -> int:
    """A booth nobody closed is closed when the fair has been over for a while: nobody waits for nothing.

    One with a call or a talk on waits for its end.
    """
    closed = 0
    for booth in queries.list_forgotten_booths(now - AFTER_HOURS):
        try:
            services.close_booth(booth=booth, by=None, now=now)
            closed += 1
        except (BoothBusy, BoothCannotChange):
            continue
    return closed
