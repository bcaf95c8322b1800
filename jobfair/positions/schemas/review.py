"""The organiser's desk: what waits, what is decided, what people report."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from jobfair.core.schemas import Schema, Text
from jobfair.positions.form import FIELDS
from jobfair.positions.models import Complaint, Position
from jobfair.positions.refusals import explain_obstacles
from jobfair.positions.rules import REASONS, UNLAWFUL
from jobfair.positions.schemas.editing import ObstacleOut, PositionForm, Revision, State
from jobfair.positions.schemas.page import ReportReason, Trimmed

ComplaintState = Literal["open", "upheld", "dismissed"]


def _known_reason(code: str) -> str:
    if code not in REASONS:
        raise ValueError("not a reason")
    return code


class ReviewQuery(Schema):
    """What of the review to show. `ready`: only those the gate would let through, or only the others."""

    state: Literal["in_review", "published", "closed", "refused"] = "in_review"
    q: Annotated[Text, Field(max_length=80)] = ""
    reason: Annotated[Text, Field(max_length=80)] = ""
    ready: bool | None = None
    cursor: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class ReportsQuery(Schema):
    settled: bool = False
    cursor: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class PositionReviewRowOut(Schema):
    """A position as it was sent, with what the gate says of it now. `waiting_since` gives its age."""

    id: int
    revision: int
    state: State
    employer_id: int
    employer_name: str
    employer_state: str
    form: PositionForm
    duties_confirmed: bool
    stated: dict[str, str]
    obstacles: list[ObstacleOut]
    refused_reason: str
    waiting_since: datetime | None
    published_at: datetime | None

    @classmethod
    def of(cls, position: Position, *, on: date) -> PositionReviewRowOut:
        obstacles = explain_obstacles(position, position.employer, on=on)
        shown = {name: getattr(position, name) for name in (*FIELDS, "valid_from", "valid_until")}
        return cls.model_validate(
            {
                "id": position.pk,
                "revision": position.revision,
                "state": position.state,
                "employer_id": position.employer_id,
                "employer_name": position.employer.name,
                "employer_state": position.employer.state,
                "form": PositionForm.model_validate(shown),
                "duties_confirmed": position.duties_confirmed_at is not None,
                "stated": {name: str(text) for name, text in position.stated.items()},
                "obstacles": [ObstacleOut.of(one) for one in obstacles],
                "refused_reason": position.refused_reason,
                "waiting_since": position.submitted_at,
                "published_at": position.published_at,
            }
        )


class PositionReviewOut(Schema):
    """One page, longest waiting first. `counts` by state; `ready` of those in review the gate would let through."""

    items: list[PositionReviewRowOut]
    counts: dict[str, int]
    ready: int
    complaints: int
    next: int | None


class RefusalReasonOut(Schema):
    """A reason to refuse with, as the organiser picks it. `unlawful`: the law's own, not a gap in the form."""

    code: str
    sentence: str
    source: str
    unlawful: bool


class SeenPosition(Schema):
    id: Annotated[int, Field(ge=1, le=2**62)]
    revision: Revision


class PublishIn(Schema):
    """Which revisions the organiser has judged. If one of them has changed, none is published."""

    positions: Annotated[list[SeenPosition], Field(min_length=1, max_length=500)]


class PublishOut(Schema):
    """`waiting`: the gate let them not through; each with its refusals in words."""

    published: list[int]
    waiting: dict[int, list[str]]


class ConfirmDutiesIn(Schema):
    positions: Annotated[list[Annotated[int, Field(ge=1, le=2**62)]], Field(min_length=1, max_length=500)]


class ConfirmDutiesOut(Schema):
    confirmed: list[int]


class RefusePositionIn(Schema):
    """At least one reason of the list, or words of one's own."""

    revision: Revision
    reasons: Annotated[list[Annotated[str, AfterValidator(_known_reason)]], Field(max_length=10)] = []
    text: Annotated[Trimmed, Field(max_length=500)] = ""


class ComplaintOut(Schema):
    id: int
    position_id: int
    position_title: str
    position_state: State
    employer_name: str
    reason: ReportReason
    text: str
    phone: str
    state: ComplaintState
    at: datetime
    due_at: datetime
    answer: str
    answered_at: datetime | None

    @classmethod
    def of(cls, complaint: Complaint) -> ComplaintOut:
        position = complaint.position
        return cls.model_validate(
            {
                "id": complaint.pk,
                "position_id": position.pk,
                "position_title": position.title,
                "position_state": position.state,
                "employer_name": position.employer.name,
                **{
                    name: getattr(complaint, name)
                    for name in ("reason", "text", "phone", "state", "at", "due_at", "answer", "answered_at")
                },
            }
        )


class SettleIn(Schema):
    """`upheld` takes the position off the fair; its employer reads the answer."""

    state: Literal["upheld", "dismissed"]
    answer: Annotated[Trimmed, Field(min_length=1, max_length=500)]


def list_reasons() -> list[RefusalReasonOut]:
    """Everything a posting can be refused for."""
    return [
        RefusalReasonOut(
            code=reason.code,
            sentence=str(reason.sentence),
            source=str(reason.source),
            unlawful=reason.code in UNLAWFUL,
        )
        for reason in REASONS.values()
        if reason.code.startswith("positions.")
        and reason.code not in {"positions.ready", "positions.refused"}
    ]
