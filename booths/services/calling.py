"""Calling people to a desk, and what becomes of a call."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from booths import queries, rules
from booths.events import (
    CallHeld,
    CallUndone,
    TicketArrived,
    TicketCalled,
    TicketPicked,
    TicketRecalled,
    TicketRequeued,
)
from booths.models import Booth, Call, Desk, Ticket
from booths.services.moving import (
    about,
    ask_ready,
    close_open_call,
    end,
    id_of,
    live_call,
    lock_seeker,
    lock_ticket,
    move,
    release_held_calls,
)
from booths.services.staffing import ensure_on_duty, lock_for_desk
from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work


@unit_of_work
def call_next_ticket(*, desk: Desk, by: User, now: datetime) -> Ticket | None:
    """Call the first who waits. Whoever another booth has called or talks to keeps the place under a held call.

    None: everyone who waits is elsewhere; their held calls are kept. Refused: BoothPaused, BoothNotOpen,
    DeskBusy, LineEmpty.
    """
    booth = _free_desk(desk, by)
    first = queries.list_first_waiting(booth.pk)
    if not first:
        raise rules.LineEmpty
    ensure_on_duty(desk, by, now)
    ticket = _call_one_of(first, desk, by, now)
    if ticket is None and len(first) == queries.FEW:
        ticket = _call_one_of(queries.list_waiting(booth.pk)[queries.FEW :], desk, by, now)
    if ticket is not None:
        _note_reached(booth, ticket)
        ask_ready(booth.pk, now)
    return ticket


@unit_of_work
def call_ticket(*, ticket: Ticket, desk: Desk, reason: str, by: User, now: datetime) -> Ticket:
    """Skip: call one out of order. Who, over whom and why is audited.

    Refused: NotWaiting, CalledElsewhere, and what `call_next_ticket` refuses.
    """
    booth = _free_desk(desk, by)
    waiting = queries.list_waiting(booth.pk)
    picked = next((one for one in waiting if one.pk == ticket.pk), None)
    if picked is None:
        raise rules.NotWaiting
    lock_seeker(picked.seeker_id)
    if queries.find_busy_seekers([picked.seeker_id]):
        raise rules.CalledElsewhere
    ensure_on_duty(desk, by, now)
    before = [one for one in waiting if (one.place, one.number) < (picked.place, picked.number)]
    over = len(before) - len(queries.find_busy_seekers(one.seeker_id for one in before))
    if not _try_call(picked, desk, by, now, passed_over=over, reason=reason):
        raise rules.CalledElsewhere
    emit(TicketPicked(**about(picked), by=by.pk, passed_over=over, reason=reason))
    ask_ready(booth.pk, now)
    return picked


@unit_of_work
def recall_ticket(*, ticket: Ticket, by: User, now: datetime) -> Ticket:
    """Announce the call again; its deadline stays. Refused: TicketCannotChange, RecallTooSoon."""
    ticket = lock_ticket(ticket)
    if ticket.state != Ticket.State.CALLED:
        raise rules.TicketCannotChange
    call = live_call(ticket)
    rules.ensure_may_recall(call, now)
    call.announced_at = now
    call.announcements += 1
    call.save(update_fields=["announced_at", "announcements"])
    emit(TicketRecalled(**about(ticket), desk_id=call.desk_id, by=by.pk))
    return ticket


@unit_of_work
def arrive(*, ticket: Ticket, by: User, now: datetime) -> Ticket:
    """The called seeker stands at the booth."""
    ticket = lock_ticket(ticket)
    move(ticket, Ticket.State.ARRIVED)
    emit(TicketArrived(**about(ticket), by=by.pk))
    return ticket


@unit_of_work
def miss_call(*, ticket: Ticket, by: User | None, now: datetime) -> Ticket:
    """Nobody came in time: the first time back into the line, three places further; the second time it is over.

    Refused: TicketCannotChange, CallNotDue.
    """
    ticket = lock_ticket(ticket)
    rules.ensure_ticket_may_become(ticket, Ticket.State.MISSED)
    rules.ensure_due(live_call(ticket).due_at, now)
    close_open_call(ticket, Call.State.MISSED, now)
    ticket.misses += 1
    if ticket.misses == 1:
        _requeue(ticket)
        emit(TicketRequeued(**about(ticket), by=id_of(by)))
    else:
        end(ticket, Ticket.State.MISSED, by, now)
    release_held_calls(ticket.seeker_id, now)
    ask_ready(ticket.booth_id, now)
    return ticket


@unit_of_work
def undo_call(*, ticket: Ticket, by: User, now: datetime) -> Ticket:
    """Within ten seconds: waiting again at the original place, as if not called.

    Refused: TicketCannotChange once the seeker arrived or answered, UndoTooLate.
    """
    ticket = lock_ticket(ticket)
    if ticket.state != Ticket.State.CALLED:
        raise rules.TicketCannotChange
    rules.ensure_may_undo_call(live_call(ticket), now)
    close_open_call(ticket, Call.State.CANCELLED, now)
    move(ticket, Ticket.State.WAITING)
    emit(CallUndone(**about(ticket), by=by.pk))
    release_held_calls(ticket.seeker_id, now)
    return ticket


# Parts; the booth is locked


def _free_desk(desk: Desk, by: User) -> Booth:
    """The desk's booth, locked, if it calls people and nobody is called to this desk yet."""
    booth = lock_for_desk(desk, by)
    rules.ensure_calls(booth)
    if Call.objects.filter(desk=desk, state=Call.State.LIVE).exists():
        raise rules.DeskBusy
    return booth


