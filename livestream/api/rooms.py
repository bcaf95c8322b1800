"""Rooms as anyone sees them, and as organisers set them up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.core import clock
from jobfair.fairs.access import fair_for_anyone, fair_for_organiser
from livestream.access import rooms as access
from livestream.api.replies import READ, WRITE
from livestream.queries import rooms as queries
from livestream.schemas.commands import RoomIn
from livestream.schemas.rooms import LiveRoomOut, LiveSessionOut, RoomHeadOut, RoomRowOut, ShownOut
from livestream.services import rooms as services

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


@router.post("/fairs/{slug}/rooms", response={201: RoomHeadOut, **WRITE})
def open_room(request: HttpRequest, slug: str, body: RoomIn, key: IdempotencyKey) -> Any:
    organiser = signed_in(request)
    fair = fair_for_organiser(organiser, slug)

    def write() -> RoomHeadOut:
        made = services.open_room(fair=fair, name=body.name, about=body.about, by=organiser, now=clock.now())
        return RoomHeadOut.of(made)

    return Status(201, durable(request, f"livestream.open_room:{slug}", key, body, write))


@router.post("/rooms/{room_id}", response={200: RoomHeadOut, **WRITE})
def correct_room(request: HttpRequest, room_id: int, body: RoomIn, key: IdempotencyKey) -> Any:
    organiser = signed_in(request)
    room = access.room_for_organiser(organiser, room_id)

    def write() -> RoomHeadOut:
        services.correct_room(room=room, name=body.name, about=body.about, by=organiser, now=clock.now())
        return RoomHeadOut.of(room)

    return durable(request, f"livestream.correct_room:{room_id}", key, body, write)
