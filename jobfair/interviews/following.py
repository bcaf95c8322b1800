"""What follows for talks and bookings from what happens in the lines and to accounts."""

from __future__ import annotations

from booths.events import CallUndone, FinishUndone, TicketEnded, TicketEvent, TicketPaused, TicketRequeued
from booths.models import Ticket
from jobfair.accounts.events import AccountClosed
from jobfair.core import clock
from jobfair.core.events import listen
from jobfair.interviews import services

AWAY: tuple[type[TicketEvent], ...] = (TicketRequeued, TicketPaused, CallUndone)


def connect() -> None:
    """Called once, by wiring."""
    listen(TicketEnded, end_with_ticket)
    for fact in AWAY:
        listen(fact, end_for_now)
    listen(FinishUndone, go_on)
    listen(AccountClosed, cancel_bookings)


def end_with_ticket(event: TicketEnded) -> None:
    services.end_talk_of_ticket(
        ticket_id=event.ticket_id, is_done=event.state == Ticket.State.DONE, by=event.by, now=clock.now()
    )


def end_for_now(event: TicketEvent) -> None:
    """The ticket waits again; its next call opens the talk anew."""
    services.end_talk_of_ticket(ticket_id=event.ticket_id, is_done=False, by=event.by, now=clock.now())


def go_on(event: FinishUndone) -> None:
    services.reopen_talk(ticket_id=event.ticket_id, by=event.by)


def cancel_bookings(event: AccountClosed) -> None:
    services.cancel_all_of(seeker_id=event.user_id, by=event.by, now=clock.now())
