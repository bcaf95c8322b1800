"""Rooms as anyone sees them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from jobfair.fairs.access import fair_for_anyone
from livestream.access import rooms as access
from livestream.api.replies import READ
from livestream.queries import rooms as queries
from livestream.schemas.rooms import LiveRoomOut, LiveSessionOut, RoomHeadOut, RoomRowOut, ShownOut

router = Router(tags=["livestream"])


@router.get("/fairs/{slug}/rooms", response={200: list[RoomRowOut], **READ})
def list_rooms(request: HttpRequest, slug: str) -> Any:
    """The fair's rooms, each with what is on, comes next or was on last."""
    rooms = queries.list_rooms(fair_for_anyone(slug))
    shown = queries.current_sessions([room.pk for room in rooms])
    return [
        RoomRowOut(
            room=RoomHeadOut.of(room),
            session=LiveSessionOut.of(shown[room.pk]) if room.pk in shown else None,
        )
        for room in rooms
    ]


@router.get("/rooms/{room_id}", response={200: LiveRoomOut, **READ})
def get_room(request: HttpRequest, room_id: int) -> Any:
    """What the topic's snapshot shows."""
    room = access.room_for_anyone(room_id)
    return LiveRoomOut(room=RoomHeadOut.of(room), shown=ShownOut.of(queries.shown_in(room_id)))
