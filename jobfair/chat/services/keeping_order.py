"""Block, report, mute: what either side can do about the other, and the organiser about both."""

from __future__ import annotations

from datetime import datetime, timedelta

from jobfair.accounts.models import User
from jobfair.chat import rules
from jobfair.chat.events import (
    ComplaintAnswered,
    ConversationBlocked,
    ConversationReported,
    ConversationUnblocked,
    PersonMuted,
    PersonUnmuted,
)
from jobfair.chat.models import Complaint, Conversation, Sanction
from jobfair.chat.registry import owner_of
from jobfair.chat.services.moving import about, end_waiting, lock
from jobfair.chat.services.posting import SideName
from jobfair.core.unit_of_work import emit, unit_of_work


@unit_of_work
def block(*, conversation: Conversation, side: SideName, by: User, now: datetime) -> Conversation:
    """Neither side says anything more here, and nothing is waited for. Blocked already: it stays whose it is."""
    conversation = lock(conversation.pk)
    if not conversation.blocked_by:
        conversation.blocked_by = side
        end_waiting(conversation)
        conversation.save()
        emit(ConversationBlocked(**about(conversation), side=side, by=by.pk))
    return conversation


@unit_of_work
def unblock(*, conversation: Conversation, side: SideName, by: User, now: datetime) -> Conversation:
    """Only the side that blocked can; Blocked for the other."""
    conversation = lock(conversation.pk)
    if conversation.blocked_by and conversation.blocked_by != side:
        raise rules.Blocked
    if conversation.blocked_by:
        conversation.blocked_by = ""
        conversation.save(update_fields=["blocked_by"])
        emit(ConversationUnblocked(**about(conversation), side=side, by=by.pk))
    return conversation


@unit_of_work
def report(
    *, conversation: Conversation, side: SideName, reason: str, text: str, by: User, now: datetime
) -> Complaint:
    """Tell the organiser, who answers within three days. While one's report is open, a second is the first."""
    conversation = lock(conversation.pk)
    complaint, created = Complaint.objects.get_or_create(
        conversation=conversation,
        by=by,
        state=Complaint.State.OPEN,
        defaults={
            "side": side,
            "reason": reason,
            "text": text,
            "at": now,
            "due_at": now + rules.COMPLAINT_ANSWERED_WITHIN,
        },
    )
    if created:
        emit(
            ConversationReported(
                **about(conversation), complaint_id=complaint.pk, side=side, reason=reason, by=by.pk
            )
        )
    return complaint


@unit_of_work
def answer_complaint(
    *, complaint: Complaint, state: str, answer: str, mute_hours: int, by: User, now: datetime
) -> Complaint:
    """Once: AnsweredBefore for the second organiser. One that is upheld may mute whoever spoke for the other side."""
    conversation = lock(complaint.conversation_id)
    complaint = Complaint.objects.get(pk=complaint.pk)
    rules.ensure_unanswered(complaint)
    complaint.state, complaint.answer = state, answer
    complaint.answered_at, complaint.answered_by = now, by
    complaint.save()
    emit(ComplaintAnswered(**about(conversation), complaint_id=complaint.pk, state=state, by=by.pk))
    if state == Complaint.State.UPHELD and mute_hours:
        owner, place_id = owner_of(conversation.topic)
        scope, until = owner.place(place_id).scope, now + timedelta(hours=mute_hours)
        others = conversation.messages.exclude(side=complaint.side).order_by("sender")
        for user_id in others.values_list("sender_id", flat=True).distinct():
            mute(user_id=user_id, scope=scope, until=until, reason=answer, by=by, now=now)
    return complaint


@unit_of_work
def mute(
    *, user_id: int, scope: str, until: datetime, reason: str, by: User | None, now: datetime
) -> Sanction:
    """This person says nothing under `scope` until then; the next line already is refused."""
    sanction = Sanction.objects.create(
        user_id=user_id, scope=scope, reason=reason[:200], by=by, at=now, until=until
    )
    emit(PersonMuted(sanction_id=sanction.pk, user_id=user_id, scope=scope, by=None if by is None else by.pk))
    return sanction


@unit_of_work
def unmute(*, sanction: Sanction, by: User, now: datetime) -> bool:
    """They may speak again. False when it was over already."""
    sanction = Sanction.objects.select_for_update(no_key=True).get(pk=sanction.pk)
    if sanction.lifted_at is not None or sanction.until <= now:
        return False
    sanction.lifted_at = now
    sanction.save(update_fields=["lifted_at"])
    emit(PersonUnmuted(sanction_id=sanction.pk, user_id=sanction.user_id, scope=sanction.scope, by=by.pk))
    return True
