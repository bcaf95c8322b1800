"""What happens to a place while its seeker waits: pause, resume, ready, priority, leave."""

from __future__ import annotations

from datetime import datetime, timedelta

from booths import queries, rules
from booths.events import PriorityGiven, TicketPaused, TicketReady, TicketResumed
from booths.models import Call, Ticket
from booths.services.moving import (
    about,
    ask_ready,
    close_open_call,
    end,
    id_of,
    lock_ticket,
    move,
    prefer,
    release_held_calls,
)
from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work

State = Ticket.State


@unit_of_work
def leave_line(*, ticket: Ticket, by: User, now: datetime) -> Ticket:
    """Give up the place, also when just called."""
    ticket = lock_ticket(ticket)
    close_open_call(ticket, Call.State.CANCELLED, now)
    end(ticket, State.LEFT, by, now)
    release_held_calls(ticket.seeker_id, now)
    ask_ready(ticket.booth_id, now)
    return ticket


@unit_of_work
def pause_ticket(*, ticket: Ticket, minutes: int, by: User, now: datetime) -> Ticket:
    """Be passed over until then, keeping the place; the worker resumes it. Refused: TicketCannotChange."""
    ticket = lock_ticket(ticket)
    if ticket.state != State.WAITING:
        raise rules.TicketCannotChange
    return _pause(ticket, timedelta(minutes=minutes), by, now)


@unit_of_work
def postpone_call(*, ticket: Ticket, by: User, now: datetime) -> Ticket:
    """Called, and asks for ten minutes: once per ticket, at its original place.

    Refused: TicketCannotChange, PostponedBefore.
    """
    ticket = lock_ticket(ticket)
    if ticket.state != State.CALLED:
        raise rules.TicketCannotChange
    if ticket.postponed >= rules.POSTPONED_AT_MOST:
        raise rules.PostponedBefore
    ticket.postponed += 1
    return _pause(ticket, rules.LATER, by, now)


@unit_of_work
def hold_ticket(*, ticket: Ticket, minutes: int, by: User, now: datetime) -> Ticket:
    """The recruiter sets one who waits or is called aside for a while; the place is kept."""
    return _pause(lock_ticket(ticket), timedelta(minutes=minutes), by, now)


def _pause(ticket: Ticket, span: timedelta, by: User, now: datetime) -> Ticket:
    close_open_call(ticket, Call.State.CANCELLED, now)
    ticket.paused_until = now + span
    move(ticket, State.PAUSED)
    emit(TicketPaused(**about(ticket), by=by.pk))
    release_held_calls(ticket.seeker_id, now)
    ask_ready(ticket.booth_id, now)
    return ticket


@unit_of_work
def resume_ticket(*, ticket: Ticket, by: User | None, now: datetime) -> Ticket:
    """Wait again, at the place that was kept. By the worker (`by` None) only when the pause is over: NotDue."""
    ticket = lock_ticket(ticket)
    if ticket.state != State.PAUSED:
        raise rules.TicketCannotChange
    if by is None and ticket.paused_until is not None:
        rules.ensure_due(ticket.paused_until, now)
    move(ticket, State.WAITING)
    emit(TicketResumed(**about(ticket), by=id_of(by)))
    return ticket


@unit_of_work
def say_ready(*, ticket: Ticket, by: User, now: datetime) -> Ticket:
    """The answer to the ready check; a second one changes nothing. Refused: TicketCannotChange."""
    ticket = lock_ticket(ticket)
    if ticket.state not in {State.WAITING, State.CALLED} or ticket.ready_asked_at is None:
        raise rules.TicketCannotChange
    if ticket.ready_at is None:
        ticket.ready_at = now
        ticket.save(update_fields=["ready_at"])
        emit(TicketReady(**about(ticket), by=by.pk))
    return ticket


@unit_of_work
def give_priority(*, ticket: Ticket, kind: str, certificate: str, by: User, now: datetime) -> Ticket:
    """A clerk has seen the certificate: before everyone without one. Its type is kept, nothing else of it.

    Refused: PriorityNotOffered, CertificateDoesNotFit, TicketCannotChange.
    """
    ticket = lock_ticket(ticket)
    rules.ensure_priority(queries.find_line_rule(ticket.booth.fair_id), kind, certificate)
    if ticket.state not in {State.WAITING, State.PAUSED}:
        raise rules.TicketCannotChange
    prefer(ticket, kind, certificate)
    emit(PriorityGiven(**about(ticket), by=by.pk, kind=kind, certificate=certificate))
    ask_ready(ticket.booth_id, now)
    return ticket
