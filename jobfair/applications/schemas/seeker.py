"""Wire types of the seeker's side."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from jobfair.applications import consent, queries
from jobfair.applications.models import Application, ApplicationStep
from jobfair.applications.schemas.shared import By, ReasonOut, Source, State, reason_of
from jobfair.core.schemas import Schema, Text
from jobfair.employers.models import Employer

SourceRef = Annotated[Text, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9:_-]*$")]


class SubmitIn(Schema):
    """`consent_text_version`: the version of the sheet just agreed to; null where the employer has consent."""

    resume: Literal["form"] = "form"
    source: Source = "web"
    source_ref: SourceRef = ""
    consent_text_version: Annotated[Text, StringConstraints(max_length=20)] | None = None


class StepOut(Schema):
    state: State
    at: datetime
    by: By
    reason: ReasonOut | None

    @classmethod
    def of(cls, step: ApplicationStep) -> StepOut:
        return cls.model_validate(
            {"state": step.state, "at": step.at, "by": step.by, "reason": reason_of(step)}
        )


class ApplicationOut(Schema):
    """An application as its own seeker sees it: decisions show once they can no longer be undone."""

    id: int
    receipt: str
    position_id: int
    title: str
    employer_name: str
    fair_slug: str
    state: State
    submitted_at: datetime
    opened_at: datetime | None
    answer_due_at: datetime
    answered_at: datetime | None
    steps: list[StepOut]
    source: Source

    @classmethod
    def of(cls, application: Application) -> ApplicationOut:
        """Needs `queries.told`."""
        steps: list[ApplicationStep] = application.told_steps  # type: ignore[attr-defined]
        return cls.model_validate(
            {
                "id": application.pk,
                "receipt": application.receipt,
                "position_id": application.position_id,
                "title": application.position.title,
                "employer_name": application.participation.employer.name,
                "fair_slug": application.fair.slug,
                "state": queries.told_state(application),
                "submitted_at": application.submitted_at,
                "opened_at": application.opened_at,
                "answer_due_at": application.answer_due_at,
                "answered_at": application.answered_at,
                "steps": [StepOut.of(step) for step in steps],
                "source": application.source,
            }
        )


class SubmittedOut(Schema):
    """What the store of replies keeps: `created` tells 201 from 200."""

    created: bool
    application: ApplicationOut


class MyApplicationsOut(Schema):
    """A seeker's newest 50 applications."""

    applications: list[ApplicationOut]


class MyApplicationsPage(Schema):
    items: list[ApplicationOut]
    next: int | None


class MyApplicationOut(Schema):
    """Mine for a position, if there is one."""

    application: ApplicationOut | None


class ConsentSheetOut(Schema):
    """What the first submission to an employer asks. `given_at`: agreed to this very text already."""

    employer_id: int
    employer_name: str
    contact: str
    purpose: str
    fields: list[str]
    text_version: str
    text: str
    given_at: datetime | None

    @classmethod
    def of(cls, employer: Employer, *, organisers_phone: str, given_at: datetime | None) -> ConsentSheetOut:
        contact = " ".join(part for part in (employer.contact, employer.contact_phone) if part)
        return cls(
            employer_id=employer.pk,
            employer_name=employer.name,
            contact=contact or organisers_phone,
            purpose=consent.purpose(),
            fields=consent.fields(),
            text_version=consent.VERSION,
            text=consent.text(employer_name=employer.name),
            given_at=given_at,
        )


class AnswerRateOut(Schema):
    """`percent` is null while nothing has come due."""

    due: int
    in_time: int
    percent: int | None


class MyApplicationPush(Schema):
    """Replace the one with this id, or put it first; keep the newest 50."""

    application: ApplicationOut
