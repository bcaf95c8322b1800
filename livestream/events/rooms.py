"""What happened to rooms, broadcasts and their rundowns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class RoomEvent(Event):
    noun: ClassVar[str] = "room"
    room_id: int


@dataclass(frozen=True, kw_only=True)
class RoomOpened(RoomEvent):
    """A fair has another room."""

    name: ClassVar[str] = "livestream.room_opened"
    fair_id: int


@dataclass(frozen=True, kw_only=True)
class RoomCorrected(RoomEvent):
    name: ClassVar[str] = "livestream.room_corrected"


@dataclass(frozen=True, kw_only=True)
class SessionEvent(Event):
    """Something about one broadcast."""

    noun: ClassVar[str] = "session"
    session_id: int
    room_id: int


@dataclass(frozen=True, kw_only=True)
class SessionPlanned(SessionEvent):
    name: ClassVar[str] = "livestream.session_planned"


@dataclass(frozen=True, kw_only=True)
class SessionCorrected(SessionEvent):
    name: ClassVar[str] = "livestream.session_corrected"


@dataclass(frozen=True, kw_only=True)
class SessionCancelled(SessionEvent):
    """Taken off the plan before it began."""

    name: ClassVar[str] = "livestream.session_cancelled"


@dataclass(frozen=True, kw_only=True)
class SessionStateChanged(SessionEvent):
    name: ClassVar[str] = "livestream.session_state_changed"
    was: str
    became: str


@dataclass(frozen=True, kw_only=True)
class PeopleNamed(SessionEvent):
    """Who hosts and speaks was written down."""

    name: ClassVar[str] = "livestream.people_named"
    people: int


@dataclass(frozen=True, kw_only=True)
class PaperSeen(SessionEvent):
    """Somebody's paper was looked at."""

    name: ClassVar[str] = "livestream.paper_seen"
    person_id: int
    paper: str


@dataclass(frozen=True, kw_only=True)
class RundownChanged(SessionEvent):
    """A cue was added, corrected, moved or removed; `what` says which."""

    name: ClassVar[str] = "livestream.rundown_changed"
    what: str
    cue_id: int


@dataclass(frozen=True, kw_only=True)
class CueEvent(SessionEvent):
    noun: ClassVar[str] = "cue"
    cue_id: int


@dataclass(frozen=True, kw_only=True)
class CueOnAir(CueEvent):
    """Its postings were snapshotted, and every viewer's card shows them."""

    name: ClassVar[str] = "livestream.cue_on_air"
    airing_id: int
    pinned: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CueOffAir(CueEvent):
    name: ClassVar[str] = "livestream.cue_off_air"
    airing_id: int


@dataclass(frozen=True, kw_only=True)
class CueSkipped(CueEvent):
    name: ClassVar[str] = "livestream.cue_skipped"


@dataclass(frozen=True, kw_only=True)
class PostingCorrected(Event):
    """What was said on air is no longer what the posting says."""

    noun: ClassVar[str] = "correction"
    name: ClassVar[str] = "livestream.posting_corrected"
    correction_id: int
    room_id: int
    position_id: int
    changed: tuple[str, ...]
