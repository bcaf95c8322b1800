"""Slots and who has booked them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from booths import conversations
from booths.api.replies import absolute
from booths.models import Booth
from jobfair.accounts.access import seeker_of, signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.interviews import access, calendar, queries, services, showing
from jobfair.interviews.api.replies import OWN, READ, WRITE
from jobfair.interviews.models import Booking, Slot
from jobfair.interviews.schemas import (
    BookingOut,
    BoothSlotsOut,
    MoveBookingIn,
    MyBookingsOut,
    PublishSlotsIn,
    SlotDeskOut,
    SlotOut,
    SlotRowOut,
    SlotsOut,
)

router = Router(tags=["interviews"])


# For seekers


@router.get("/booths/{booth_id}/slots", response={200: BoothSlotsOut, **READ})
def list_slots(request: HttpRequest, booth_id: int) -> Any:
    """What is to be had, and what one has."""
    booth, now = access.booth_for_booking(booth_id), clock.now()
    user = request.user if isinstance(request.user, User) else None
    mine = queries.find_booking(booth, user.pk, now) if user else None
    return BoothSlotsOut(
        booth_id=booth.pk,
        booth_number=booth.number,
        employer_name=booth.host,
        free=[SlotOut.of(slot) for slot in queries.list_free_slots(booth, now)],
        mine=_own(mine) if mine else None,
        may_book=user is not None and queries.is_known_to(booth, user.pk),
        needs_phone=user is None or user.is_guest or not user.phone_verified,
    )


@router.post("/slots/{slot_id}/bookings", response={201: BookingOut, **WRITE})
def book_slot(request: HttpRequest, slot_id: int, key: IdempotencyKey) -> Any:
    seeker, slot = signed_in(request), access.slot_for_anyone(slot_id)

    def book() -> BookingOut:
        booked = services.book_slot(slot=slot, seeker=seeker, now=clock.now())
        return _own(queries.get_booking(booked.pk))

    return Status(201, durable(request, f"interviews.book_slot:{slot_id}", key, None, book))


@router.post("/bookings/{booking_id}/move", response={200: BookingOut, **WRITE})
def move_booking(request: HttpRequest, booking_id: int, body: MoveBookingIn, key: IdempotencyKey) -> Any:
    """To another slot of the same employer's booth."""
    seeker = signed_in(request)
    booking, to = access.booking_for_seeker(seeker, booking_id), access.slot_for_anyone(body.slot_id)

    def move() -> BookingOut:
        moved = services.move_booking(booking=booking, to=to, by=seeker, now=clock.now())
        return _own(queries.get_booking(moved.pk))

    return durable(request, f"interviews.move_booking:{booking_id}", key, body, move)


@router.get("/me/bookings", response={200: MyBookingsOut, 401: OWN[401]})
def list_my_bookings(request: HttpRequest) -> Any:
    own = queries.list_bookings_of(seeker_of(request).pk)
    return MyBookingsOut(bookings=[_own(one) for one in own])


# For both


@router.post("/bookings/{booking_id}/cancel", response={200: BookingOut, **WRITE})
def cancel_booking(request: HttpRequest, booking_id: int, key: IdempotencyKey) -> Any:
    user = signed_in(request)
    booking, side = access.booking_for_either(user, booking_id)

    def cancel() -> BookingOut:
        done = services.cancel_booking(booking=booking, side=side, by=user, now=clock.now())
        fresh = queries.get_booking(done.pk)
        return _own(fresh) if side == "seeker" else _theirs(fresh)

    return durable(request, f"interviews.cancel_booking:{booking_id}", key, None, cancel)


@router.get("/bookings/{booking_id}/calendar.ics", response={200: None, **OWN})
def get_calendar(request: HttpRequest, booking_id: int) -> HttpResponse:
    """For the calendar of whichever side asks."""
    booking, side = access.booking_for_either(signed_in(request), booking_id)
    reply = HttpResponse(
        calendar.write(_entry(request, booking, side)), content_type="text/calendar; charset=utf-8"
    )
    reply["Content-Disposition"] = f'attachment; filename="interview-{booking.pk}.ics"'
    reply["Cache-Control"] = "no-store"
    return reply


# For recruiters


@router.get("/booths/{booth_id}/slot-desk", response={200: SlotDeskOut, **OWN})
def get_slot_desk(request: HttpRequest, booth_id: int) -> Any:
    """All slots from today on, with who has booked them."""
    booth = access.booth_for_slots(signed_in(request), booth_id)
    return _desk(booth, clock.now())


@router.post("/booths/{booth_id}/slots", response={201: SlotsOut, **WRITE})
def publish_slots(request: HttpRequest, booth_id: int, body: PublishSlotsIn, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    booth = access.booth_for_slots(recruiter, booth_id)

    def publish() -> SlotsOut:
        made = services.publish_slots(booth=booth, by=recruiter, now=clock.now(), **body.model_dump())
        return SlotsOut(slots=[SlotOut.of(slot) for slot in made])

    return Status(201, durable(request, f"interviews.publish_slots:{booth_id}", key, body, publish))


@router.post("/slots/{slot_id}/withdraw", response={200: SlotOut, **WRITE})
def withdraw_slot(request: HttpRequest, slot_id: int, key: IdempotencyKey) -> Any:
    """Who had booked it is told."""
    recruiter = signed_in(request)
    slot = access.slot_for_recruiter(recruiter, slot_id)

    def withdraw() -> SlotOut:
        return SlotOut.of(services.withdraw_slot(slot=slot, by=recruiter, now=clock.now()))

    return durable(request, f"interviews.withdraw_slot:{slot_id}", key, None, withdraw)


def _own(booking: Booking) -> BookingOut:
    return showing.booking_of(booking, name=booking.seeker.display_name)


def _theirs(booking: Booking) -> BookingOut:
    names = conversations.names(booking.booth_id, [booking.seeker_id])
    return showing.booking_of(booking, name=names.get(booking.seeker_id, ""))


def _desk(booth: Booth, now: datetime) -> SlotDeskOut:
    since = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = queries.list_slot_rows(booth, since)
    return SlotDeskOut(
        booth_id=booth.pk,
        booth_number=booth.number,
        employer_name=booth.host,
        latest=booth.fair.extension_ends_at,
        slots=[
            SlotRowOut.of(row, showing.booking_of(row.booking, name=row.name) if row.booking else None)
            for row in rows
        ],
    )


def _entry(request: HttpRequest, booking: Booking, side: str) -> calendar.Entry:
    slot, employer = booking.slot, booking.booth.host
    is_video = slot.mode == Slot.Mode.VIDEO
    path = f"/bookings/{booking.pk}" if side == "seeker" else f"/desk/{booking.booth_id}/slots"
    url = absolute(request, path)
    how = f"开始前10分钟起可进入视频面谈：{url}" if is_video else f"请提前到场。{url}"
    return calendar.Entry(
        uid=f"{booking.uid}@jobfair",
        sequence=booking.sequence,
        is_cancelled=booking.state == Booking.State.CANCELLED,
        changed_at=booking.changed_at,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        summary=f"{employer}面谈" if side == "seeker" else "面谈",
        description=how,
        location="视频" if is_video else slot.address,
        organiser=employer,
        url=url,
    )
