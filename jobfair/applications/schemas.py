"""Wire types of applications, shared by HTTP and the socket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from jobfair.applications import consent, queries, rules
from jobfair.applications.models import (
    Application,
    ApplicationNote,
    ApplicationStep,
    Consent,
    DataExport,
    Decision,
)
from jobfair.core.schemas import Schema, Text
from jobfair.employers.models import Employer, Participation
from jobfair.resumes.models import ResumeVersion
from jobfair.resumes.schemas import ResumeVersionOut

State = Literal["submitted", "opened", "shortlisted", "invited", "offered", "hired", "rejected", "withdrawn"]
InboxState = Literal["submitted", "opened", "shortlisted", "invited", "offered", "hired", "rejected"]
DecidedState = Literal["shortlisted", "invited", "offered", "hired", "rejected"]
Source = Literal["web", "booth", "livestream", "replay", "station"]
By = Literal["you", "employer", "system"]
OwnerLevel = Literal["recruiter", "booth", "organiser"]
SourceRef = Annotated[Text, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9:_-]*$")]
ReasonText = Annotated[Text, StringConstraints(max_length=200, strip_whitespace=True)]
NoteText = Annotated[Text, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


Id = Annotated[int, Field(ge=1, lt=2**63)]


# The seeker's


class SubmitIn(Schema):
    """`consent_text_version`: the version of the sheet just agreed to; null where the employer has consent."""

    resume: Literal["form"] = "form"
    source: Source = "web"
    source_ref: SourceRef = ""
    consent_text_version: Annotated[Text, StringConstraints(max_length=20)] | None = None


class ReasonOut(Schema):
    """Why: from the list, and the employer's own words."""

    code: str
    label: str
    text: str


class StepOut(Schema):
    state: State
    at: datetime
    by: By
    reason: ReasonOut | None

    @classmethod
    def of(cls, step: ApplicationStep) -> StepOut:
        return cls.model_validate(
            {"state": step.state, "at": step.at, "by": step.by, "reason": _reason(step)}
        )


def _reason(step: ApplicationStep) -> ReasonOut | None:
    if not step.reason_code and not step.reason_text:
        return None
    label = str(rules.REASONS.get(step.reason_code, ""))
    return ReasonOut(code=step.reason_code, label=label, text=step.reason_text)


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


# The inbox


class InboxRow(Schema):
    """An application in the list. The résumé itself is behind opening it, and every look is recorded."""

    id: int
    receipt: str
    position_id: int
    title: str
    name: str
    headline: str
    state: InboxState
    source: Source
    source_ref: str
    submitted_at: datetime
    opened_at: datetime | None
    answer_due_at: datetime
    answered_at: datetime | None
    owner_level: OwnerLevel
    owner_name: str
    notes: int

    @classmethod
    def of(cls, application: Application) -> InboxRow:
        """Needs `queries.rows_of`."""
        return cls.model_validate(
            {
                "id": application.pk,
                "receipt": application.receipt,
                "position_id": application.position_id,
                "title": application.position.title,
                "name": application.resume.form.get("name", ""),
                "headline": _headline(application.resume),
                "state": application.state,
                "source": application.source,
                "source_ref": application.source_ref,
                "submitted_at": application.submitted_at,
                "opened_at": application.opened_at,
                "answer_due_at": application.answer_due_at,
                "answered_at": application.answered_at,
                "owner_level": application.owner_level,
                "owner_name": application.owner.display_name if application.owner else "",
                "notes": application.note_count,  # type: ignore[attr-defined]
            }
        )


def _headline(resume: ResumeVersion) -> str:
    """A résumé in a few words: what work, which schooling, how long."""
    version = ResumeVersionOut.of(resume)
    parts = (version.occupation, version.education_label, version.experience_label)
    return " · ".join(part for part in parts if part)


class InboxOut(Schema):
    """The newest 50 applications of an employer at a fair, and how many stand where."""

    participation_id: int
    employer_name: str
    fair_slug: str
    fair_name: str
    applications: list[InboxRow]
    counts: dict[InboxState, int]

    @classmethod
    def of(cls, inbox: Participation, rows: Sequence[Application], counts: Mapping[str, int]) -> InboxOut:
        return cls.model_validate(
            {
                "participation_id": inbox.pk,
                "employer_name": inbox.employer.name,
                "fair_slug": inbox.fair.slug,
                "fair_name": inbox.fair.name,
                "applications": [InboxRow.of(row) for row in rows],
                "counts": counts,
            }
        )


class InboxFilter(Schema):
    """What the list is narrowed to; `q` looks in names, titles and receipts."""

    state: InboxState | None = None
    position: Id | None = None
    q: Annotated[Text, StringConstraints(max_length=40, strip_whitespace=True)] = ""
    cursor: Id | None = None


class InboxPage(Schema):
    items: list[InboxRow]
    next: int | None


class InboxBrief(Schema):
    participation_id: int
    employer_id: int
    employer_name: str
    fair_slug: str
    fair_name: str
    unopened: int
    overdue: int

    @classmethod
    def of(cls, inbox: queries.Inbox) -> InboxBrief:
        one = inbox.participation
        return cls(
            participation_id=one.pk,
            employer_id=one.employer_id,
            employer_name=one.employer.name,
            fair_slug=one.fair.slug,
            fair_name=one.fair.name,
            unopened=inbox.unopened,
            overdue=inbox.overdue,
        )


