"""What happened in conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ConversationEvent(Event):
    noun: ClassVar[str] = "conversation"
    conversation_id: int
    topic: str
    seeker_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(ConversationEvent):
    name: ClassVar[str] = "chat.conversation_opened"


@dataclass(frozen=True, kw_only=True)
class MessageEvent(ConversationEvent):
    noun: ClassVar[str] = "message"
    message_id: int
    side: str


@dataclass(frozen=True, kw_only=True)
class MessagePosted(MessageEvent):
    name: ClassVar[str] = "chat.message_posted"


@dataclass(frozen=True, kw_only=True)
class MessageWithdrawn(MessageEvent):
    """Its sender took it back: from now on nobody reads it, wherever it was shown."""

    name: ClassVar[str] = "chat.message_withdrawn"
    withdraws: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class MessagesSeen(ConversationEvent):
    """One side's devices have, or its person has read, what the other side said up to an id."""

    name: ClassVar[str] = "chat.messages_seen"
    side: str
    delivered_to: int
    read_to: int
    at: str  # ISO 8601, as the rows have it


@dataclass(frozen=True, kw_only=True)
class ConversationHandedOver(ConversationEvent):
    """Somebody else answers now. `why`: claimed, transferred, dropped, off_duty, left or overdue."""

    name: ClassVar[str] = "chat.handed_over"
    was: int | None
    to: int | None
    level: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ConversationSettled(ConversationEvent):
    """A recruiter says that nothing waits for an answer here."""

    name: ClassVar[str] = "chat.settled"


@dataclass(frozen=True, kw_only=True)
class ConversationBlocked(ConversationEvent):
    name: ClassVar[str] = "chat.blocked"
    side: str


@dataclass(frozen=True, kw_only=True)
class ConversationUnblocked(ConversationEvent):
    name: ClassVar[str] = "chat.unblocked"
    side: str


@dataclass(frozen=True, kw_only=True)
class ConversationLocked(ConversationEvent):
    """Its seeker's account was closed: nobody reads it any more."""

    name: ClassVar[str] = "chat.locked"
    withdraws: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class ConversationReported(ConversationEvent):
    name: ClassVar[str] = "chat.reported"
    complaint_id: int
    side: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ComplaintAnswered(ConversationEvent):
    name: ClassVar[str] = "chat.complaint_answered"
    complaint_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class PersonMuted(Event):
    name: ClassVar[str] = "chat.person_muted"
    noun: ClassVar[str] = "sanction"
    sanction_id: int
    user_id: int
    scope: str


@dataclass(frozen=True, kw_only=True)
class PersonUnmuted(PersonMuted):
    """Before its time was over."""

    name: ClassVar[str] = "chat.person_unmuted"


@dataclass(frozen=True, kw_only=True)
class CannedRepliesChanged(Event):
    name: ClassVar[str] = "chat.canned_replies_changed"
    group: str

    @property
    def subject(self) -> str:
        return self.group
