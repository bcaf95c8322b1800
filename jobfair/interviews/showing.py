"""Talks and bookings as one of their people sees them, over HTTP and at a join."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.interviews import access, queries, rules
from jobfair.interviews.models import Booking
from jobfair.interviews.schemas import BookingOut, VideoRoomOut, VideoTalkOut


def room_of(seat: access.Seat) -> VideoRoomOut:
    face = queries.get_face(seat.talk.pk)
    return VideoRoomOut.of(face, seat.side, queries.list_signals(face.talk))


def talk_of(talk_id: int) -> VideoTalkOut:
    return VideoTalkOut.of(queries.get_face(talk_id))


def room_snapshot(viewer: User | None, talk_id: int) -> VideoRoomOut:
    return room_of(access.open_seat_in(viewer, talk_id))


def booking_of(booking: Booking, *, name: str = "") -> BookingOut:
    """`name`: the seeker's as the one who looks may know it."""
    opens_at = booking.slot.starts_at - rules.EARLY
    return BookingOut.of(booking, name=name, opens_at=opens_at, closes_at=rules.closes_at(booking.slot))
