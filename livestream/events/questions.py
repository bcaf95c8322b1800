"""What happened to questions asked in a room. Told by ids: never what was asked or answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class QuestionEvent(Event):
    noun: ClassVar[str] = "question"
    question_id: int
    room_id: int
    participation_id: int | None


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(QuestionEvent):
    name: ClassVar[str] = "livestream.question_asked"


@dataclass(frozen=True, kw_only=True)
class QuestionHeld(QuestionEvent):
    """It waits for a moderator."""

    name: ClassVar[str] = "livestream.question_held"
    held_for: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class QuestionShown(QuestionEvent):
    """A moderator let it through."""

    name: ClassVar[str] = "livestream.question_shown"


@dataclass(frozen=True, kw_only=True)
class QuestionTagged(QuestionEvent):
    """It is about another position or employer than was thought; `was` had owed the answer."""

    name: ClassVar[str] = "livestream.question_tagged"
    position_id: int | None
    was: int | None


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(QuestionEvent):
    name: ClassVar[str] = "livestream.question_answered"
    position_id: int | None


@dataclass(frozen=True, kw_only=True)
class QuestionMerged(QuestionEvent):
    name: ClassVar[str] = "livestream.question_merged"
    into_id: int


@dataclass(frozen=True, kw_only=True)
class QuestionDropped(QuestionEvent):
    """Not shown (any more), and not answered."""

    name: ClassVar[str] = "livestream.question_dropped"
    withdraws: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class QuestionOverdue(QuestionEvent):
    """Nobody answered in time: the organiser owes it now."""

    name: ClassVar[str] = "livestream.question_overdue"