def _call_one_of(waiting: list[Ticket], desk: Desk, by: User, now: datetime) -> Ticket | None:
    """The first of them who can be called; those before, who are elsewhere, keep their places."""
    busy = queries.find_busy_seekers(ticket.seeker_id for ticket in waiting)
    for ticket in waiting:
        if (ticket.seeker_id not in busy and _try_call(ticket, desk, by, now)) or _call_or_hold(
            ticket, desk, by, now
        ):
            return ticket
    return None


def _note_reached(booth: Booth, ticket: Ticket) -> None:
    """How far the line has been called; a priority place before that moves nothing."""
    if ticket.place > booth.called_place:
        booth.called_place = ticket.place
        booth.save(update_fields=["called_place"])


def _try_call(
    ticket: Ticket, desk: Desk, by: User, now: datetime, *, passed_over: int = 0, reason: str = ""
) -> bool:
    """Call the ticket unless its seeker is called elsewhere: the unique index on live calls decides races."""
    close_open_call(ticket, Call.State.CANCELLED, now)  # a held call gives way to the real one
    call = _new_call(ticket, desk, by, now, Call.State.LIVE)
    call.passed_over, call.pick_reason = passed_over, reason
    try:
        with transaction.atomic():
            call.save()
    except IntegrityError:
        return False
    move(ticket, Ticket.State.CALLED)
    emit(TicketCalled(**about(ticket), desk_id=desk.pk, by=by.pk))
    return True


def _call_or_hold(ticket: Ticket, desk: Desk, by: User, now: datetime) -> bool:
    """Under the seeker's lock: call one who was just freed, or keep the place of one who is still elsewhere."""
    lock_seeker(ticket.seeker_id)
    if not queries.find_busy_seekers([ticket.seeker_id]) and _try_call(ticket, desk, by, now):
        return True
    if not Call.objects.filter(ticket=ticket, state=Call.State.HELD).exists():
        _new_call(ticket, desk, by, now, Call.State.HELD).save()
        emit(CallHeld(**about(ticket), desk_id=desk.pk, by=by.pk))
    return False


def _new_call(ticket: Ticket, desk: Desk, by: User, now: datetime, state: Call.State) -> Call:
    return Call(
        ticket=ticket,
        booth_id=ticket.booth_id,
        seeker_id=ticket.seeker_id,
        desk=desk,
        state=state,
        called_by=by,
        called_at=now,
        announced_at=now,
        due_at=now + rules.time_to_arrive(ticket.booth.fair, ticket.channel),
    )


def _requeue(ticket: Ticket) -> None:
    """Back to waiting, three places further."""
    others = Ticket.objects.filter(booth=ticket.booth_id, state=Ticket.State.WAITING)
    places = others.order_by("place", "number").values_list("place", flat=True)
    ticket.place = rules.place_after_miss(list(places), ticket.place)
    move(ticket, Ticket.State.MISSED)
    move(ticket, Ticket.State.WAITING)
