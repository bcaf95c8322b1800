"""What happened in interviews by video, and around the slots booked for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class TalkEvent(Event):
    noun: ClassVar[str] = "talk"
    talk_id: int
    booth_id: int
    seeker_id: int


@dataclass(frozen=True, kw_only=True)
class TalkOpened(TalkEvent):
    """There is a talk by video now, or again."""

    name: ClassVar[str] = "interviews.talk_opened"


@dataclass(frozen=True, kw_only=True)
class TalkHandedOver(TalkEvent):
    """Another recruiter has it now; `was` may join no more."""

    name: ClassVar[str] = "interviews.talk_handed_over"
    was: int


@dataclass(frozen=True, kw_only=True)
class TalkEntered(TalkEvent):
    """A page of one side sat down, and a new round began."""

    name: ClassVar[str] = "interviews.talk_entered"
    side: str
    round: int


@dataclass(frozen=True, kw_only=True)
class TalkLeft(TalkEvent):
    name: ClassVar[str] = "interviews.talk_left"
    side: str


@dataclass(frozen=True, kw_only=True)
class SignalSent(TalkEvent):
    name: ClassVar[str] = "interviews.signal_sent"
    signal_id: int


@dataclass(frozen=True, kw_only=True)
class TalkEnded(TalkEvent):
    """Nobody may join it any more, and what the pages said to each other is gone."""

    name: ClassVar[str] = "interviews.talk_ended"
    withdraws: ClassVar[bool] = True
    because: str


@dataclass(frozen=True, kw_only=True)
class SlotEvent(Event):
    noun: ClassVar[str] = "slot"
    slot_id: int
    booth_id: int


@dataclass(frozen=True, kw_only=True)
class SlotPublished(SlotEvent):
    name: ClassVar[str] = "interviews.slot_published"


@dataclass(frozen=True, kw_only=True)
class SlotWithdrawn(SlotEvent):
    name: ClassVar[str] = "interviews.slot_withdrawn"


@dataclass(frozen=True, kw_only=True)
class BookingEvent(Event):
    noun: ClassVar[str] = "booking"
    booking_id: int
    slot_id: int
    booth_id: int
    seeker_id: int


@dataclass(frozen=True, kw_only=True)
class SlotBooked(BookingEvent):
    name: ClassVar[str] = "interviews.slot_booked"


@dataclass(frozen=True, kw_only=True)
class BookingMoved(BookingEvent):
    name: ClassVar[str] = "interviews.booking_moved"
    from_slot_id: int


@dataclass(frozen=True, kw_only=True)
class BookingCancelled(BookingEvent):
    name: ClassVar[str] = "interviews.booking_cancelled"
    side: str


@dataclass(frozen=True, kw_only=True)
class InterviewNear(BookingEvent):
    """It begins in so many minutes, or a little less."""

    name: ClassVar[str] = "interviews.interview_near"
    minutes: int