class EmployersStepOut(Schema):
    """A step as the employer sees it: who of its people took it, and whether the seeker knows."""

    state: State
    at: datetime
    by: By
    who: str
    told_at: datetime | None
    reason: ReasonOut | None

    @classmethod
    def of(cls, step: ApplicationStep) -> EmployersStepOut:
        ours = step.by == ApplicationStep.By.EMPLOYER and step.user is not None
        return cls.model_validate(
            {
                "state": step.state,
                "at": step.at,
                "by": step.by,
                "who": step.user.display_name if ours and step.user else "",
                "told_at": step.told_at,
                "reason": _reason(step),
            }
        )


class NoteOut(Schema):
    id: int
    at: datetime
    who: str
    text: str

    @classmethod
    def of(cls, note: ApplicationNote) -> NoteOut:
        return cls(id=note.pk, at=note.at, who=note.by.display_name, text=note.text)


class InboxApplicationOut(Schema):
    """An opened application."""

    application: InboxRow
    phone: str
    resume: ResumeVersionOut
    steps: list[EmployersStepOut]
    notes: list[NoteOut]
    may_become: list[DecidedState]


class DecideIn(Schema):
    ids: Annotated[list[Id], Field(min_length=1, max_length=200)]
    to: DecidedState
    reason_code: Annotated[Text, StringConstraints(max_length=20)] = ""
    reason_text: ReasonText = ""


class RefusedOut(Schema):
    """One of many that could not be changed, and why."""

    id: int
    code: str
    message: str


class DecisionOut(Schema):
    """What one press did. Until `settles_at` it may be undone, and the seekers do not know of it."""

    decision_id: int
    to: DecidedState
    settles_at: datetime
    changed: list[int]
    refused: list[RefusedOut]

    @classmethod
    def of(
        cls, decision: Decision, changed: Sequence[int], refused: Mapping[int, tuple[str, str]]
    ) -> DecisionOut:
        return cls.model_validate(
            {
                "decision_id": decision.pk,
                "to": decision.to,
                "settles_at": decision.settles_at,
                "changed": list(changed),
                "refused": [
                    {"id": pk, "code": code, "message": message} for pk, (code, message) in refused.items()
                ],
            }
        )


class UndoIn(Schema):
    decision_id: Id


class UndoneOut(Schema):
    decision_id: int
    restored: list[int]


class NoteIn(Schema):
    text: NoteText


class ReasonChoice(Schema):
    code: str
    label: str


class PositionCount(Schema):
    position_id: int
    title: str
    received: int


class FiguresOut(Schema):
    """An employer's own figures for one fair; `hired` counts reported hires only, never intent."""

    received: int
    withdrawn: int
    opened: int
    invited: int
    offered: int
    hired: int
    rejected: int
    answered_in_time: int
    overdue: int
    answer_rate: AnswerRateOut
    by_source: dict[Source, int]
    by_position: list[PositionCount]

    @classmethod
    def of(cls, figures: queries.Figures, rate: AnswerRateOut) -> FiguresOut:
        plain = {
            name: getattr(figures, name)
            for name in cls.model_fields
            if name not in {"answer_rate", "by_position"}
        }
        positions = [
            {"position_id": pk, "title": title, "received": n} for pk, title, n in figures.by_position
        ]
        return cls.model_validate({**plain, "answer_rate": rate, "by_position": positions})


# Pushes


class MyApplicationPush(Schema):
    """Replace the one with this id, or put it first; keep the newest 50."""

    application: ApplicationOut


class InboxChangedPush(Schema):
    """Replace the row with this id, or put it first; then move one from `was` to `became` in the counts.

    `was` is null for an arrival; equal to `became` where only the row changed.
    """

    application: InboxRow
    was: InboxState | None
    became: InboxState


class InboxWithdrawnPush(Schema):
    """Take the row out, and one off the count of `was`."""

    application_id: int
    was: InboxState


# My data


class ConsentGivenOut(Schema):
    """An employer that may have one's résumé."""

    employer_id: int
    employer_name: str
    text_version: str
    given_at: datetime

    @classmethod
    def of(cls, given: Consent) -> ConsentGivenOut:
        return cls(
            employer_id=given.employer_id,
            employer_name=given.employer.name,
            text_version=given.text_version,
            given_at=given.given_at,
        )


class ConsentsOut(Schema):
    consents: list[ConsentGivenOut]


class DataExportOut(Schema):
    """`ready_at` is null while the file is being made; its link works until `expires_at`. Size in bytes."""

    id: int
    requested_at: datetime
    ready_at: datetime | None
    expires_at: datetime
    size: int

    @classmethod
    def of(cls, export: DataExport) -> DataExportOut:
        return cls(
            id=export.pk,
            requested_at=export.requested_at,
            ready_at=export.ready_at,
            expires_at=export.expires_at,
            size=export.size,
        )


class DataExportsOut(Schema):
    exports: list[DataExportOut]


class AccountClosedOut(Schema):
    """What the record duty asks is kept, locked away, until `kept_until`."""

    closed_at: datetime
    kept_until: datetime
