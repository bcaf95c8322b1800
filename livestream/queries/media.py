"""Reads of a room's picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from livestream.models import (
    CameraTake,
    FallbackFile,
    LiveSession,
    OutsideViews,
    PictureCut,
    Recording,
    RelayTarget,
    Room,
    Signal,
    StreamKey,
)
from livestream.queries.rooms import current_session
from livestream.rules.media import TAKE_SILENT_FOR, is_alive


def open_cut(session_id: int) -> PictureCut | None:
    return PictureCut.objects.filter(session=session_id, restored_at=None).first()


def find_key(digest: str) -> StreamKey | None:
    """The key that holds and has this hash."""
    return StreamKey.objects.filter(digest=digest, revoked_at=None).first()


def key_that_holds(room_id: int) -> StreamKey | None:
    return StreamKey.objects.filter(room=room_id, revoked_at=None).first()


def recording_of(session_id: int) -> Recording | None:
    return Recording.objects.filter(session=session_id).first()


@dataclass(frozen=True)
class Wanted:
    """What the station should do in one room."""

    room_id: int
    session_id: int | None
    is_cut: bool
    keys: tuple[int, ...]
    take: CameraTake | None
    relays: tuple[RelayTarget, ...]
    fallback: str


def list_wanted() -> list[Wanted]:
    """All rooms whose fair has not closed; six queries, however many there are."""
    rooms = list(Room.objects.exclude(fair__state__in=["closed", "archived"]).values_list("pk", flat=True))
    on = dict(
        LiveSession.objects.filter(room__in=rooms, state__in=LiveSession.ON)
        .exclude(room__fair__state="draft")
        .values_list("room", "pk")
    )
    cut = set(
        PictureCut.objects.filter(session__in=on.values(), restored_at=None).values_list("session", flat=True)
    )
    keys = dict(StreamKey.objects.filter(room__in=rooms, revoked_at=None).values_list("room", "pk"))
    takes = {one.room_id: one for one in CameraTake.objects.filter(room__in=rooms, ended_at=None)}
    relays = _by_room(RelayTarget.objects.filter(room__in=on, is_on=True))
    ready = FallbackFile.objects.filter(room__in=rooms, state=FallbackFile.State.READY)
    files = dict(ready.values_list("room", "file"))
    return [
        Wanted(
            room_id=room,
            session_id=on.get(room),
            is_cut=on.get(room) in cut,
            keys=(keys[room],) if room in keys else (),
            take=takes.get(room),
            relays=tuple(relays.get(room, ())),
            fallback=files.get(room, ""),
        )
        for room in rooms
    ]


def _by_room(targets: Iterable[RelayTarget]) -> dict[int, list[RelayTarget]]:
    found: dict[int, list[RelayTarget]] = {}
    for target in targets:
        found.setdefault(target.room_id, []).append(target)
    return found


@dataclass(frozen=True)
class Picture:
    """What viewers of a room can see, and why they see nothing."""

    session: LiveSession | None
    cut: PictureCut | None
    signal: Signal | None
    recording: Recording | None


def picture_in(room_id: int) -> Picture:
    """Four queries."""
    session = current_session(room_id)
    is_on = session is not None and session.state in LiveSession.ON
    return Picture(
        session=session,
        cut=open_cut(session.pk) if session is not None and is_on else None,
        signal=Signal.objects.filter(room=room_id).first() if is_on else None,
        recording=Recording.objects.filter(session=session).first() if session and not is_on else None,
    )


@dataclass(frozen=True)
class Equipment:
    """What the studio's media panel shows of a room."""

    room: Room
    session: LiveSession | None
    cut: PictureCut | None
    key: StreamKey | None
    take: CameraTake | None
    signal: Signal | None
    relays: list[RelayTarget]
    views: list[OutsideViews]
    fallback: FallbackFile | None
    recording: Recording | None
    station_answers: bool


def equipment_of(room: Room, now: datetime) -> Equipment:
    """Its queries don't grow with what it lists."""
    session = current_session(room.pk)
    signal = Signal.objects.filter(room=room).first()
    return Equipment(
        room=room,
        session=session,
        cut=PictureCut.objects.filter(session=session, restored_at=None).select_related("cut_by").first(),
        key=key_that_holds(room.pk),
        take=CameraTake.objects.filter(room=room, ended_at=None).select_related("by").first(),
        signal=signal,
        relays=list(RelayTarget.objects.filter(room=room)),
        views=list(OutsideViews.objects.filter(session=session)) if session else [],
        fallback=FallbackFile.objects.filter(room=room).first(),
        recording=Recording.objects.filter(session=session).first() if session else None,
        station_answers=signal is not None and is_alive(signal.told_at, now),
    )


def lost_takes(now: datetime) -> list[CameraTake]:
    """Open for a while, and the station shows none of it."""
    old = CameraTake.objects.filter(ended_at=None, began_at__lt=now - TAKE_SILENT_FOR)
    return list(old.exclude(room__signal__source=Signal.Source.CAMERA).select_related("room", "by"))
