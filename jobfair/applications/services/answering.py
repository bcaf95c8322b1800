"""The answer promise: a decision reaches the seeker when it can no longer be undone; an overdue one goes further up."""

from __future__ import annotations

from datetime import datetime

from jobfair.accounts.models import User
from jobfair.applications import queries, rules
from jobfair.applications.events import AnswerHandedOver, AnswersReminded, DecisionSettled
from jobfair.applications.models import AnswerReminder, Application, ApplicationStep, Decision
from jobfair.applications.services.moving import about, lock, lock_many
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.models import Participation

Owner = Application.Owner
State = Application.State


@unit_of_work
def settle_decision(*, decision_id: int, now: datetime) -> bool:
    """Tell the seekers. False when it was undone, is settled already, or may still be undone.

    Whoever has withdrawn in the meantime is told nothing.
    """
    ids = list(ApplicationStep.objects.filter(decision=decision_id).values_list("application_id", flat=True))
    applications = lock_many(ids)
    decision = Decision.objects.select_for_update(no_key=True).get(pk=decision_id)
    if decision.state != Decision.State.PENDING or now < decision.settles_at:
        return False
    for taken in ApplicationStep.objects.filter(decision=decision).order_by("id"):
        application = applications[taken.application_id]
        if application.state == State.WITHDRAWN or application.locked_at is not None:
            continue
        taken.told_at = now
        taken.save(update_fields=["told_at"])
        application.answered_at = application.answered_at or taken.at
        application.escalates_at = None
        application.save(update_fields=["answered_at", "escalates_at"])
        emit(
            DecisionSettled(
                **about(application), decision_id=decision.pk, became=taken.state, by=decision.by_id
            )
        )
    decision.state = Decision.State.SETTLED
    decision.save(update_fields=["state"])
    return True


@unit_of_work
def escalate(*, application_id: int, now: datetime) -> bool:
    """The answer is overdue: the next one up owns it now. False when it was answered or moved meanwhile."""
    application = lock(application_id)
    due = application.escalates_at
    if application.state not in Application.UNANSWERED or due is None or now < due:
        return False
    to = rules.next_owner(application.owner_level)
    if to == Owner.BOOTH and not queries.list_recruiters(application.participation.employer_id):
        to = Owner.ORGANISER
    _hand_over(application, to, None, rules.next_escalation(to, now))
    return True


@unit_of_work
def reassign(*, employer_id: int, user_id: int, now: datetime) -> int:
    """A recruiter has left the employer: what was theirs to answer goes to a colleague, else to the organiser."""
    colleagues = queries.list_recruiters(employer_id)
    waiting = Application.objects.filter(
        participation__employer=employer_id, state__in=Application.UNANSWERED, escalates_at__isnull=False
    )
    if colleagues:
        waiting = waiting.filter(owner=user_id)
    theirs = lock_many(list(waiting.values_list("pk", flat=True))).values()
    for application in theirs:
        if colleagues:
            owner = colleagues[application.seeker_id % len(colleagues)]
            _hand_over(application, Owner.RECRUITER, owner, application.escalates_at)
        else:
            _hand_over(application, Owner.ORGANISER, None, None)
    return len(theirs)


@unit_of_work
def remind(*, inbox: Participation, by: User, now: datetime) -> AnswerReminder:
    """The organiser asks an employer's recruiters to answer what is overdue.

    Refused: NothingOverdue, NobodyToRemind, RemindedRecently.
    """
    inbox = Participation.objects.select_for_update(no_key=True).get(pk=inbox.pk)  # one reminds at a time
    overdue = queries.count_overdue(inbox.pk, now=now)
    rules.ensure_may_remind(
        overdue=overdue,
        recruiters=len(queries.list_recruiters(inbox.employer_id)),
        last=queries.last_reminded_at(inbox.pk),
        now=now,
    )
    reminder = AnswerReminder.objects.create(participation=inbox, by=by, at=now, overdue=overdue)
    emit(AnswersReminded(participation_id=inbox.pk, overdue=overdue, by=by.pk))
    return reminder


def _hand_over(
    application: Application, level: Owner, owner_id: int | None, escalates_at: datetime | None
) -> None:
    application.owner_level, application.owner_id = level, owner_id
    application.escalates_at = escalates_at
    application.save(update_fields=["owner_level", "owner", "escalates_at"])
    emit(AnswerHandedOver(**about(application), to=level))
