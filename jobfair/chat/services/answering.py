"""Nothing waits without an owner: drops, duty, and deadlines that pass."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from jobfair.chat import queries, rules
from jobfair.chat.models import Conversation
from jobfair.chat.registry import owner_of
from jobfair.chat.services.moving import hold, lock_many, to_level
from jobfair.core.unit_of_work import unit_of_work

Level = Conversation.Level


@unit_of_work
def watch_holder(*, conversation_id: int, present: frozenset[int], now: datetime) -> bool:
    """Note whether the recruiter is at the desk; after six seconds away the talk goes to a colleague.

    `present`: who has the place's desk open. Returns whether it was handed on.
    """
    conversation = _held(conversation_id)
    if conversation is None or conversation.recruiter_id is None:
        return False
    if conversation.recruiter_id in present:
        if not conversation.was_present or conversation.gone_at is not None:
            conversation.was_present, conversation.gone_at = True, None
            conversation.save(update_fields=["was_present", "gone_at"])
        return False
    if conversation.was_present and conversation.gone_at is None:
        conversation.gone_at = now
        conversation.save(update_fields=["gone_at"])
        return False
    if not rules.has_dropped(conversation, is_present=False, now=now):
        return False
    hand_on(conversation, present=present, why="dropped", now=now)
    return True


@unit_of_work
def pass_on(*, topic: str, recruiter_id: int, why: str, now: datetime) -> int:
    """A recruiter is away, off duty or gone: every talk of theirs at a place goes to a colleague; returns how many.

    One in which nothing waits and nobody has spoken for ten minutes is nobody's until the next question.
    """
    owner, place_id = owner_of(topic)
    present = owner.present([place_id]).get(place_id, frozenset()) - {recruiter_id}
    theirs = lock_many(
        Conversation.objects.filter(topic=topic, recruiter=recruiter_id, locked_at=None).values_list(
            "pk", flat=True
        )
    )
    for conversation in theirs:
        if conversation.waiting_since is None and now - (conversation.last_at or now) > rules.TALKING:
            to_level(conversation, Level.BOOTH, escalates_at=None, why=why, by=None)
        else:
            hand_on(conversation, present=present, why=why, now=now)
    return len(theirs)


@unit_of_work
def release(*, topic: str, now: datetime) -> int:
    """Nobody answers for the place any more: what waits goes to the organiser; returns how many."""
    own = lock_many(Conversation.objects.filter(topic=topic, locked_at=None).values_list("pk", flat=True))
    for conversation in own:
        if conversation.recruiter_id is not None or conversation.waiting_since is not None:
            to_level(conversation, Level.ORGANISER, escalates_at=None, why="left", by=None)
    return len(own)


@unit_of_work
def escalate(*, conversation_id: int, now: datetime) -> bool:
    """The answer is overdue: the next one up owns it. False when it was answered or moved meanwhile."""
    conversation = next(iter(lock_many([conversation_id])), None)
    if conversation is None or conversation.escalates_at is None or now < conversation.escalates_at:
        return False
    owner, place_id = owner_of(conversation.topic)
    level = rules.next_level(conversation.level)
    if level == Level.BOOTH and not owner.recruiters(place_id):
        level = Level.ORGANISER
    due = None if level == Level.ORGANISER else owner.answer_due(place_id, now)
    to_level(conversation, level, escalates_at=due, why="overdue", by=None)
    return True


def hand_on(conversation: Conversation, *, present: Collection[int], why: str, now: datetime) -> None:
    """To the colleague on duty at the desk who has the fewest waiting, else to the place's inbox, else the organiser.

    A locked conversation. The promise to the seeker stays what it was; a question that was overdue has a new round.
    """
    owner, place_id = owner_of(conversation.topic)
    colleagues = [
        one for one in owner.on_duty(place_id) if one in present and one != conversation.recruiter_id
    ]
    if colleagues:
        loads = queries.count_held(conversation.topic, colleagues)
        hold(conversation, min(colleagues, key=lambda one: loads.get(one, 0)), why=why, by=None, now=now)
        return
    if not [one for one in owner.recruiters(place_id) if one != conversation.recruiter_id or why != "left"]:
        to_level(conversation, Level.ORGANISER, escalates_at=None, why=why, by=None)
        return
    due = conversation.answer_due_at
    if due is not None and due <= now:
        due = owner.answer_due(place_id, now)
    to_level(conversation, Level.BOOTH, escalates_at=due, why=why, by=None)


def _held(conversation_id: int) -> Conversation | None:
    found = lock_many([conversation_id])
    return found[0] if found and found[0].locked_at is None else None
