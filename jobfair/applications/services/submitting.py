"""Handing in a résumé: one application per seeker, position and fair, however often and from wherever it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jobfair.accounts.models import User
from jobfair.applications import consent, queries, rules
from jobfair.applications.events import ApplicationSubmitted, ConsentGiven, SubmissionRepeated
from jobfair.applications.models import Application, ApplicationStep, Consent
from jobfair.applications.services.moving import By, about, hold, lock_seeker
from jobfair.core import clock
from jobfair.core.errors import NotSignedIn
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.models import Participation
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from jobfair.resumes import services as resumes
from jobfair.resumes.models import ResumeVersion

Owner = Application.Owner


@dataclass(frozen=True)
class Submission:
    """`application` is as `queries.told` gives it."""

    application: Application
    created: bool


@unit_of_work
def submit(
    *,
    position: Position,
    seeker: User,
    cid: str,
    source: str,
    source_ref: str,
    consent_text_version: str | None,
    now: datetime,
) -> Submission:
    """Hand in the seeker's résumé as it is now; the same position again gives the first application.

    Neither fair nor position can close before this commits. Refused: PhoneNeeded, WithdrawnBefore, FairNotOpen,
    FairOver, PositionClosed, ConsentNeeded, what `resumes` refuses, NotSignedIn for an account closed meanwhile.
    """
    seeker = lock_seeker(seeker.pk)
    if not seeker.is_active:
        raise NotSignedIn
    rules.ensure_may_submit(seeker)
    first = queries.find_application(seeker=seeker, position_id=position.pk)
    if first is not None:
        return _again(first, seeker)
    hold(Fair, position.fair_id)
    hold(Position, position.pk)
    position = Position.objects.select_related("fair", "employer").get(pk=position.pk)
    rules.ensure_takes_applications(position, position.fair, today=clock.local(now).date(), now=now)
    _ensure_consent(seeker, position, consent_text_version, now)
    version = resumes.freeze(seeker=seeker, now=now)
    made = _create(position=position, resume=version, cid=cid, source=source, source_ref=source_ref, now=now)
    return Submission(made, created=True)


def _again(first: Application, seeker: User) -> Submission:
    if first.state == Application.State.WITHDRAWN:
        raise rules.WithdrawnBefore
    emit(SubmissionRepeated(**about(first), by=seeker.pk))
    return Submission(queries.get_told(first.pk), created=False)


def _ensure_consent(seeker: User, position: Position, agreed: str | None, now: datetime) -> None:
    """Found, or given with this submission to the present text."""
    employer = position.employer_id
    if queries.find_consent(seeker, employer) is not None:
        return
    if agreed != consent.VERSION:
        raise rules.ConsentNeeded
    Consent.objects.create(seeker=seeker, employer_id=employer, text_version=consent.VERSION, given_at=now)
    emit(ConsentGiven(seeker_id=seeker.pk, employer_id=employer, text_version=consent.VERSION, by=seeker.pk))


def _create(
    *, position: Position, resume: ResumeVersion, cid: str, source: str, source_ref: str, now: datetime
) -> Application:
    seeker_id = resume.seeker_id
    participation = Participation.objects.get(employer=position.employer_id, fair=position.fair_id)
    participation.employer = position.employer  # loaded already
    recruiters = queries.list_recruiters(position.employer_id)
    due = rules.answer_due(now)
    application = Application.objects.create(
        seeker_id=seeker_id,
        position=position,
        fair=position.fair,
        resume=resume,
        participation=participation,
        cid=cid,
        source=source,
        source_ref=source_ref,
        submitted_at=now,
        answer_due_at=due,
        owner_level=Owner.RECRUITER if recruiters else Owner.ORGANISER,
        owner_id=recruiters[seeker_id % len(recruiters)] if recruiters else None,
        escalates_at=due if recruiters else None,
    )
    submitted = Application.State.SUBMITTED
    step = ApplicationStep.objects.create(
        application=application, state=submitted, at=now, told_at=now, by=By.YOU, user_id=seeker_id
    )
    application.told_steps = [step]  # type: ignore[attr-defined]
    emit(
        ApplicationSubmitted(
            **about(application),
            was="",
            became=submitted,
            position_id=position.pk,
            source=source,
            by=seeker_id,
        )
    )
    return application
