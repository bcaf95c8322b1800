"""Beginning a conversation, and locking it away with its seeker's account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from jobfair.accounts.models import User
from jobfair.chat import rules
from jobfair.chat.events import CannedRepliesChanged, ConversationLocked, ConversationOpened
from jobfair.chat.models import CannedReply, Conversation
from jobfair.chat.registry import owner_of
from jobfair.chat.services.moving import about, lock_many
from jobfair.core.unit_of_work import emit, unit_of_work


@unit_of_work
def open_conversation(*, topic: str, seeker: User, now: datetime) -> Conversation:
    """The seeker's conversation with a place: the one there is, or a new one.

    Refused: PhoneNeeded, NotFound for a place nobody may see.
    """
    rules.ensure_may_speak(seeker)
    owner, id = owner_of(topic)
    owner.ensure_seen(id)
    found = Conversation.objects.filter(topic=topic, seeker=seeker).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            made = Conversation.objects.create(topic=topic, seeker=seeker, opened_at=now)
    except IntegrityError:  # the same press on two devices
        return Conversation.objects.get(topic=topic, seeker=seeker)
    emit(ConversationOpened(**about(made), by=seeker.pk))
    return made


@unit_of_work
def lock_person(*, seeker_id: int, by: int | None, now: datetime) -> int:
    """The account is closed: no employer reads what was said, from the next request on; returns how many."""
    own = lock_many(
        Conversation.objects.filter(seeker=seeker_id, locked_at=None).values_list("pk", flat=True)
    )
    for conversation in own:
        conversation.locked_at = now
        conversation.waiting_since = conversation.answer_due_at = conversation.escalates_at = None
        conversation.save()
        emit(ConversationLocked(**about(conversation), by=by))
    return len(own)


@unit_of_work
def set_canned_replies(*, group: str, texts: Sequence[str], by: User, now: datetime) -> list[str]:
    """The employer's whole list, in order; the same sentence once."""
    kept = list(dict.fromkeys(rules.plain_text(text) for text in texts))[: rules.CANNED_MOST]
    CannedReply.objects.filter(group=group).delete()
    CannedReply.objects.bulk_create(
        CannedReply(group=group, rank=rank, text=text) for rank, text in enumerate(kept)
    )
    emit(CannedRepliesChanged(group=group, by=by.pk))
    return kept
