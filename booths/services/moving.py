"""Parts of the verbs. Each expects the booth to be locked; lock order: booths (by id), seeker, application."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from booths import queries, rules
from booths.events import CallReleased, ReadyAsked, TicketEnded
from booths.models import Booth, Call, Ticket
from jobfair.accounts.models import User
from jobfair.core.prepared import prepared
from jobfair.core.unit_of_work import emit

SAVED = ["state", "place", "misses", "ended_at", "paused_until", "postponed"]


def id_of(user: User | None) -> int | None:
    return None if user is None else user.pk


def about(ticket: Ticket) -> dict[str, int]:
    return {"ticket_id": ticket.pk, "booth_id": ticket.booth_id, "seeker_id": ticket.seeker_id}


def lock_booth(booth_id: int) -> Booth:
    """Raises Booth.DoesNotExist."""
    for booth in _locked_booth(booth_id):
        return booth
    raise Booth.DoesNotExist


@prepared
def _locked_booth(booth_id: int) -> QuerySet[Booth]:
    return (
        Booth.objects.select_for_update(no_key=True, of=("self",)).select_related("fair").filter(pk=booth_id)
    )


def lock_booths(booth_ids: Iterable[int]) -> dict[int, Booth]:
    return {pk: lock_booth(pk) for pk in sorted(set(booth_ids))}


def lock_seeker(seeker_id: int) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=seeker_id)


def lock_ticket(ticket: Ticket) -> Ticket:
    """The ticket as it is now, under its booth's lock."""
    booth = lock_booth(ticket.booth_id)
    fresh = Ticket.objects.get(pk=ticket.pk)
    fresh.booth = booth
    return fresh


def move(ticket: Ticket, state: Ticket.State) -> None:
    rules.ensure_ticket_may_become(ticket, state)
    ticket.state = state
    if state != Ticket.State.PAUSED:
        ticket.paused_until = None
    ticket.save(update_fields=SAVED)


def prefer(ticket: Ticket, kind: str, certificate: str = "") -> None:
    """Before everyone who has no priority, behind those who have."""
    others = [one for one in queries.list_waiting(ticket.booth_id) if one.pk != ticket.pk]
    if not ticket.priority:
        ticket.place = rules.place_with_priority(
            [one.place for one in others if one.priority],
            [one.place for one in others if not one.priority],
            ticket.place,
        )
    ticket.priority, ticket.certificate = kind, certificate
    ticket.save(update_fields=["place", "priority", "certificate"])


def end(ticket: Ticket, state: Ticket.State, by: User | None, now: datetime) -> None:
    ticket.ended_at = now
    move(ticket, state)
    emit(TicketEnded(**about(ticket), state=state, by=id_of(by)))


def live_call(ticket: Ticket) -> Call:
    """Of a ticket that is called, arrived or serving. Refused: TicketCannotChange."""
    call = Call.objects.filter(ticket=ticket, state=Call.State.LIVE).first()
    if call is None:
        raise rules.TicketCannotChange
    return call


def close_open_call(ticket: Ticket, state: Call.State, now: datetime) -> None:
    Call.objects.filter(ticket=ticket, state__in=queries.OPEN_CALL).update(state=state, ended_at=now)


def release_held_calls(seeker_id: int, now: datetime) -> None:
    """The seeker is free: the booths that held a call hear it. Held calls are guarded by the seeker's lock."""
    lock_seeker(seeker_id)
    for call in Call.objects.filter(seeker=seeker_id, state=Call.State.HELD).order_by("id"):
        call.state = Call.State.CANCELLED
        call.ended_at = now
        call.save(update_fields=["state", "ended_at"])
        emit(CallReleased(ticket_id=call.ticket_id, booth_id=call.booth_id, seeker_id=seeker_id))


def ask_ready(booth_id: int, now: datetime) -> None:
    """The line got shorter: whoever has come within three is asked, once, whether they are there."""
    for ticket in queries.list_first_waiting(booth_id)[: rules.READY_AHEAD + 1]:
        if ticket.ready_asked_at is None:
            ticket.ready_asked_at = now
            ticket.save(update_fields=["ready_asked_at"])
            emit(ReadyAsked(**about(ticket)))
