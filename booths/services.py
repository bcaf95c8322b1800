"""The only writers of the lines. Lock order: booth, then seeker; the unit of work takes stream rows last."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from booths import queries, rules
from booths.events import (
    BoothCreated,
    BoothStateChanged,
    CallHeld,
    CallReleased,
    TicketArrived,
    TicketCalled,
    TicketEnded,
    TicketRequeued,
    TicketServing,
    TicketTaken,
)
from booths.models import Booth, Call, Desk, Interview, Ticket
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import NotSignedIn
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair, Zone

# The booth


@unit_of_work
def create_booth(
    *,
    fair: Fair,
    employer: Employer,
    zone: Zone | None,
    number: int,
    desks: int,
    by: User | None,
    now: datetime,
) -> Booth:
    """Give an employer a closed booth with desks 1..`desks`."""
    booth = Booth.objects.create(fair=fair, employer=employer, zone=zone, number=number)
    Desk.objects.bulk_create(Desk(booth=booth, number=index) for index in range(1, desks + 1))
    emit(BoothCreated(booth_id=booth.pk, by=_id(by)))
    return booth


@unit_of_work
def open_booth(*, booth: Booth, by: User | None, now: datetime) -> Booth:
    """Open, or resume after a pause."""
    return _change_booth(booth, Booth.State.OPEN, by)


@unit_of_work
def pause_booth(*, booth: Booth, by: User | None, now: datetime) -> Booth:
    """Stop calling; the line keeps its places and still takes tickets."""
    return _change_booth(booth, Booth.State.PAUSED, by)


@unit_of_work
def close_booth(*, booth: Booth, by: User | None, now: datetime) -> Booth:
    """Close for the day. Whoever still waits keeps a record that says so; BoothBusy while a call or talk is on."""
    closed = _change_booth(booth, Booth.State.CLOSED, by)
    if Call.objects.filter(booth=closed, state=Call.State.LIVE).exists():
        raise rules.BoothBusy
    open_tickets = Ticket.objects.filter(booth=closed, state__in=[Ticket.State.WAITING, Ticket.State.PAUSED])
    for ticket in open_tickets.order_by("place"):
        _close_open_call(ticket, Call.State.CANCELLED, now)
        _end(ticket, Ticket.State.EXPIRED, by, now)
    return closed


def _change_booth(booth: Booth, state: Booth.State, by: User | None) -> Booth:
    booth = _lock_booth(booth.pk)
    rules.ensure_booth_may_become(booth, state)
    booth.state = state
    booth.save(update_fields=["state"])
    emit(BoothStateChanged(booth_id=booth.pk, state=state, by=_id(by)))
    return booth


# The seeker's side


@unit_of_work
def take_ticket(*, booth: Booth, seeker: User, channel: str, now: datetime) -> Ticket:
    """Give the seeker the next number of the booth's line.

    Refused: FairNotOpen, BoothNotOpen, AlreadyInLine, TooManyLines, NotSignedIn for a guest merged meanwhile.
    """
    booth = _lock_booth(booth.pk)
    rules.ensure_takes_tickets(booth, booth.fair, now)
    if not _lock_seeker(seeker.pk).is_active:  # the guest of this device has just signed in to an account
        raise NotSignedIn
    active = Ticket.objects.filter(seeker=seeker, state__in=Ticket.ACTIVE, booth__fair=booth.fair_id)
    if active.filter(booth=booth).exists():
        raise rules.AlreadyInLine
    rules.ensure_room_for_another_line(booth.fair, active.count())
    day = clock.local(now).date()
    number = 1 + (Ticket.objects.filter(booth=booth, day=day).aggregate(top=Max("number"))["top"] or 0)
    ticket = Ticket.objects.create(
        booth=booth,
        seeker=seeker,
        day=day,
        number=number,
        place=rules.place_at_end(_last_place(booth)),
        channel=channel,
        taken_at=now,
    )
    emit(TicketTaken(ticket_id=ticket.pk, booth_id=booth.pk, seeker_id=seeker.pk, by=seeker.pk))
    return ticket


@unit_of_work
def arrive(*, ticket: Ticket, by: User, now: datetime) -> Ticket:
    """The called seeker stands at the booth."""
    ticket = _lock_ticket(ticket)
    _move(ticket, Ticket.State.ARRIVED)
    emit(TicketArrived(**_about(ticket), by=by.pk))
    return ticket


@unit_of_work
def leave_line(*, ticket: Ticket, by: User, now: datetime) -> Ticket:
    """Give up the place, also when just called."""
    ticket = _lock_ticket(ticket)
    _close_open_call(ticket, Call.State.CANCELLED, now)
    _end(ticket, Ticket.State.LEFT, by, now)
    _release_held_calls(ticket.seeker_id, now)
    return ticket


# The recruiter's side


@unit_of_work
def call_next_ticket(*, desk: Desk, by: User, now: datetime) -> Ticket | None:
    """Call the first who waits. Whoever another booth has called or talks to keeps the place under a held call.

    None: everyone who waits is elsewhere; their held calls are kept. Refused: BoothPaused, BoothNotOpen,
    DeskBusy, LineEmpty.
    """
    booth = _lock_booth(desk.booth_id)
    rules.ensure_calls(booth)
    if Call.objects.filter(desk=desk, state=Call.State.LIVE).exists():
        raise rules.DeskBusy
    waiting = queries.list_waiting(booth.pk)
    if not waiting:
        raise rules.LineEmpty
    busy = queries.find_busy_seekers(ticket.seeker_id for ticket in waiting)
    for ticket in waiting:
        if ticket.seeker_id not in busy and _try_call(ticket, desk, by, now):
            return ticket
        if _call_or_hold(ticket, desk, by, now):
            return ticket
    return None


@unit_of_work
def miss_call(*, ticket: Ticket, by: User | None, now: datetime) -> Ticket:
    """Nobody came in time: the first time back into the line, three places further; the second time it is over.

    Refused: TicketCannotChange, CallNotDue.
    """
    ticket = _lock_ticket(ticket)
    rules.ensure_ticket_may_become(ticket, Ticket.State.MISSED)
    rules.ensure_due(_live_call(ticket).due_at, now)
    _close_open_call(ticket, Call.State.MISSED, now)
    ticket.misses += 1
    if ticket.misses == 1:
        _requeue(ticket)
        emit(TicketRequeued(**_about(ticket), by=_id(by)))
    else:
        _end(ticket, Ticket.State.MISSED, by, now)
    _release_held_calls(ticket.seeker_id, now)
    return ticket


@unit_of_work
def start_interview(*, ticket: Ticket, by: User, now: datetime) -> Ticket:
    """The talk begins at the desk that called. Refused: TicketCannotChange."""
    ticket = _lock_ticket(ticket)
    _move(ticket, Ticket.State.SERVING)
    desk_id = _live_call(ticket).desk_id
    Interview.objects.create(ticket=ticket, desk_id=desk_id, recruiter=by, started_at=now)
    emit(TicketServing(**_about(ticket), desk_id=desk_id, by=by.pk))
    return ticket


@unit_of_work
def finish_interview(*, ticket: Ticket, result: str, note: str, by: User, now: datetime) -> Ticket:
    """The talk is over; its result is kept and the seeker is free for held calls. Refused: TicketCannotChange."""
    ticket = _lock_ticket(ticket)
    rules.ensure_ticket_may_become(ticket, Ticket.State.DONE)
    Interview.objects.filter(ticket=ticket, ended_at=None).update(ended_at=now, result=result, note=note)
    _close_open_call(ticket, Call.State.DONE, now)
    _end(ticket, Ticket.State.DONE, by, now)
    _release_held_calls(ticket.seeker_id, now)
    return ticket


# Parts of the verbs above; each expects the booth to be locked


def _id(user: User | None) -> int | None:
    return None if user is None else user.pk


def _about(ticket: Ticket) -> dict[str, int]:
    return {"ticket_id": ticket.pk, "booth_id": ticket.booth_id, "seeker_id": ticket.seeker_id}


def _lock_booth(booth_id: int) -> Booth:
    return Booth.objects.select_for_update(no_key=True, of=("self",)).select_related("fair").get(pk=booth_id)


def _lock_seeker(seeker_id: int) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=seeker_id)


def _lock_ticket(ticket: Ticket) -> Ticket:
    """The ticket as it is now, under its booth's lock."""
    booth = _lock_booth(ticket.booth_id)
    fresh = Ticket.objects.get(pk=ticket.pk)
    fresh.booth = booth
    return fresh


