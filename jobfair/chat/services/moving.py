"""Parts of the verbs: locking a conversation, and who owns what waits in it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from jobfair.accounts.models import User
from jobfair.chat.events import ConversationHandedOver
from jobfair.chat.models import Conversation
from jobfair.chat.registry import Owner, owner_of
from jobfair.core.errors import NotFound
from jobfair.core.unit_of_work import emit

Level = Conversation.Level


def lock(conversation_id: int) -> Conversation:
    """The conversation as it is now; NotFound once it is locked away."""
    rows = Conversation.objects.select_for_update(no_key=True, of=("self",))
    conversation = rows.filter(pk=conversation_id, locked_at=None).first()
    if conversation is None:
        raise NotFound
    return conversation


def lock_many(ids: Collection[int]) -> list[Conversation]:
    """By id."""
    rows = Conversation.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(ids))
    return list(rows.order_by("pk"))


def about(conversation: Conversation) -> dict[str, Any]:
    return {
        "conversation_id": conversation.pk,
        "topic": conversation.topic,
        "seeker_id": conversation.seeker_id,
    }


def begin_waiting(conversation: Conversation, owner: Owner, place_id: int, now: datetime) -> None:
    """The seeker has asked: whoever holds the conversation owes an answer, else the place, else the organiser."""
    if conversation.waiting_since is not None:
        return
    due = owner.answer_due(place_id, now)
    conversation.waiting_since, conversation.answer_due_at = now, due
    if conversation.level == Level.ORGANISER and owner.recruiters(place_id):
        conversation.level = Level.BOOTH  # there is somebody again
    if not owner.recruiters(place_id):
        conversation.level, conversation.recruiter = Level.ORGANISER, None
    conversation.escalates_at = None if conversation.level == Level.ORGANISER else due


def end_waiting(conversation: Conversation) -> None:
    conversation.waiting_since = conversation.answer_due_at = conversation.escalates_at = None
    if conversation.level == Level.ORGANISER:
        conversation.level = Level.BOOTH


def hold(conversation: Conversation, recruiter_id: int, *, why: str, by: User | None, now: datetime) -> None:
    """From now on this recruiter answers here; what is overdue already has a new round."""
    was = conversation.recruiter_id
    conversation.level, conversation.recruiter_id = Level.RECRUITER, recruiter_id
    conversation.held_at, conversation.was_present, conversation.gone_at = now, False, None
    due = conversation.answer_due_at
    if due is not None:
        owner, place_id = owner_of(conversation.topic)
        conversation.escalates_at = due if due > now else owner.answer_due(place_id, now)
    _tell(conversation, was, why, by)


def to_level(
    conversation: Conversation, level: Level, *, escalates_at: datetime | None, why: str, by: User | None
) -> None:
    """No single recruiter answers any more: all of the place do, or the organiser sees to it."""
    was = conversation.recruiter_id
    conversation.level, conversation.recruiter = level, None
    conversation.held_at, conversation.was_present, conversation.gone_at = None, False, None
    conversation.escalates_at = escalates_at if conversation.waiting_since is not None else None
    if conversation.waiting_since is None and level == Level.ORGANISER:
        conversation.level = Level.BOOTH  # nothing is waiting: the next question finds its way
    _tell(conversation, was, why, by)


def _tell(conversation: Conversation, was: int | None, why: str, by: User | None) -> None:
    conversation.save()
    emit(
        ConversationHandedOver(
            **about(conversation),
            was=was,
            to=conversation.recruiter_id,
            level=conversation.level,
            why=why,
            by=None if by is None else by.pk,
        )
    )
