"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jobfair.accounts.models import User
from jobfair.chat.models import Complaint, Conversation, Message
from jobfair.chat.registry import Owner, owner_of, owners
from jobfair.core.errors import NotFound

Role = Literal["seeker", "booth", "organiser"]


@dataclass(frozen=True)
class Part:
    """One person's part in one conversation. An organiser only reads, and only what was brought to them."""

    conversation: Conversation
    role: Role
    owner: Owner
    place_id: int


def part_in(user: User | None, conversation_id: int) -> Part:
    """The seeker, those who answer for the place, and the organiser once it was reported or nobody answered."""
    if user is None or not user.is_active:
        raise NotFound
    conversation = Conversation.objects.filter(pk=conversation_id, locked_at=None).first()
    if conversation is None:
        raise NotFound
    owner, id = owner_of(conversation.topic)
    if conversation.seeker_id == user.pk:
        return Part(conversation, "seeker", owner, id)
    if owner.answers(user, id):
        return Part(conversation, "booth", owner, id)
    if _was_brought_up(conversation) and owner.organises(user, id):
        return Part(conversation, "organiser", owner, id)
    raise NotFound


def _was_brought_up(conversation: Conversation) -> bool:
    if conversation.level == Conversation.Level.ORGANISER:
        return True
    return Complaint.objects.filter(conversation=conversation).exists()


def speaker_in(user: User | None, conversation_id: int) -> Part:
    """Either side; an organiser doesn't speak here."""
    part = part_in(user, conversation_id)
    if part.role == "organiser":
        raise NotFound
    return part


def recruiter_in(user: User | None, conversation_id: int) -> Part:
    part = part_in(user, conversation_id)
    if part.role != "booth":
        raise NotFound
    return part


def organiser_of(user: User | None, conversation_id: int) -> Part:
    part = part_in(user, conversation_id)
    if part.role != "organiser":
        raise NotFound
    return part


def message_of(part: Part, message_id: int) -> Message:
    """One that has not been withdrawn."""
    own = Message.objects.filter(conversation=part.conversation, pk=message_id, withdrawn_at=None)
    message = own.first()
    if message is None:
        raise NotFound
    return message


def own_message(user: User, part: Part, message_id: int) -> Message:
    """One's own, withdrawn already or not."""
    message = Message.objects.filter(conversation=part.conversation, pk=message_id, sender=user).first()
    if message is None:
        raise NotFound
    return message


def place_for_anyone(topic: str) -> tuple[Owner, int]:
    """A place that may be seen."""
    owner, id = owner_of(topic)
    owner.ensure_seen(id)
    return owner, id


def desk_for_recruiter(user: User | None, topic: str) -> tuple[Owner, int]:
    """A place the user answers for."""
    owner, id = owner_of(topic)
    if not owner.answers(user, id):
        raise NotFound
    return owner, id


def complaint_for_organiser(user: User | None, complaint_id: int) -> Complaint:
    complaint = Complaint.objects.select_related("conversation").filter(pk=complaint_id).first()
    if complaint is None:
        raise NotFound
    owner, id = owner_of(complaint.conversation.topic)
    if not owner.organises(user, id):
        raise NotFound
    return complaint


def topics_for_organiser(user: User | None, scope: str) -> list[str]:
    """All places under a scope that the user organises."""
    for owner in owners():
        ids = owner.under(scope)
        if ids and owner.organises(user, ids[0]):
            return [f"{owner.prefix}:{id}" for id in ids]
    raise NotFound
