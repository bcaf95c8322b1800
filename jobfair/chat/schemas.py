"""Wire types of conversations, shared by HTTP and the socket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from jobfair.accounts.rules import mask_name
from jobfair.chat.models import LONGEST, Complaint, Conversation, Message
from jobfair.chat.queries import Face
from jobfair.core.schemas import Schema, Text

SideName = Literal["seeker", "booth"]
RoleName = Literal["seeker", "booth", "organiser"]
LevelName = Literal["recruiter", "booth", "organiser"]
MessageKind = Literal["text", "image", "pdf"]
WarningCode = Literal["fee", "contact"]
ReasonCode = Literal["fee", "fraud", "harassment", "discrimination", "spam", "other"]
Topic = Annotated[Text, StringConstraints(pattern=r"^[a-z]{1,20}:[0-9]{1,15}$")]
LineId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Id = Annotated[int, Field(ge=1, lt=1 << 53)]
UpTo = Annotated[int, Field(ge=0, lt=1 << 53)]
Said = Annotated[Text, StringConstraints(max_length=LONGEST)]
Words = Annotated[Text, StringConstraints(max_length=500)]
Canned = Annotated[Text, StringConstraints(min_length=1, max_length=300)]


# Asked


class OpenConversationIn(Schema):
    topic: Topic


class PostMessageIn(Schema):
    text: Said


class PostMessageArgs(Schema):
    """The same over the socket; the frame's `cid` is the line's."""

    conversation_id: Id
    text: Said


class MarkSeenArgs(Schema):
    """What this device has, and what its person has read, of the other side's lines."""

    conversation_id: Id
    delivered_to: UpTo
    read_to: UpTo


class TypingArgs(Schema):
    conversation_id: Id


class TransferChatIn(Schema):
    user_id: Id


class ReportChatIn(Schema):
    reason: ReasonCode
    text: Words = ""


class AnswerChatComplaintIn(Schema):
    """`mute_hours`: how long whoever spoke for the other side may not speak at this fair; 0 for not at all."""

    state: Literal["upheld", "dismissed"]
    answer: Annotated[Text, StringConstraints(min_length=1, max_length=500)]
    mute_hours: Annotated[int, Field(ge=0, le=24 * 30)] = 0


class CannedRepliesIn(Schema):
    texts: Annotated[list[Canned], Field(max_length=30)]


# Told


class ChatPlaceOut(Schema):
    title: str
    detail: str
    link: str


class HolderOut(Schema):
    """The recruiter who answers."""

    id: int
    name: str


class ConversationOut(Schema):
    """As both sides see it. `answer_due_at`: by when somebody answers what waits."""

    id: int
    topic: str
    place: ChatPlaceOut
    seeker_id: int
    seeker_name: str
    level: LevelName
    holder: HolderOut | None
    opened_at: datetime
    waiting_since: datetime | None
    answer_due_at: datetime | None
    blocked_by: Literal["", "seeker", "booth"]

    @classmethod
    def of(cls, face: Face) -> ConversationOut:
        one, place = face.conversation, face.place
        holder = one.recruiter
        return cls.model_validate(
            {
                "id": one.pk,
                "topic": one.topic,
                "place": {"title": place.title, "detail": place.detail, "link": place.link},
                "seeker_id": one.seeker_id,
                "seeker_name": face.seeker_name,
                "level": one.level,
                "holder": holder and {"id": holder.pk, "name": holder.display_name},
                "opened_at": one.opened_at,
                "waiting_since": one.waiting_since,
                "answer_due_at": one.answer_due_at,
                "blocked_by": one.blocked_by,
            }
        )


class ChatFileOut(Schema):
    """`link` gives it out as an attachment, to those in the conversation."""

    name: str
    size: int
    content_type: str
    link: str


class ChatMessageOut(Schema):
    """One line. A withdrawn one says nothing any more. `cid` lets a page know its own line again."""

    id: int
    cid: str
    side: SideName
    sender_id: int
    sender_name: str
    kind: MessageKind
    text: str
    warnings: list[WarningCode]
    file: ChatFileOut | None
    at: datetime
    delivered_at: datetime | None
    read_at: datetime | None
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, message: Message) -> ChatMessageOut:
        name = message.sender.display_name
        file = {
            "name": message.file_name,
            "size": message.size,
            "content_type": message.content_type,
            "link": f"/api/conversations/{message.conversation_id}/attachments/{message.pk}",
        }
        return cls.model_validate(
            {
                "id": message.pk,
                "cid": message.cid,
                "side": message.side,
                "sender_id": message.sender_id,
                "sender_name": name if message.side == Conversation.Side.BOOTH else mask_name(name),
                "kind": message.kind,
                "text": message.text,
                "warnings": message.warnings,
                "file": file if message.file else None,
                "at": message.at,
                "delivered_at": message.delivered_at,
                "read_at": message.read_at,
                "withdrawn_at": message.withdrawn_at,
            }
        )


