"""Lines: said once however often they are sent, delivered, read, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Max

from jobfair.accounts.models import User
from jobfair.chat import queries, rules
from jobfair.chat.events import MessagePosted, MessagesSeen, MessageWithdrawn
from jobfair.chat.models import Conversation, Message, Typing
from jobfair.chat.registry import owner_of
from jobfair.chat.services.moving import about, begin_waiting, end_waiting, hold, lock
from jobfair.core.errors import CommandConflict, Withdrawn
from jobfair.core.unit_of_work import emit, unit_of_work

Side = Conversation.Side
SideName = Literal["seeker", "booth"]


@dataclass(frozen=True)
class Attachment:
    """A file that was looked at and stored; see core.uploads."""

    key: str
    kind: Literal["image", "pdf"]
    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Said:
    text: str
    file: Attachment | None


@unit_of_work
def post_message(
    *,
    conversation: Conversation,
    by: User,
    side: SideName,
    cid: str,
    text: str = "",
    file: Attachment | None = None,
    now: datetime,
) -> Message:
    """Say something. The same `cid` of the same person again is the line it was, whatever was lost on its way.

    A recruiter who answers where nobody holds the conversation holds it from then on. Refused: PhoneNeeded, Muted,
    Blocked, HeldByOther, ConversationOver, Empty; CommandConflict for another text under the same id, Withdrawn for
    a line that was taken back.
    """
    conversation = lock(conversation.pk)
    said = Said("" if file is not None and not text.strip() else rules.plain_text(text), file)
    known = queries.find_message(sender_id=by.pk, cid=cid)
    if known is not None:
        return _again(known, conversation, said)
    ensure_may_post(conversation=conversation, by=by, side=side, now=now)
    if side == "booth":
        _answer(conversation, by, now)
    else:
        begin_waiting(conversation, *owner_of(conversation.topic), now)
    message = _write(conversation, said, side=side, cid=cid, by=by, now=now)
    emit(MessagePosted(**about(conversation), message_id=message.pk, side=side, by=by.pk))
    return message


def ensure_may_post(*, conversation: Conversation, by: User, side: SideName, now: datetime) -> None:
    """Refuse what would not be posted: before a file is looked at, and again under the conversation's lock."""
    owner, place_id = owner_of(conversation.topic)
    rules.ensure_may_speak(by)
    if queries.find_sanction(by.pk, owner.place(place_id).scope, now) is not None:
        raise rules.Muted
    rules.ensure_not_blocked(conversation)
    owner.ensure_open(place_id)
    if side == "booth" and conversation.recruiter_id not in {None, by.pk}:
        raise rules.HeldByOther


def _again(known: Message, conversation: Conversation, said: Said) -> Message:
    if known.conversation_id != conversation.pk or (known.kind == Message.Kind.TEXT) != (said.file is None):
        raise CommandConflict
    if known.withdrawn_at is not None:
        raise Withdrawn
    if said.file is None and known.text != said.text:
        raise CommandConflict
    return known


def _answer(conversation: Conversation, by: User, now: datetime) -> None:
    if conversation.recruiter_id is None:
        hold(conversation, by.pk, why="claimed", by=by, now=now)
    conversation.held_at = now
    end_waiting(conversation)


def _write(
    conversation: Conversation, said: Said, *, side: SideName, cid: str, by: User, now: datetime
) -> Message:
    text, file = said.text, said.file
    message = Message.objects.create(
        conversation=conversation,
        side=side,
        sender=by,
        cid=cid,
        kind=file.kind if file else Message.Kind.TEXT,
        text=text,
        warnings=rules.warnings_of(text) if side == "booth" else [],
        file=file.key if file else "",
        file_name=file.name if file else "",
        content_type=file.content_type if file else "",
        size=file.size if file else 0,
        at=now,
    )
    Typing.objects.filter(conversation=conversation, side=side).delete()
    conversation.last, conversation.last_at = message, now
    conversation.save()
    return message


@unit_of_work
def withdraw_message(*, message: Message, by: User, now: datetime) -> Message:
    """Take back one's own line within ten minutes: its words and its file are gone for everyone, at once.

    Refused: WithdrawTooLate. One that was withdrawn before stays so.
    """
    conversation = lock(message.conversation_id)
    message = queries.get_message(message.pk)
    if message.withdrawn_at is not None:
        return message
    rules.ensure_may_withdraw(message, now)
    message.withdrawn_at = now
    message.text, message.file, message.file_name, message.warnings = "", "", "", []
    message.save()
    unanswered = conversation.messages.filter(
        side=Side.SEEKER, withdrawn_at=None, at__gte=conversation.waiting_since or now
    )
    if conversation.waiting_since is not None and not unanswered.exists():
        end_waiting(conversation)  # nothing is left to be answered
        conversation.save()
    emit(MessageWithdrawn(**about(conversation), message_id=message.pk, side=message.side, by=by.pk))
    return message


@unit_of_work
def mark_seen(
    *, conversation: Conversation, side: SideName, delivered_to: int, read_to: int, by: User, now: datetime
) -> bool:
    """A device of `side` has the other side's lines up to an id, its person has read up to another.

    False when that was known. What is read has been delivered.
    """
    conversation = lock(conversation.pk)
    theirs = Message.objects.filter(conversation=conversation, withdrawn_at=None).exclude(side=side)
    top = theirs.aggregate(top=Max("pk"))["top"] or 0
    delivered_to, read_to = min(max(delivered_to, read_to), top), min(read_to, top)
    arrived = theirs.filter(pk__lte=delivered_to, delivered_at=None).update(delivered_at=now)
    read = theirs.filter(pk__lte=read_to, read_at=None).update(read_at=now)
    if conversation.recruiter_id == by.pk:
        Conversation.objects.filter(pk=conversation.pk).update(held_at=now)
    if not arrived and not read:
        return False
    emit(
        MessagesSeen(
            **about(conversation),
            side=side,
            delivered_to=delivered_to,
            read_to=read_to,
            at=now.isoformat(),
            by=by.pk,
        )
    )
    return True


@unit_of_work
def note_typing(*, conversation: Conversation, side: SideName, now: datetime) -> None:
    """Somebody of `side` writes; said again every few seconds while they do, and over by itself."""
    Typing.objects.update_or_create(
        conversation=conversation, side=side, defaults={"until": now + rules.TYPING}
    )
