"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from booths.access import booth_for_anyone
from booths.conversations import answers
from booths.models import Booth, Ticket
from jobfair.accounts.models import User
from jobfair.core.errors import NotFound
from jobfair.employers.models import Employer
from jobfair.interviews.models import Booking, Slot, VideoTalk

SideName = Literal["seeker", "recruiter"]


@dataclass(frozen=True)
class Seat:
    """One of the two places of a talk."""

    talk: VideoTalk
    side: SideName


def recruits_at(user: User | None, booth_id: int) -> bool:
    """For the booth's employer, nobody once that was refused; at a service desk its counsellors."""
    return answers(user, booth_id)


def seat_in(user: User | None, talk_id: int) -> Seat:
    """One's own seat in a talk, over or not: its seeker's, or that of the one recruiter who has it."""
    talks = VideoTalk.objects.select_related("booth__employer", "ticket__booth", "booking__slot")
    talk = talks.filter(pk=talk_id).first()
    if talk is None or user is None or not user.is_active:
        raise NotFound
    if talk.seeker_id == user.pk:
        return Seat(talk, "seeker")
    if talk.recruiter_id == user.pk and recruits_at(user, talk.booth_id):
        return Seat(talk, "recruiter")
    raise NotFound


def open_seat_in(user: User | None, talk_id: int) -> Seat:
    """The same while the talk is on."""
    seat = seat_in(user, talk_id)
    if seat.talk.ended_at is not None:
        raise NotFound
    return seat


def seat_for_recruiter(user: User | None, talk_id: int) -> Seat:
    seat = seat_in(user, talk_id)
    if seat.side != "recruiter":
        raise NotFound
    return seat


def ticket_for_either(user: User | None, ticket_id: int) -> tuple[Ticket, SideName]:
    """A ticket, for whoever holds it and for the booth's recruiters."""
    ticket = Ticket.objects.select_related("booth__employer").filter(pk=ticket_id).first()
    if ticket is None or user is None:
        raise NotFound
    if ticket.seeker_id == user.pk:
        return ticket, "seeker"
    if recruits_at(user, ticket.booth_id):
        return ticket, "recruiter"
    raise NotFound


def booth_for_booking(booth_id: int) -> Booth:
    """A booth of an announced fair whose employer may hire."""
    booth = booth_for_anyone(booth_id)
    if booth.employer is None or booth.employer.state == Employer.State.REFUSED:
        raise NotFound
    return booth


def booth_for_slots(user: User | None, booth_id: int) -> Booth:
    """A booth whose slots the user publishes."""
    booth = booth_for_booking(booth_id)
    if not recruits_at(user, booth.pk):
        raise NotFound
    return booth


def slot_for_anyone(slot_id: int) -> Slot:
    slot = Slot.objects.select_related("booth").filter(pk=slot_id).first()
    if slot is None:
        raise NotFound
    booth_for_booking(slot.booth_id)
    return slot


def slot_for_recruiter(user: User | None, slot_id: int) -> Slot:
    slot = slot_for_anyone(slot_id)
    if not recruits_at(user, slot.booth_id):
        raise NotFound
    return slot


def booking_for_either(user: User | None, booking_id: int) -> tuple[Booking, SideName]:
    """A booking, for who made it and for the employer it is with."""
    bookings = Booking.objects.select_related("slot__recruiter", "booth__employer", "booth__fair", "seeker")
    booking = bookings.filter(pk=booking_id).first()
    if booking is None or user is None:
        raise NotFound
    if booking.seeker_id == user.pk:
        return booking, "seeker"
    if recruits_at(user, booking.booth_id):
        return booking, "recruiter"
    raise NotFound


def booking_for_seeker(user: User | None, booking_id: int) -> Booking:
    booking, side = booking_for_either(user, booking_id)
    if side != "seeker":
        raise NotFound
    return booking