def _last_place(booth: Booth) -> int:
    last = Ticket.objects.filter(booth=booth, state__in=Ticket.ACTIVE).aggregate(last=Max("place"))["last"]
    return last or 0


def _move(ticket: Ticket, state: Ticket.State) -> None:
    rules.ensure_ticket_may_become(ticket, state)
    ticket.state = state
    ticket.save(update_fields=["state", "place", "misses", "ended_at"])


def _end(ticket: Ticket, state: Ticket.State, by: User | None, now: datetime) -> None:
    ticket.ended_at = now
    _move(ticket, state)
    emit(TicketEnded(**_about(ticket), state=state, by=_id(by)))


def _live_call(ticket: Ticket) -> Call:
    return Call.objects.get(ticket=ticket, state=Call.State.LIVE)


def _close_open_call(ticket: Ticket, state: Call.State, now: datetime) -> None:
    Call.objects.filter(ticket=ticket, state__in=queries.OPEN_CALL).update(state=state, ended_at=now)


def _try_call(ticket: Ticket, desk: Desk, by: User, now: datetime) -> bool:
    """Call the ticket unless its seeker is called elsewhere: the unique index on live calls decides races."""
    _close_open_call(ticket, Call.State.CANCELLED, now)  # a held call gives way to the real one
    try:
        with transaction.atomic():
            _create_call(ticket, desk, by, now, Call.State.LIVE)
    except IntegrityError:
        return False
    _move(ticket, Ticket.State.CALLED)
    emit(TicketCalled(**_about(ticket), desk_id=desk.pk, by=by.pk))
    return True


