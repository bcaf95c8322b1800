"""Slots and who has booked them. Lock order: booth, slots (by id), seeker, booking, talk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from booths.models import Booth
from booths.services.moving import lock_booth, lock_seeker
from jobfair.accounts.models import User
from jobfair.core.errors import NotFound
from jobfair.core.jobs import schedule
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.interviews import queries, rules
from jobfair.interviews.events import (
    BookingCancelled,
    BookingMoved,
    InterviewNear,
    SlotBooked,
    SlotPublished,
    SlotWithdrawn,
)
from jobfair.interviews.models import Booking, Slot
from jobfair.interviews.services.talks import end_talk_of_booking

REMIND = "interviews.remind"
State, Side = Booking.State, Booking.Side


@unit_of_work
def publish_slots(
    *,
    booth: Booth,
    starts_at: datetime,
    minutes: int,
    count: int,
    mode: str,
    address: str,
    by: User,
    now: datetime,
) -> list[Slot]:
    """So many slots, one after the other, all of them or none.

    Refused: SlotInPast, SlotTooFar, PlaceNeeded, SlotsOverlap with the recruiter's own.
    """
    booth = lock_booth(booth.pk)
    lock_seeker(by.pk)
    length = timedelta(minutes=minutes)
    made = [
        Slot(
            booth=booth,
            recruiter=by,
            starts_at=starts_at + length * place,
            minutes=minutes,
            mode=mode,
            address=address if mode == Slot.Mode.ONSITE else "",
            published_at=now,
        )
        for place in range(count)
    ]
    rules.ensure_publishable(
        booth.fair, starts_at=starts_at, ends_at=made[-1].ends_at, mode=mode, address=address, now=now
    )
    own = Slot.objects.filter(recruiter=by, withdrawn_at=None, starts_at__lt=made[-1].ends_at)
    if any(
        rules.overlap(one, other)
        for one in own.filter(starts_at__gte=starts_at - timedelta(days=1))
        for other in made
    ):
        raise rules.SlotsOverlap(fields={"starts_at": str(rules.SlotsOverlap.message)})
    for slot in made:
        slot.save()
        emit(SlotPublished(slot_id=slot.pk, booth_id=booth.pk, by=by.pk))
    return made


@unit_of_work
def withdraw_slot(*, slot: Slot, by: User, now: datetime) -> Slot:
    """Take a slot back; who had booked it is told. Twice is once."""
    (slot,) = _lock_slots([slot.pk])
    if slot.withdrawn_at is not None:
        return slot
    slot.withdrawn_at = now
    slot.save(update_fields=["withdrawn_at"])
    emit(SlotWithdrawn(slot_id=slot.pk, booth_id=slot.booth_id, by=by.pk))
    booked = Booking.objects.filter(slot=slot, state=State.BOOKED).first()
    if booked is not None:
        lock_seeker(booked.seeker_id)
        _cancel(_lock_booking(booked), Side.RECRUITER, by.pk, now)
    return slot


@unit_of_work
def book_slot(*, slot: Slot, seeker: User, now: datetime) -> Booking:
    """Of two who press at once, one has it. Refused: PhoneNeeded, NoTie, SlotGone, SlotTaken, BookedBefore,
    TimeTaken."""
    (slot,) = _lock_slots([slot.pk])
    rules.ensure_may_be_seen(lock_seeker(seeker.pk))
    rules.ensure_bookable(slot, now)
    if not queries.is_known_to(slot.booth, seeker.pk):
        raise rules.NoTie
    if queries.find_booking(slot.booth, seeker.pk, now) is not None:
        raise rules.BookedBefore
    rules.ensure_free(slot, queries.list_busy_slots(seeker.pk, now))
    booking = Booking(slot=slot, booth_id=slot.booth_id, seeker=seeker, booked_at=now, changed_at=now)
    _save_or_taken(booking)
    emit(SlotBooked(**about(booking), by=seeker.pk))
    _schedule(booking, now)
    return booking


@unit_of_work
def move_booking(*, booking: Booking, to: Slot, by: User, now: datetime) -> Booking:
    """Another slot of the same booth; the one left is free again. Refused: BookingOver, SlotGone, SlotTaken,
    TimeTaken, NotFound for another booth's slot."""
    slots = {slot.pk: slot for slot in _lock_slots({booking.slot_id, to.pk})}
    lock_seeker(booking.seeker_id)
    booking, to = _lock_booking(booking), slots[to.pk]
    rules.ensure_changeable(booking, now)
    if to.booth_id != booking.booth_id:
        raise NotFound
    if booking.slot_id == to.pk:
        return booking
    rules.ensure_bookable(to, now)
    busy = [slot for slot in queries.list_busy_slots(booking.seeker_id, now) if slot.pk != booking.slot_id]
    rules.ensure_free(to, busy)
    was, booking.slot = booking.slot_id, to
    _change(booking, now)
    emit(BookingMoved(**about(booking), from_slot_id=was, by=by.pk))
    end_talk_of_booking(booking_id=booking.pk, by=by.pk, now=now)
    _schedule(booking, now)
    return booking


