"""What directors did with draws. An entry is no fact of its own: it is a row, see models/draws.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class DrawEvent(Event):
    noun: ClassVar[str] = "draw"
    draw_id: int
    room_id: int


@dataclass(frozen=True, kw_only=True)
class DrawPrepared(DrawEvent):
    name: ClassVar[str] = "livestream.draw_prepared"


@dataclass(frozen=True, kw_only=True)
class DrawRemoved(DrawEvent):
    """Before anybody could enter."""

    name: ClassVar[str] = "livestream.draw_removed"


@dataclass(frozen=True, kw_only=True)
class DrawOpened(DrawEvent):
    """`commitment`: the digest of its seed, which is kept to itself until the draw."""

    name: ClassVar[str] = "livestream.draw_opened"
    commitment: str


@dataclass(frozen=True, kw_only=True)
class DrawDrawn(DrawEvent):
    """Entries are closed and the winners follow from the seed and `digest`, that of the list."""

    name: ClassVar[str] = "livestream.draw_drawn"
    entries: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class DrawCancelled(DrawEvent):
    name: ClassVar[str] = "livestream.draw_cancelled"


@dataclass(frozen=True, kw_only=True)
class DrawPutAway(DrawEvent):
    """Shown in the room no longer; its page stays."""

    name: ClassVar[str] = "livestream.draw_put_away"
