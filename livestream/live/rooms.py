"""The room's log and its studio's: topics, snapshots, and the pushes each fact becomes."""

from __future__ import annotations

from collections.abc import Iterator

from jobfair.accounts.models import User
from jobfair.core.events import Event
from jobfair.core.schemas import Schema
from jobfair.core.unit_of_work import emitted
from jobfair.fairs.events import FairStateChanged
from jobfair.positions.events import PositionChanged, PositionClosed, PositionEvent, PositionPublished
from jobfair.realtime.publisher import announce, read_once
from jobfair.realtime.registry import Registry, TopicKind
from livestream.access import rooms as access
from livestream.events import rooms as events
from livestream.live import audience
from livestream.models import Cue, Room
from livestream.queries import rooms as queries
from livestream.schemas.rooms import (
    CardChangedPush,
    CardOut,
    CueOut,
    LiveRoomOut,
    RoomChangedPush,
    RoomHeadOut,
    ShownOut,
)
from livestream.schemas.studio import StudioOut

Pushes = Iterator[tuple[str, str, Schema]]


def may_watch(viewer: User | None, room_id: int) -> None:
    access.room_for_anyone(room_id)


def may_moderate(viewer: User | None, room_id: int) -> None:
    access.room_for_moderator(viewer, room_id)


def room_snapshot(viewer: User | None, room_id: int) -> LiveRoomOut:
    room = access.room_for_anyone(room_id)
    return LiveRoomOut(room=RoomHeadOut.of(room), shown=ShownOut.of(queries.shown_in(room_id)))


def studio_snapshot(viewer: User | None, room_id: int) -> StudioOut:
    return StudioOut.at(access.room_for_moderator(viewer, room_id))


ROOM = TopicKind(
    "live:{id}",
    may_watch,
    snapshot=room_snapshot,
    snapshot_schema=LiveRoomOut,
    presence="count",
    attended=audience.attend,
)
CONTROL = TopicKind(
    "live:{id}:control", may_moderate, snapshot=studio_snapshot, snapshot_schema=StudioOut, presence="who"
)


def tell_room(event: Event) -> Pushes:
    """All of each room, once for all that a unit changed there."""
    facts, rooms = read_once(_rooms_concerned)
    if event is facts[0]:
        for room_id in rooms:
            yield from _whole(room_id)


def _rooms_concerned() -> tuple[list[Event], list[int]]:
    """Rooms of rundowns that changed, those showing a position that closed or opened, and all of such a fair."""
    facts = [one for one in emitted() if type(one) in TOLD_WHOLE]
    rooms = {room_id for one in facts if (room_id := getattr(one, "room_id", None)) is not None}
    positions = {one.position_id for one in facts if isinstance(one, PositionEvent)}
    fairs = {one.fair_id for one in facts if isinstance(one, FairStateChanged)}
    rooms |= set(queries.rooms_showing(positions) if positions else ())
    rooms |= set(queries.rooms_of_fairs(fairs) if fairs else ())
    return facts, sorted(rooms)


def tell_card(event: events.CueEvent) -> Pushes:
    """Once for the one that leaves and the one that comes."""
    facts = read_once(_cue_facts)
    if event is not facts[-1]:
        return
    rows = queries.cues_among(sorted({one.cue_id for one in facts}))
    on_air = next((one for one in rows if one.state == Cue.State.ON_AIR), None)
    yield (
        ROOM.topic(event.room_id),
        "livestream.card_changed",
        CardChangedPush(
            session_id=event.session_id,
            cues=[CueOut.of(one) for one in rows],
            card=CardOut.of(on_air) if on_air else None,
        ),
    )
    yield from _studio(event.room_id)


def _cue_facts() -> list[events.CueEvent]:
    return [one for one in emitted() if isinstance(one, events.CueOnAir | events.CueOffAir)]


def _whole(room_id: int) -> Pushes:
    room = Room.objects.select_related("fair").get(pk=room_id)
    shown = ShownOut.of(queries.shown_in(room_id))
    yield (
        ROOM.topic(room_id),
        "livestream.room_changed",
        RoomChangedPush(room=RoomHeadOut.of(room), shown=shown),
    )
    yield from _studio(room_id)


def _studio(room_id: int) -> Pushes:
    room = Room.objects.select_related("fair").get(pk=room_id)
    yield CONTROL.topic(room_id), "livestream.studio_changed", StudioOut.at(room)


TOLD_WHOLE: tuple[type[Event], ...] = (
    events.RoomOpened,
    events.RoomCorrected,
    events.SessionPlanned,
    events.SessionCorrected,
    events.SessionCancelled,
    events.SessionStateChanged,
    events.PeopleNamed,
    events.PaperSeen,
    events.RundownChanged,
    events.CueSkipped,
    events.PostingCorrected,
    PositionClosed,
    PositionChanged,
    PositionPublished,
    FairStateChanged,
)


def register(registry: Registry) -> None:
    for kind in (ROOM, CONTROL):
        registry.add_topic(kind)
    registry.add_push("livestream.room_changed", RoomChangedPush)
    registry.add_push("livestream.card_changed", CardChangedPush)
    registry.add_push("livestream.studio_changed", StudioOut)
    for fact in TOLD_WHOLE:
        announce(fact, tell_room)
    for cue in (events.CueOnAir, events.CueOffAir):
        announce(cue, tell_card)
