"""What happened in a room's chat. Told by ids: never what was said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from jobfair.core.events import Event
from livestream.events.rooms import RoomEvent


@dataclass(frozen=True, kw_only=True)
class LinesPosted(RoomEvent):
    """Lines committed together, which everyone is told of together."""

    name: ClassVar[str] = "livestream.lines_posted"
    batch: int
    line_ids: tuple[int, ...]
    written: tuple[Any, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class LineEvent(Event):
    noun: ClassVar[str] = "line"
    line_id: int
    room_id: int


@dataclass(frozen=True, kw_only=True)
class LineHeld(LineEvent):
    """It waits for a moderator."""

    name: ClassVar[str] = "livestream.line_held"
    held_for: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HeldLineSettled(LineEvent):
    """A moderator let it through, or did not."""

    name: ClassVar[str] = "livestream.held_line_settled"
    state: str


@dataclass(frozen=True, kw_only=True)
class LinesDeleted(Event):
    """Taken off every screen. `since` and `until` (ISO) are when they were shown."""

    name: ClassVar[str] = "livestream.lines_deleted"
    noun: ClassVar[str] = "lines"
    withdraws: ClassVar[bool] = True
    lines_id: int  # the first of them
    room_id: int
    line_ids: tuple[int, ...]
    batches: tuple[int, ...]
    since: str
    until: str


@dataclass(frozen=True, kw_only=True)
class TalkChanged(RoomEvent):
    """Slow mode, everyone muted, or another line pinned."""

    name: ClassVar[str] = "livestream.talk_changed"
    slow_seconds: int
    closed: bool
    pinned_id: int | None


@dataclass(frozen=True, kw_only=True)
class SpeakerSilenced(RoomEvent):
    """Muted in this room for a while, or banned from every room of the fair."""

    name: ClassVar[str] = "livestream.speaker_silenced"
    sanction_id: int
    user_id: int
    banned: bool
    until: str


@dataclass(frozen=True, kw_only=True)
class SpeakerFreed(RoomEvent):
    name: ClassVar[str] = "livestream.speaker_freed"
    sanction_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class FilterWordsSet(Event):
    name: ClassVar[str] = "livestream.filter_words_set"
    noun: ClassVar[str] = "fair"
    fair_id: int
    words: int
