"""Coming into a line: a seeker takes a number, a clerk prints one for a walk-in, a paper is claimed on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from booths import claims, queries, rules
from booths.events import KioskTicketGiven, PriorityGiven, TicketClaimed, TicketTaken, TicketTransferred
from booths.merging import move_tickets
from booths.models import Booth, Call, Ticket
from booths.services.moving import (
    about,
    ask_ready,
    close_open_call,
    end,
    lock_booth,
    lock_booths,
    lock_seeker,
    prefer,
)
from jobfair.accounts.models import User
from jobfair.accounts.services import enter_as_walk_in, merge_guest
from jobfair.core import clock
from jobfair.core.errors import NotSignedIn
from jobfair.core.unit_of_work import emit, unit_of_work


@unit_of_work
def take_ticket(*, booth: Booth, seeker: User, channel: str, now: datetime) -> Ticket:
    """Give the seeker the next number of the booth's line.

    Refused: FairNotOpen, BoothNotOpen, LastTicketGiven, AlreadyInLine, TooManyLines, NotSignedIn for a guest
    merged meanwhile.
    """
    booth = lock_booth(booth.pk)
    rules.ensure_takes_tickets(booth, booth.fair, now)
    _ensure_may_join(booth, seeker)
    ticket = _create(booth, seeker.pk, channel, now)
    emit(TicketTaken(**about(ticket), by=seeker.pk))
    return ticket


@unit_of_work
def take_booked_place(*, booth: Booth, seeker: User, channel: str, now: datetime) -> Ticket:
    """Who has booked this time stands before those who have not; a number taken before moves forward.

    Refused as `take_ticket`, but for the last ticket: what was booked is kept.
    """
    booth = lock_booth(booth.pk)
    rules.ensure_takes_booked(booth, booth.fair, now)
    lock_seeker(seeker.pk)
    ticket = Ticket.objects.filter(booth=booth, seeker=seeker, state__in=Ticket.ACTIVE).first()
    is_new = ticket is None
    if ticket is None:
        _ensure_may_join(booth, seeker)
        ticket = _create(booth, seeker.pk, channel, now)
    ticket.booth = booth
    if ticket.state in {Ticket.State.WAITING, Ticket.State.PAUSED} and not ticket.priority:
        prefer(ticket, Ticket.Priority.BOOKED)
        if not is_new:
            fact = PriorityGiven(**about(ticket), by=seeker.pk, kind=ticket.priority, certificate="")
            emit(fact)
    if is_new:
        emit(TicketTaken(**about(ticket), by=seeker.pk))
    ask_ready(booth.pk, now)
    return ticket


@dataclass(frozen=True)
class Paper:
    """What the kiosk prints. `code` is known to nobody else, and to us as a hash only."""

    ticket: Ticket
    code: str


@unit_of_work
def give_kiosk_ticket(*, booth: Booth, seeker: User | None, by: User, now: datetime) -> Paper:
    """A clerk gives a person who stands here a number: for their account, or for whoever holds the paper.

    Refused as `take_ticket`.
    """
    booth = lock_booth(booth.pk)
    rules.ensure_takes_tickets(booth, booth.fair, now)
    holder = seeker or enter_as_walk_in(by=by, now=now)
    _ensure_may_join(booth, holder)
    code = claims.new_code()
    ticket = _create(booth, holder.pk, Ticket.Channel.ONSITE, now)
    if seeker is None:
        ticket.claim_hash = claims.hash_of(ticket.label, code)
        ticket.save(update_fields=["claim_hash"])
    emit(TicketTaken(**about(ticket), by=by.pk))
    emit(KioskTicketGiven(**about(ticket), by=by.pk, anonymous=seeker is None))
    return Paper(ticket, code if seeker is None else "")


@unit_of_work
def claim_ticket(*, label: str, code: str, seeker: User, now: datetime) -> Ticket:
    """The paper's place, or what became of it, belongs to the seeker's phone from now on.

    Where the seeker stands in that line already, the better of the two places stays. Refused: ClaimUnknown,
    TooManyLines.
    """
    claimed = claims.hash_of(label, code)
    found = Ticket.objects.filter(claim_hash=claimed).select_related("booth").order_by("-id").first()
    if found is None:
        raise rules.ClaimUnknown
    holder_id = found.seeker_id
    own = Ticket.objects.filter(Q(seeker=seeker) | Q(seeker=holder_id), state__in=Ticket.ACTIVE)
    lock_booths([found.booth_id, *own.values_list("booth_id", flat=True)])
    found = Ticket.objects.filter(claim_hash=claimed).select_related("booth__fair").order_by("-id").first()
    if found is None or found.seeker_id != holder_id:
        raise rules.ClaimUnknown
    if not lock_seeker(seeker.pk).is_active:
        raise NotSignedIn
    mine = queries.active_tickets(seeker.pk, found.booth.fair_id)
    if found.state in Ticket.ACTIVE and not mine.filter(booth=found.booth_id).exists():
        rules.ensure_room_for_another_line(found.booth.fair, mine.count())
    Ticket.objects.filter(seeker=holder_id).update(claim_hash="")
    move_tickets(guest_id=holder_id, account_id=seeker.pk, now=now)
    merge_guest(guest_id=holder_id, account=seeker)
    found.refresh_from_db()
    emit(TicketClaimed(**about(found) | {"seeker_id": seeker.pk}, by=seeker.pk))
    return _kept(found, seeker)


def _kept(claimed: Ticket, seeker: User) -> Ticket:
    """The claimed ticket, or the one that stays in its place."""
    if claimed.state in Ticket.ACTIVE or claimed.state != Ticket.State.LEFT:
        return claimed
    mine = Ticket.objects.filter(booth=claimed.booth_id, seeker=seeker, state__in=Ticket.ACTIVE)
    return mine.select_related("booth").first() or claimed


@unit_of_work
def transfer_ticket(*, ticket: Ticket, to: Booth, by: User, now: datetime) -> Ticket:
    """End the place here and give one at another booth of the fair, which points back; returns the new ticket.

    Refused: OtherFair, TicketCannotChange, and what `take_ticket` refuses at the other booth.
    """
    booths = lock_booths([ticket.booth_id, to.pk])
    here, there = booths[ticket.booth_id], booths[to.pk]
    ticket = Ticket.objects.get(pk=ticket.pk)
    ticket.booth = here
    if here.fair_id != there.fair_id or here.pk == there.pk:
        raise rules.OtherFair
    rules.ensure_ticket_may_become(ticket, Ticket.State.TRANSFERRED)
    rules.ensure_takes_tickets(there, there.fair, now)
    seeker = lock_seeker(ticket.seeker_id)
    paper, ticket.claim_hash = ticket.claim_hash, ""
    ticket.save(update_fields=["claim_hash"])
    close_open_call(ticket, Call.State.CANCELLED, now)
    end(ticket, Ticket.State.TRANSFERRED, by, now)
    _ensure_may_join(there, seeker)
    new = _create(there, seeker.pk, ticket.channel, now)
    new.claim_hash, new.transferred_from = paper, ticket
    new.save(update_fields=["claim_hash", "transferred_from"])
    emit(TicketTransferred(**about(ticket), to_ticket_id=new.pk, to_booth_id=there.pk, by=by.pk))
    emit(TicketTaken(**about(new), by=by.pk))
    ask_ready(here.pk, now)
    return new


def _ensure_may_join(booth: Booth, seeker: User) -> None:
    """Locks the seeker."""
    if not lock_seeker(seeker.pk).is_active:  # the guest of this device has just signed in to an account
        raise NotSignedIn
    active = queries.active_tickets(seeker.pk, booth.fair_id)
    if active.filter(booth=booth).exists():
        raise rules.AlreadyInLine
    rules.ensure_room_for_another_line(booth.fair, active.count())


def _create(booth: Booth, seeker_id: int, channel: str, now: datetime) -> Ticket:
    day = clock.local(now).date()
    number = 1 + (Ticket.objects.filter(booth=booth, day=day).aggregate(top=Max("number"))["top"] or 0)
    return Ticket.objects.create(
        booth=booth,
        seeker_id=seeker_id,
        day=day,
        number=number,
        place=_place(booth, channel),
        channel=channel,
        taken_at=now,
    )


def _place(booth: Booth, channel: str) -> int:
    line = Ticket.objects.filter(booth=booth, state__in=Ticket.ACTIVE)
    last = line.aggregate(all=Max("place"), own=Max("place", filter=Q(channel=channel)))
    return rules.place_of_new(
        queries.find_line_rule(booth.fair_id),
        channel,
        last=last["all"] or 0,
        last_of_channel=last["own"] or 0,
        called=booth.called_place,
    )