def _call_or_hold(ticket: Ticket, desk: Desk, by: User, now: datetime) -> bool:
    """Under the seeker's lock: call one who was just freed, or keep the place of one who is still elsewhere."""
    _lock_seeker(ticket.seeker_id)
    if not queries.find_busy_seekers([ticket.seeker_id]) and _try_call(ticket, desk, by, now):
        return True
    if not Call.objects.filter(ticket=ticket, state=Call.State.HELD).exists():
        _create_call(ticket, desk, by, now, Call.State.HELD)
        emit(CallHeld(**_about(ticket), desk_id=desk.pk, by=by.pk))
    return False


def _create_call(ticket: Ticket, desk: Desk, by: User, now: datetime, state: Call.State) -> Call:
    return Call.objects.create(
        ticket=ticket,
        booth_id=ticket.booth_id,
        seeker_id=ticket.seeker_id,
        desk=desk,
        state=state,
        called_by=by,
        called_at=now,
        due_at=now + rules.time_to_arrive(ticket.booth.fair, ticket.channel),
    )


def _release_held_calls(seeker_id: int, now: datetime) -> None:
    """The seeker is free: the booths that held a call hear it. Held calls are guarded by the seeker's lock."""
    _lock_seeker(seeker_id)
    for call in Call.objects.filter(seeker=seeker_id, state=Call.State.HELD).order_by("id"):
        call.state = Call.State.CANCELLED
        call.ended_at = now
        call.save(update_fields=["state", "ended_at"])
        emit(CallReleased(ticket_id=call.ticket_id, booth_id=call.booth_id, seeker_id=seeker_id))


def _requeue(ticket: Ticket) -> None:
    """Back to waiting, three places further."""
    others = Ticket.objects.filter(booth=ticket.booth_id, state=Ticket.State.WAITING)
    places = others.order_by("place", "number").values_list("place", flat=True)
    ticket.place = rules.place_after_miss(list(places), ticket.place)
    _move(ticket, Ticket.State.MISSED)
    _move(ticket, Ticket.State.WAITING)
