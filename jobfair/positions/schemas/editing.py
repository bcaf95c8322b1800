"""The posting form, and what its author is told of it."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from jobfair.core.schemas import Schema, Text
from jobfair.employers.models import Employer
from jobfair.positions import form
from jobfair.positions.models import Position
from jobfair.positions.refusals import Obstacle, explain_obstacles
from jobfair.positions.rules import hires_for_others
from jobfair.positions.schemas.page import Form, Group, Mode, PayUnit
from jobfair.positions.sheet.education import LABELS
from jobfair.positions.sheet.occupations import occupations
from jobfair.positions.sheet.places import places

State = Literal["draft", "in_review", "published", "closed", "refused"]
Line80 = Annotated[Text, StringConstraints(max_length=80)]
Line120 = Annotated[Text, StringConstraints(max_length=120)]
Line200 = Annotated[Text, StringConstraints(max_length=200)]
Heads = Annotated[int, Field(ge=1, le=100_000)] | None
Yuan = Annotated[int, Field(ge=1, le=10_000_000)] | None
_TABLES: dict[str, Callable[[], Container[str]]] = {
    "education": lambda: LABELS,
    "occupation": occupations,
    "place": places,
}
Revision = Annotated[int, Field(ge=0, le=2_000_000_000)]


class PositionForm(Schema):
    """What the recruiter types, finished or not. Empty texts and nulls: not yet."""

    title: Line80 = ""
    headcount_min: Heads = None
    headcount_max: Heads = None
    pay_min: Yuan = None
    pay_max: Yuan = None
    pay_unit: PayUnit | Literal[""] = ""
    pay_note: Line80 = ""
    education: Annotated[str, Field(json_schema_extra={"enum": ["", *sorted(LABELS)]})] = ""
    occupation: Annotated[Text, Field(max_length=10)] = ""
    place: Annotated[Text, Field(max_length=6)] = ""
    area: Line80 = ""
    form: Form = ""
    meals: bool | None = None
    lodging: bool | None = None
    mode: Mode = ""
    groups: Annotated[list[Group], Field(max_length=8)] = []
    notes: Annotated[Text, StringConstraints(max_length=400)] = ""
    duties: Annotated[Text, StringConstraints(max_length=2000)] = ""
    actual_employer: Line120 = ""
    mandate: Line200 = ""
    is_repost: bool = False
    source: Line200 = ""
    valid_from: date | None = None
    valid_until: date | None = None

    @field_validator("education", "occupation", "place")
    @classmethod
    def _is_in_its_table(cls, code: str, info: ValidationInfo) -> str:
        if code and code not in _TABLES[str(info.field_name)]():
            raise ValueError("not in the table")
        return code


class OwnQuery(Schema):
    """An employer's positions at a fair; `cursor` as the page before told it."""

    fair: Annotated[Text, Field(max_length=50)]
    state: State | Literal[""] = ""
    q: Line80 = ""
    cursor: Annotated[int, Field(ge=0, le=2**62)] | None = None


class OfFair(Schema):
    fair: Annotated[Text, Field(max_length=50)]


class StartPositionIn(Schema):
    """A new draft at a fair the employer takes part in."""

    fair_slug: Annotated[Text, Field(max_length=50)]
    form: PositionForm = PositionForm()


class EditIn(Schema):
    """What was typed over the revision that was seen."""

    revision: Revision
    form: PositionForm


class SeenIn(Schema):
    revision: Revision


class CloseIn(Schema):
    revision: Revision
    closing: Literal["filled", "withdrawn"]


class ObstacleOut(Schema):
    """A refusal of the gate: what, where (`field`, and the words in `clause`), what to do, who asks and why."""

    code: str
    field: str
    clause: str
    sentence: str
    remedy: str
    source: str
    says: str
    yours: bool

    @classmethod
    def of(cls, one: Obstacle) -> ObstacleOut:
        return cls(
            code=one.code,
            field=one.field,
            clause=one.clause,
            sentence=str(one.sentence),
            remedy=str(one.remedy),
            source=str(one.source),
            says=str(one.says),
            yours=one.is_the_authors,
        )


class PositionEditOut(Schema):
    """A position as its author works on it. `revision` rises with each write, by whomever.

    `obstacles` judge what is in the form now; `has_edit`: it is not yet what was sent.
    """

    id: int
    revision: int
    state: State
    employer_id: int
    employer_name: str
    hires_for_others: bool
    fair_slug: str
    fair_name: str
    city: str
    form: PositionForm
    has_edit: bool
    obstacles: list[ObstacleOut]
    refused_reason: str
    closing: str
    edited_at: datetime | None
    submitted_at: datetime | None
    published_at: datetime | None

    @classmethod
    def of(cls, position: Position, *, on: date) -> PositionEditOut:
        employer: Employer = position.employer
        obstacles = explain_obstacles(form.as_typed(position), employer, on=on)
        return cls.model_validate(
            {
                **{
                    name: getattr(position, name)
                    for name in (
                        "revision", "state", "employer_id", "refused_reason", "closing", "edited_at",
                        "submitted_at", "published_at",
                    )
                },
                "id": position.pk,
                "employer_name": employer.name,
                "hires_for_others": hires_for_others(employer),
                "fair_slug": position.fair.slug,
                "fair_name": position.fair.name,
                "city": position.fair.city.code,
                "form": form.form_of(position),
                "has_edit": position.edit is not None,
                "obstacles": [ObstacleOut.of(one) for one in obstacles],
            }
        )  # fmt: skip


class PositionRowOut(Schema):
    """A line of the employer's list. `title` is the edit's where there is one."""

    id: int
    revision: int
    state: State
    title: str
    area: str
    headcount_min: int | None
    headcount_max: int | None
    pay_min: int | None
    pay_max: int | None
    pay_unit: PayUnit | Literal[""]
    pay_note: str
    has_edit: bool
    waits_for: list[str]
    refused_reason: str
    closing: str
    edited_at: datetime | None
    submitted_at: datetime | None
    published_at: datetime | None
    valid_until: date | None

    @classmethod
    def of(cls, position: Position, *, on: date) -> PositionRowOut:
        shown = form.as_typed(position)
        waits = []
        if position.state in {Position.State.DRAFT, Position.State.IN_REVIEW}:
            waits = [str(one.sentence) for one in explain_obstacles(shown, position.employer, on=on)]
        return cls.model_validate(
            {
                **{
                    name: getattr(shown, name)
                    for name in (
                        "title", "area", "headcount_min", "headcount_max", "pay_min", "pay_max", "pay_unit",
                        "pay_note", "valid_until",
                    )
                },
                **{
                    name: getattr(position, name)
                    for name in (
                        "revision", "state", "refused_reason", "closing", "edited_at", "submitted_at", "published_at",
                    )
                },
                "id": position.pk,
                "has_edit": position.edit is not None,
                "waits_for": waits,
            }
        )  # fmt: skip


class PositionListOut(Schema):
    """One page, newest first; `next` is the cursor of the following one. `counts` by state, of all."""

    items: list[PositionRowOut]
    counts: dict[str, int]
    next: int | None
