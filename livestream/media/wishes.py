"""What a room's engine is asked to do, and what it tells of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from livestream.media.relay import Target

Source = Literal["", "rtmp", "camera", "fallback"]


@dataclass(frozen=True)
class Take:
    """A browser's camera that may go on air. `copies`: its pictures are H.264 already."""

    id: int
    copies: bool


@dataclass(frozen=True)
class Wish:
    """One room as the director wants it."""

    room_id: int
    session_id: int | None = None  # the session viewers watch, None before and after
    is_cut: bool = False
    keys: frozenset[int] = frozenset()  # ids of the stream keys that hold
    take: Take | None = None
    relays: tuple[Target, ...] = ()
    fallback: str = ""  # a file of the fallback folder; empty for the card that says so
    records: bool = True


@dataclass(frozen=True)
class Report:
    """One room as it is."""

    room_id: int
    session_id: int | None
    source: Source  # what is shown, or would be if the session were on
    has_shown: bool = False  # this session has had a picture of its own
    kbps: int = 0
    fps: float = 0.0
    dropped: int = 0
    lag_ms: int = 0
    segment_age_ms: int | None = None
    longest_segment: float = 0.0
    trouble: str = ""
    kept_bytes: int = 0
    kept_seconds: float = 0.0
    not_kept: str = ""
    relays: Mapping[int, tuple[str, str]] = field(default_factory=dict)  # target → state, reason


@dataclass(frozen=True)
class Admission:
    """A stream key that holds."""

    room_id: int
    key_id: int


class Desk(Protocol):
    """Where engines learn what to do. Its methods run in a thread and may take a moment."""

    def wishes(self) -> list[Wish]: ...

    def admission(self, key: str) -> Admission | None: ...

    def report(self, reports: list[Report]) -> None: ...
