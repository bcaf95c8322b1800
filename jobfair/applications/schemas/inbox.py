"""Wire types of the recruiter's inbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from jobfair.applications import queries
from jobfair.applications.models import Application, ApplicationNote, ApplicationStep, Decision
from jobfair.applications.schemas.seeker import AnswerRateOut
from jobfair.applications.schemas.shared import By, Id, OwnerLevel, ReasonOut, Source, State, reason_of
from jobfair.core.schemas import Schema, Text
from jobfair.employers.models import Participation
from jobfair.resumes.models import ResumeVersion
from jobfair.resumes.schemas import ResumeVersionOut

InboxState = Literal["submitted", "opened", "shortlisted", "invited", "offered", "hired", "rejected"]
DecidedState = Literal["shortlisted", "invited", "offered", "rejected"]
ReasonText = Annotated[Text, StringConstraints(max_length=200, strip_whitespace=True)]
NoteText = Annotated[
    Text, StringConstraints(strip_whitespace=True), StringConstraints(min_length=1, max_length=500)
]


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
                "reason": reason_of(step),
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
    """An employer's own figures for one fair; `hired` counts proved hires only, never intent."""

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
