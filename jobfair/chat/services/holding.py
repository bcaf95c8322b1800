"""Which recruiter answers: taking a conversation, giving it to a colleague, and saying that nothing waits."""

from __future__ import annotations

from datetime import datetime

from jobfair.accounts.models import User
from jobfair.chat import rules
from jobfair.chat.events import ConversationSettled
from jobfair.chat.models import Conversation
from jobfair.chat.registry import owner_of
from jobfair.chat.services.moving import about, end_waiting, hold, lock
from jobfair.core.unit_of_work import emit, unit_of_work


@unit_of_work
def claim(*, conversation: Conversation, by: User, now: datetime) -> Conversation:
    """Answer here from now on. Of two at once one gets HeldByOther; one's own stays one's own."""
    conversation = lock(conversation.pk)
    if conversation.recruiter_id == by.pk:
        return conversation
    if conversation.recruiter_id is not None:
        raise rules.HeldByOther
    hold(conversation, by.pk, why="claimed", by=by, now=now)
    return conversation


@unit_of_work
def transfer(*, conversation: Conversation, to_id: int, by: User, now: datetime) -> Conversation:
    """Give it to a colleague on duty. Refused: NotHolder unless one holds it or nobody does, CannotTransfer."""
    conversation = lock(conversation.pk)
    if conversation.recruiter_id not in {None, by.pk}:
        raise rules.NotHolder
    owner, place_id = owner_of(conversation.topic)
    if to_id == by.pk or to_id not in owner.on_duty(place_id):
        raise rules.CannotTransfer
    hold(conversation, to_id, why="transferred", by=by, now=now)
    return conversation


@unit_of_work
def settle(*, conversation: Conversation, by: User, now: datetime) -> Conversation:
    """A thank-you needs no answer. Refused: NothingWaits, NotHolder where a colleague holds it."""
    conversation = lock(conversation.pk)
    if conversation.waiting_since is None:
        raise rules.NothingWaits
    if conversation.recruiter_id not in {None, by.pk}:
        raise rules.NotHolder
    end_waiting(conversation)
    conversation.save()
    emit(ConversationSettled(**about(conversation), by=by.pk))
    return conversation
