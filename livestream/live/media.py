"""What viewers and the studio are told about the picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.schemas import Schema
from jobfair.core.unit_of_work import emitted
from jobfair.realtime.publisher import announce
from jobfair.realtime.registry import Registry, TopicKind
from livestream.access import rooms as access
from livestream.events import media as events
from livestream.events.rooms import RoomEvent, SessionEvent, SessionPlanned, SessionStateChanged
from livestream.models import Signal
from livestream.queries import media as queries
from livestream.rules.media import is_alive
from livestream.schemas.media import PictureOut, health_of

Fact: TypeAlias = RoomEvent | SessionEvent


def may_watch(viewer: User | None, room_id: int) -> None:
    access.room_for_anyone(room_id)


def may_handle(viewer: User | None, room_id: int) -> None:
    access.room_for_moderator(viewer, room_id)


def picture_snapshot(viewer: User | None, room_id: int) -> PictureOut:
    return PictureOut.of(room_id, queries.picture_in(room_id))


def health_gauge(room_id: int) -> dict[str, Any]:
    """How the picture is doing; `source` is null while the media station says nothing."""
    signal = Signal.objects.filter(room=room_id).first()
    alive = signal if signal is not None and is_alive(signal.told_at, clock.now()) else None
    relays = alive.health.get("relays") or {} if alive else {}
    return {"source": alive.source if alive else None, "relays": relays, **health_of(alive).wire()}


PICTURE = TopicKind("live:{id}:picture", may_watch, snapshot=picture_snapshot, snapshot_schema=PictureOut)
HEALTH = TopicKind("live:{id}:health", may_handle, gauge=health_gauge)


def tell_picture(event: Fact) -> Iterator[tuple[str, str, Schema]]:
    """Once for all that a unit changed about a room's picture."""
    facts = [one for one in emitted() if type(one) in FACTS]
    if event is facts[0]:
        for room_id in sorted({one.room_id for one in facts if isinstance(one, Fact)}):
            picture = PictureOut.of(room_id, queries.picture_in(room_id))
            yield PICTURE.topic(room_id), "livestream.picture_changed", picture


FACTS: tuple[type[Fact], ...] = (
    SessionPlanned,
    SessionStateChanged,
    events.SignalChanged,
    events.PictureTakenAway,
    events.PictureRestored,
)


def register(registry: Registry) -> None:
    registry.add_topic(PICTURE)
    registry.add_topic(HEALTH)
    registry.add_push("livestream.picture_changed", PictureOut)
    for fact in FACTS:
        announce(fact, tell_picture)