class PreviewOut(Schema):
    """The last line in a list."""

    side: SideName
    kind: MessageKind
    text: str
    withdrawn: bool
    at: datetime


class ChatRow(Schema):
    """A conversation in a list. `unread`: lines of the other side that this side has not read."""

    conversation: ConversationOut
    last: PreviewOut | None
    unread: int

    @classmethod
    def of(cls, face: Face) -> ChatRow:
        last = face.conversation.last
        preview = last and {
            "side": last.side,
            "kind": last.kind,
            "text": last.text[:80],
            "withdrawn": last.withdrawn_at is not None,
            "at": last.at,
        }
        return cls.model_validate(
            {"conversation": ConversationOut.of(face), "last": preview, "unread": face.unread}
        )


class MyChatsOut(Schema):
    """The fifty spoken in last, the newest first."""

    chats: list[ChatRow]

    @classmethod
    def of(cls, faces: Sequence[Face]) -> MyChatsOut:
        return cls(chats=[ChatRow.of(face) for face in faces])


class DeskChatsOut(Schema):
    """The same for all who answer for a place."""

    chats: list[ChatRow]

    @classmethod
    def of(cls, faces: Sequence[Face]) -> DeskChatsOut:
        return cls(chats=[ChatRow.of(face) for face in faces])


class ChatOut(Schema):
    """A conversation with its newest fifty lines, oldest first. `me`: the part of whoever asked."""

    conversation: ConversationOut
    messages: list[ChatMessageOut]
    me: RoleName
    has_older: bool


class MessagesPage(Schema):
    """Older lines, oldest first; `next`: the cursor of those before them."""

    items: list[ChatMessageOut]
    next: int | None


class ChatsPage(Schema):
    items: list[ChatRow]
    next: str | None


class ChatWithOut(Schema):
    """A place one may ask, and one's conversation with it, if there is one."""

    place: ChatPlaceOut
    conversation_id: int | None
    may_speak: bool


class ColleagueOut(Schema):
    id: int
    name: str
    on_duty: bool
    present: bool


class ChatDeskOut(Schema):
    """What stays the same around a place's conversations."""

    topic: str
    place: ChatPlaceOut
    colleagues: list[ColleagueOut]
    canned_replies: list[str]


class CannedRepliesOut(Schema):
    texts: list[str]


class ChatComplaintOut(Schema):
    """A report of a conversation, for the organiser and as the receipt of whoever reported."""

    id: int
    conversation_id: int
    side: SideName
    reason: ReasonCode
    text: str
    at: datetime
    due_at: datetime
    state: Literal["open", "upheld", "dismissed"]
    answer: str

    @classmethod
    def of(cls, one: Complaint) -> ChatComplaintOut:
        return cls.model_validate(
            {
                "id": one.pk,
                "conversation_id": one.conversation_id,
                "side": one.side,
                "reason": one.reason,
                "text": one.text,
                "at": one.at,
                "due_at": one.due_at,
                "state": one.state,
                "answer": one.answer,
            }
        )


class ChatComplaintRow(ChatComplaintOut):
    """In the organisers' list: at which place, and who ended it when."""

    place: str
    answered_at: datetime | None
    answered_by: str

    @classmethod
    def shown(cls, one: Complaint, place: str) -> ChatComplaintRow:
        by = one.answered_by
        more = {"place": place, "answered_at": one.answered_at, "answered_by": by.display_name if by else ""}
        return cls.model_validate({**ChatComplaintOut.of(one).model_dump(), **more})


class ChatComplaintsPage(Schema):
    items: list[ChatComplaintRow]
    next: int | None


# Pushes


class MessagePostedPush(Schema):
    message: ChatMessageOut


class MessagesSeenPush(Schema):
    """`side` has the other side's lines up to `delivered_to` since `at` and has read them up to `read_to`."""

    side: SideName
    delivered_to: int
    read_to: int
    at: datetime


class ConversationPush(Schema):
    conversation: ConversationOut


class ChatRowPush(Schema):
    """Replace the row of this conversation, then sort by the last line."""

    chat: ChatRow