@unit_of_work
def cancel_booking(*, booking: Booking, side: str, by: User, now: datetime) -> Booking:
    """Either side; the slot is free again. Twice is once. Refused: BookingOver."""
    _lock_slots([booking.slot_id])
    lock_seeker(booking.seeker_id)
    booking = _lock_booking(booking)
    if booking.state == State.CANCELLED:
        return booking
    rules.ensure_changeable(booking, now)
    return _cancel(booking, side, by.pk, now)


@unit_of_work
def cancel_all_of(*, seeker_id: int, by: int | None, now: datetime) -> int:
    """The account is closed; returns how many were to come."""
    own = Booking.objects.filter(seeker=seeker_id, state=State.BOOKED, slot__starts_at__gt=now)
    ids = list(own.values_list("pk", "slot_id"))
    _lock_slots(slot for _, slot in ids)
    for pk, _ in ids:
        _cancel(_lock_booking(Booking(pk=pk)), Side.SEEKER, by, now)
    return len(ids)


@unit_of_work
def remind(*, booking_id: int, sequence: int, minutes: int, now: datetime) -> bool:
    """Tell both sides that it is near, unless it was cancelled or moved, or is so near that a later one tells it."""
    booking = Booking.objects.select_related("slot").filter(pk=booking_id).first()
    if booking is None or not rules.still_reminds(booking, sequence=sequence, minutes=minutes, now=now):
        return False
    emit(InterviewNear(**about(booking), minutes=minutes))
    return True


def about(booking: Booking) -> dict[str, int]:
    return {
        "booking_id": booking.pk,
        "slot_id": booking.slot_id,
        "booth_id": booking.booth_id,
        "seeker_id": booking.seeker_id,
    }


def _lock_slots(ids: Iterable[int]) -> list[Slot]:
    rows = Slot.objects.select_for_update(no_key=True, of=("self",)).select_related("booth")
    return list(rows.filter(pk__in=set(ids)).order_by("pk"))


def _lock_booking(booking: Booking) -> Booking:
    rows = Booking.objects.select_for_update(no_key=True, of=("self",)).select_related("slot")
    return rows.get(pk=booking.pk)


def _cancel(booking: Booking, side: str, by: int | None, now: datetime) -> Booking:
    booking.state, booking.cancelled_by = State.CANCELLED, side
    _change(booking, now)
    emit(BookingCancelled(**about(booking), side=side, by=by))
    end_talk_of_booking(booking_id=booking.pk, by=by, now=now)
    return booking


def _change(booking: Booking, now: datetime) -> None:
    booking.sequence += 1
    booking.changed_at = now
    _save_or_taken(booking)


def _save_or_taken(booking: Booking) -> None:
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError:
        raise rules.SlotTaken from None


def _schedule(booking: Booking, now: datetime) -> None:
    """Each reminder names the booking as it is now; one that finds it otherwise says nothing."""
    for minutes, at in rules.reminds_at(booking.slot, now):
        schedule(
            REMIND,
            key=f"{booking.pk}:{booking.sequence}:{minutes}",
            payload={"booking": booking.pk, "sequence": booking.sequence, "minutes": minutes},
            due_at=at,
        )
