"""Booking a time at a service desk, and what becomes of it."""

from __future__ import annotations

from datetime import datetime, time

from booths import services as booths
from booths.models import Booth
from booths.services.moving import id_of, lock_booth, lock_seeker
from jobfair.accounts.models import User
from jobfair.advice import queries, rules
from jobfair.advice.events import (
    AppointmentAdmitted,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentLapsed,
    AppointmentNear,
    BookingRuleSet,
)
from jobfair.advice.models import Appointment, BookingRule
from jobfair.core import jobs
from jobfair.core.errors import NotSignedIn
from jobfair.core.unit_of_work import emit, unit_of_work

REMIND = "advice.remind"
State = Appointment.State


@unit_of_work
def set_booking_rule(
    *,
    booth: Booth,
    slot_minutes: int,
    each: int,
    opens: time,
    closes: time,
    by: User | None,
    now: datetime,
) -> BookingRule:
    """Which times can be booked from now on; what was booked stays."""
    lock_booth(booth.pk)
    stated = {"slot_minutes": slot_minutes, "each": each, "opens": opens, "closes": closes}
    rule, _ = BookingRule.objects.update_or_create(booth=booth, defaults=stated)
    emit(BookingRuleSet(booth_id=booth.pk, by=id_of(by)))
    return rule


@unit_of_work
def book(*, booth: Booth, seeker: User, starts_at: datetime, about: str, now: datetime) -> Appointment:
    """Give the seeker this time at this desk; half an hour before it the seeker is reminded.

    Refused: PhoneNeeded, NotBookable, SlotUnknown, SlotFull, BookedHere, BookedThen.
    """
    rules.ensure_may_book(seeker)
    booth = lock_booth(booth.pk)
    rule = queries.find_rule(booth.pk)
    slot = rules.slot_at(rule, booth, starts_at, now=now)
    if not lock_seeker(seeker.pk).is_active:
        raise NotSignedIn
    if queries.find_booked(seeker, booth) is not None:
        raise rules.BookedHere
    if queries.overlapping(seeker.pk, slot).exists():
        raise rules.BookedThen
    if rule is not None:
        rules.ensure_room(rule, queries.count_taken(booth.pk, slot.starts_at))
    appointment = Appointment.objects.create(
        booth=booth,
        seeker=seeker,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        about=about,
        booked_at=now,
    )
    emit(AppointmentBooked(**_about(appointment), by=seeker.pk))
    reminded_at = slot.starts_at - rules.REMINDED_BEFORE
    if reminded_at > now:
        payload = {"appointment_id": appointment.pk}
        jobs.schedule(REMIND, key=str(appointment.pk), payload=payload, due_at=reminded_at)
    return appointment


@unit_of_work
def remind(*, appointment_id: int, now: datetime) -> bool:
    """It is near. False when it no longer stands, or its time has begun: then nobody is told."""
    appointment = _lock(appointment_id)
    if appointment.state != State.BOOKED or now >= appointment.starts_at:
        return False
    emit(AppointmentNear(**_about(appointment)))
    return True


@unit_of_work
def admit(*, appointment: Appointment, channel: str, now: datetime) -> Appointment:
    """The seeker is here: the next number of the line, before everyone who has not booked.

    Whoever stands in that line already keeps the number and moves forward. Refused: TooEarly, AppointmentOver, and
    what `take_ticket` refuses.
    """
    lock_booth(appointment.booth_id)
    seeker = lock_seeker(appointment.seeker_id)
    appointment = _lock(appointment.pk)
    rules.ensure_may_admit(appointment, now)
    ticket = booths.take_booked_place(booth=appointment.booth, seeker=seeker, channel=channel, now=now)
    appointment.ticket = ticket
    _end(appointment, State.ADMITTED, now)
    emit(AppointmentAdmitted(**_about(appointment), ticket_id=ticket.pk, by=seeker.pk))
    return appointment


@unit_of_work
def cancel(*, appointment: Appointment, by: User | None, now: datetime) -> Appointment:
    """The seeker does not come; the time is free again. Refused: AppointmentOver."""
    lock_booth(appointment.booth_id)
    appointment = _lock(appointment.pk)
    rules.ensure_booked(appointment)
    _end(appointment, State.CANCELLED, now)
    jobs.cancel(REMIND, str(appointment.pk))
    emit(AppointmentCancelled(**_about(appointment), by=id_of(by)))
    return appointment


@unit_of_work
def lapse(*, appointment_id: int, now: datetime) -> bool:
    """Its time is over. False when the seeker came or cancelled meanwhile."""
    appointment = _lock(appointment_id)
    if appointment.state != State.BOOKED or now < appointment.ends_at:
        return False
    _end(appointment, State.LAPSED, now)
    emit(AppointmentLapsed(**_about(appointment)))
    return True


def _lock(appointment_id: int) -> Appointment:
    rows = Appointment.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("booth").get(pk=appointment_id)


def _end(appointment: Appointment, state: State, now: datetime) -> None:
    appointment.state, appointment.ended_at = state, now
    appointment.save(update_fields=["state", "ended_at", "ticket"])


def _about(appointment: Appointment) -> dict[str, int]:
    return {
        "appointment_id": appointment.pk,
        "booth_id": appointment.booth_id,
        "seeker_id": appointment.seeker_id,
    }
