"""What the media station tells of the rooms becomes rows, and, where it changes what viewers see, facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jobfair.core.unit_of_work import emit, unit_of_work
from livestream.events.media import SignalChanged
from livestream.models import LiveSession, Recording, Signal
from livestream.queries import media as queries
from livestream.services.directing import interrupt, resume

State = LiveSession.State


@dataclass(frozen=True)
class Told:
    """One room as the station sees it."""

    room_id: int
    session_id: int | None
    source: str
    has_shown: bool
    health: dict[str, Any]
    kept_bytes: int = 0
    kept_seconds: float = 0.0
    not_kept: str = ""
    relays: dict[str, Any] = field(default_factory=dict)


def note_signals(*, told: list[Told], now: datetime) -> None:
    """One unit for each room: one that fails leaves the others as they are."""
    for one in told:
        _note_signal(one=one, now=now)


@unit_of_work
def _note_signal(*, one: Told, now: datetime) -> None:
    """A broadcast whose own picture dropped is interrupted; one whose picture is back goes on."""
    before = Signal.objects.filter(room=one.room_id).first()
    was = (before.source, before.session_id, before.has_shown) if before else ("", None, False)
    Signal.objects.update_or_create(
        room_id=one.room_id,
        defaults={
            "session_id": one.session_id,
            "source": one.source,
            "has_shown": one.has_shown,
            "told_at": now,
            "health": {**one.health, "relays": one.relays},
        },
    )
    if one.session_id is not None:
        _note_recording(one, now)
        _follow_session(one, now)
    if was != (one.source, one.session_id, one.has_shown):
        emit(SignalChanged(room_id=one.room_id, was=was[0], became=one.source))


def _note_recording(one: Told, now: datetime) -> None:
    if one.kept_bytes:
        kept = {"bytes": one.kept_bytes, "seconds": one.kept_seconds, "stopped": one.not_kept, "told_at": now}
        Recording.objects.update_or_create(session_id=one.session_id, defaults=kept)


def _follow_session(one: Told, now: datetime) -> None:
    """Both change nothing where the broadcast is not in the state they follow: whoever ended it has the last word."""
    assert one.session_id is not None  # as _note_signal made sure
    session = LiveSession.objects.get(pk=one.session_id)
    if one.source in {Signal.Source.RTMP, Signal.Source.CAMERA}:
        if session.state == State.INTERRUPTED:
            resume(session=session, by=None, now=now)
    elif session.state == State.LIVE and one.has_shown and queries.open_cut(session.pk) is None:
        interrupt(session=session, by=None, now=now)
