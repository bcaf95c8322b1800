"""What directors did with polls. A vote is no fact of its own: it is a row, see models/polls.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PollEvent(Event):
    noun: ClassVar[str] = "poll"
    poll_id: int
    room_id: int


@dataclass(frozen=True, kw_only=True)
class PollPrepared(PollEvent):
    name: ClassVar[str] = "livestream.poll_prepared"


@dataclass(frozen=True, kw_only=True)
class PollRemoved(PollEvent):
    """Before anybody was asked."""

    name: ClassVar[str] = "livestream.poll_removed"


@dataclass(frozen=True, kw_only=True)
class PollOpened(PollEvent):
    name: ClassVar[str] = "livestream.poll_opened"


@dataclass(frozen=True, kw_only=True)
class PollClosed(PollEvent):
    """By a director, by its time, or with the broadcast."""

    name: ClassVar[str] = "livestream.poll_closed"
    votes: int


@dataclass(frozen=True, kw_only=True)
class PollPutAway(PollEvent):
    """Its result is shown no longer."""

    name: ClassVar[str] = "livestream.poll_put_away"
