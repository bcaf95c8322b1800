"""What a recruiter does with applications: read, decide on one or many, take it back within ten seconds, note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jobfair.accounts.models import User
from jobfair.applications import rules
from jobfair.applications.events import (
    ApplicationDecided,
    ApplicationOpened,
    DecisionUndone,
    NoteAdded,
    ResumeViewed,
)
from jobfair.applications.models import Application, ApplicationNote, ApplicationStep, Decision
from jobfair.applications.services.moving import By, about, lock, lock_many, step
from jobfair.core.errors import DomainError, NotFound
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.models import Participation

State = Application.State


@dataclass(frozen=True)
class Decided:
    """`refused`: {application id: why}."""

    decision: Decision
    changed: list[int]
    refused: dict[int, DomainError]


@unit_of_work
def open_application(
    *, application: Application, by: User, now: datetime, how: str = "screen"
) -> Application:
    """The recruiter reads the résumé, on screen, as pdf or as file: recorded each time; at first the seeker sees it.

    Whoever opens it first owns the answer. NotFound when it was withdrawn meanwhile.
    """
    application = _lock_readable(application.pk)
    if application.state == State.SUBMITTED:
        moved = step(application, State.OPENED, by=By.EMPLOYER, user=by, now=now)
        application.opened_at = now
        if application.owner_level == Application.Owner.RECRUITER:
            application.owner = by
        application.save(update_fields=["state", "opened_at", "owner"])
        emit(ApplicationOpened(**moved))
    emit(ResumeViewed(**about(application), how=how, by=by.pk))
    return application


@unit_of_work
def note_export(*, applications: Sequence[Application], by: User, now: datetime) -> None:
    """Record whose contact details left in a workbook: those of opened applications."""
    for application in applications:
        if application.opened_at is not None:
            emit(ResumeViewed(**about(application), how="export", by=by.pk))


@unit_of_work
def decide(
    *,
    inbox: Participation,
    ids: Sequence[int],
    to: str,
    reason_code: str,
    reason_text: str,
    by: User,
    now: datetime,
) -> Decided:
    """Bring each of `ids` to `to`, unless it cannot: the others don't wait for it.

    A person's act on what a person has opened; nothing here runs by itself. Refused: ReasonNeeded; when none can be
    changed, the first one's refusal.
    """
    rules.ensure_reason(to, reason_code, reason_text)
    readable = Application.objects.readable_by(inbox.pk).filter(pk__in=ids)
    found = lock_many(list(readable.values_list("pk", flat=True)))
    refused = {pk: reason for pk in ids if (reason := _refusal(found.get(pk), to)) is not None}
    changing = [found[pk] for pk in sorted(set(ids) - refused.keys())]
    if not changing:
        raise next(iter(refused.values()))
    decision = Decision.objects.create(participation=inbox, to=to, by=by, at=now, settles_at=now + rules.UNDO)
    for application in changing:
        moved = step(
            application,
            to,
            by=By.EMPLOYER,
            user=by,
            now=now,
            decision=decision,
            reason_code=reason_code,
            reason_text=reason_text,
        )
        application.save(update_fields=["state"])
        emit(ApplicationDecided(**moved, decision_id=decision.pk, reason_code=reason_code))
    return Decided(decision, [one.pk for one in changing], refused)


def _refusal(application: Application | None, to: str) -> DomainError | None:
    """Why this one cannot be decided; one withdrawn before it was locked is not there."""
    if application is None or not _is_readable(application):
        return NotFound()
    try:
        rules.ensure_may_decide(application, to)
    except DomainError as refusal:
        return refusal
    return None


@unit_of_work
def undo(*, decision_id: int, inbox: Participation, by: User, now: datetime) -> list[int]:
    """Put back what the decision changed and nobody has changed since; returns the ids.

    Refused: NotFound, UndoTooLate, CannotDecide when nothing is as the decision left it.
    """
    ids = list(ApplicationStep.objects.filter(decision=decision_id).values_list("application_id", flat=True))
    applications = lock_many(ids)
    decisions = Decision.objects.select_for_update(no_key=True, of=("self",))
    decision = decisions.filter(pk=decision_id, participation=inbox).first()
    if decision is None:
        raise NotFound
    rules.ensure_may_undo(decision, now)
    restored = []
    for taken in ApplicationStep.objects.filter(decision=decision).order_by("id"):
        application = applications[taken.application_id]
        if application.state != taken.state:
            continue
        application.state = taken.was
        application.save(update_fields=["state"])
        emit(
            DecisionUndone(
                **about(application),
                was=taken.state,
                became=taken.was,
                decision_id=decision.pk,
                by=by.pk,
            )
        )
        restored.append(application.pk)
    if not restored:
        raise rules.CannotDecide
    decision.state = Decision.State.UNDONE
    decision.save(update_fields=["state"])
    return restored


@unit_of_work
def add_note(*, application: Application, text: str, by: User, now: datetime) -> ApplicationNote:
    """For colleagues. NotFound when it was withdrawn meanwhile."""
    application = _lock_readable(application.pk)
    note = ApplicationNote.objects.create(application=application, by=by, at=now, text=text)
    emit(NoteAdded(**about(application), note_id=note.pk, by=by.pk))
    return note


def _lock_readable(application_id: int) -> Application:
    application = lock(application_id)
    if not _is_readable(application):
        raise NotFound
    return application


def _is_readable(application: Application) -> bool:
    return application.state != State.WITHDRAWN and application.locked_at is None
