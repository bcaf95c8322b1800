"""What slots and bookings are asked and tell."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from jobfair.accounts.rules import mask_name
from jobfair.core.schemas import Schema, Text
from jobfair.interviews.models import Booking, Slot
from jobfair.interviews.queries import SlotRow

ModeName = Literal["video", "onsite"]
StateName = Literal["booked", "cancelled"]
Id = Annotated[int, Field(ge=1, lt=1 << 53)]


# Asked


class PublishSlotsIn(Schema):
    """So many slots of `minutes` each, one after the other. `address`: of talks on site."""

    starts_at: AwareDatetime
    minutes: Annotated[int, Field(ge=10, le=120)]
    count: Annotated[int, Field(ge=1, le=20)] = 1
    mode: ModeName
    address: Annotated[Text, StringConstraints(max_length=120, strip_whitespace=True)] = ""


class MoveBookingIn(Schema):
    slot_id: Id


# Told


class SlotOut(Schema):
    id: int
    starts_at: datetime
    ends_at: datetime
    minutes: int
    mode: ModeName
    address: str

    @classmethod
    def of(cls, slot: Slot) -> SlotOut:
        return cls.model_validate(
            {
                "id": slot.pk,
                "starts_at": slot.starts_at,
                "ends_at": slot.ends_at,
                "minutes": slot.minutes,
                "mode": slot.mode,
                "address": slot.address,
            }
        )


class BookingOut(Schema):
    """`opens_at` to `closes_at`: when its video may be entered."""

    id: int
    state: StateName
    cancelled_by: Literal["", "seeker", "recruiter"]
    slot: SlotOut
    booth_id: int
    booth_number: int
    employer_name: str
    seeker_id: int
    seeker_name: str
    opens_at: datetime
    closes_at: datetime

    @classmethod
    def of(cls, booking: Booking, *, name: str, opens_at: datetime, closes_at: datetime) -> BookingOut:
        """`name`: the seeker's, empty where the employer has no leave to know it."""
        return cls.model_validate(
            {
                "id": booking.pk,
                "state": booking.state,
                "cancelled_by": booking.cancelled_by,
                "slot": SlotOut.of(booking.slot),
                "booth_id": booking.booth_id,
                "booth_number": booking.booth.number,
                "employer_name": booking.booth.host,
                "seeker_id": booking.seeker_id,
                "seeker_name": name or mask_name(booking.seeker.display_name),
                "opens_at": opens_at,
                "closes_at": closes_at,
            }
        )


class BoothSlotsOut(Schema):
    """What one may book at a booth. `may_book`: the employer knows of this person; `needs_phone`: who must sign in."""

    booth_id: int
    booth_number: int
    employer_name: str
    free: list[SlotOut]
    mine: BookingOut | None
    may_book: bool
    needs_phone: bool


class SlotRowOut(Schema):
    slot: SlotOut
    recruiter_id: int
    recruiter_name: str
    booking: BookingOut | None

    @classmethod
    def of(cls, row: SlotRow, booking: BookingOut | None) -> SlotRowOut:
        recruiter = row.slot.recruiter
        return cls(
            slot=SlotOut.of(row.slot),
            recruiter_id=recruiter.pk,
            recruiter_name=recruiter.display_name,
            booking=booking,
        )


class SlotDeskOut(Schema):
    """All slots of a booth from today on, with who has booked them."""

    booth_id: int
    booth_number: int
    employer_name: str
    latest: datetime
    slots: list[SlotRowOut]


class SlotsOut(Schema):
    slots: list[SlotOut]


class MyBookingsOut(Schema):
    """The fifty latest, the last one first."""

    bookings: list[BookingOut]
