"""A guest signs in: the places taken on the device become the account's. None is lost, none is doubled."""

from __future__ import annotations

from datetime import datetime

from booths import queries, rules
from booths.events import CallHeld, TicketEnded, TicketMoved, TicketRequeued
from booths.models import Booth, Call, Ticket
from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work


@unit_of_work
def move_tickets(*, guest_id: int, account_id: int, now: datetime) -> int:
    """Hand every ticket of the guest to the account; returns how many active ones moved.

    In a line where both stand, the better place stays and the other is left. Where both are called at once,
    the guest's call is held and its place kept. More active tickets than the fair allows may result: what was
    acknowledged is kept, the limit holds for new tickets.
    """
    active = Ticket.objects.filter(seeker=guest_id, state__in=Ticket.ACTIVE)
    both = Ticket.objects.filter(seeker__in=[guest_id, account_id], state__in=Ticket.ACTIVE)
    booth_ids = list(both.values_list("booth_id", flat=True))
    list(Booth.objects.select_for_update(no_key=True).filter(pk__in=booth_ids).order_by("pk"))
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[guest_id, account_id]).order_by("pk"))
    moved = sum(_move(ticket, guest_id, account_id, now) for ticket in active.order_by("pk"))
    past = Ticket.objects.filter(seeker=guest_id).exclude(state__in=Ticket.ACTIVE)
    Call.objects.filter(ticket__in=past).update(seeker=account_id)
    past.update(seeker=account_id)
    return moved


def _move(ticket: Ticket, guest_id: int, account_id: int, now: datetime) -> int:
    twin = Ticket.objects.filter(seeker=account_id, booth=ticket.booth_id, state__in=Ticket.ACTIVE).first()
    if twin is not None and not _give_way(ticket, twin, now):
        return 0
    if not _only_one_live_call(ticket, account_id):
        return 0
    Call.objects.filter(ticket=ticket).update(seeker=account_id)
    ticket.seeker_id = account_id
    ticket.save(update_fields=["seeker"])
    emit(
        TicketMoved(
            ticket_id=ticket.pk, booth_id=ticket.booth_id, seeker_id=account_id, from_seeker_id=guest_id
        )
    )
    return 1


def _give_way(ticket: Ticket, twin: Ticket, now: datetime) -> bool:
    """End the one of two places in a line that is further back; True if the guest's is the one that stays.

    A talk under way always stays.
    """
    order = [Ticket.State.SERVING, Ticket.State.ARRIVED, Ticket.State.CALLED]

    def rank(one: Ticket) -> tuple[int, int]:
        return (order.index(Ticket.State(one.state)) if one.state in order else len(order), one.place)

    keeps_guest = rank(ticket) < rank(twin)
    loser = twin if keeps_guest else ticket
    if loser.state == Ticket.State.SERVING:
        return False  # two talks at one booth under two names: both run to their end
    Call.objects.filter(ticket=loser, state__in=queries.OPEN_CALL).update(
        state=Call.State.CANCELLED, ended_at=now
    )
    rules.ensure_ticket_may_become(loser, Ticket.State.LEFT)
    loser.state, loser.ended_at = Ticket.State.LEFT, now
    loser.save(update_fields=["state", "ended_at"])
    emit(
        TicketEnded(ticket_id=loser.pk, booth_id=loser.booth_id, seeker_id=loser.seeker_id, state=loser.state)
    )
    return keeps_guest


def _only_one_live_call(ticket: Ticket, account_id: int) -> bool:
    """Where guest and account are both called, hold the call that is not yet answered, the guest's first.

    False: both are answered, and the guest's talk runs to its end under the guest.
    """
    own = Call.objects.filter(ticket=ticket, state=Call.State.LIVE).first()
    other = Call.objects.filter(seeker=account_id, state=Call.State.LIVE).select_related("ticket").first()
    if own is None or other is None:
        return True
    if ticket.state == Ticket.State.CALLED:
        _hold(own, ticket)
        return True
    if other.ticket.state == Ticket.State.CALLED:
        _hold(other, other.ticket)
        return True
    return False


def _hold(call: Call, ticket: Ticket) -> None:
    call.state = Call.State.HELD
    call.save(update_fields=["state"])
    ticket.state = Ticket.State.WAITING
    ticket.save(update_fields=["state"])
    about = {"ticket_id": ticket.pk, "booth_id": ticket.booth_id, "seeker_id": ticket.seeker_id}
    emit(TicketRequeued(**about))
    emit(CallHeld(**about, desk_id=call.desk_id))
