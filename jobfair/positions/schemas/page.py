"""What anyone may read of a position."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from jobfair.core.schemas import Schema, Text
from jobfair.positions.models import Complaint, Position
from jobfair.positions.queries import BoothBeside, PublicFace, face_of
from jobfair.positions.sheet.education import LABELS
from jobfair.positions.sheet.features import GROUPS
from jobfair.positions.sheet.occupations import Occupation, occupation_label
from jobfair.positions.sheet.places import Place, place_label, short_label


def _trimmed(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


Trimmed = Annotated[Text, BeforeValidator(_trimmed)]
PayUnit = Literal["month", "day", "hour", "year"]
Form = Literal["", "full_time", "part_time", "flexible", "internship", "temporary"]
Mode = Literal["", "onsite", "online", "both"]
Group = Literal[
    "graduates", "veterans", "disabled", "migrants", "returnees", "new_forms", "hardship", "mothers"
]
ReportReason = Literal["fee", "false", "discrimination", "fraud", "closed", "other"]


class PositionOut(Schema):
    """A published position.

    Pay is yuan per `pay_unit`; `pay_max` and `headcount_max` are null where no upper bound is stated.
    `education` is a GB/T 4658 code, or 00 for none required.
    """

    id: int
    title: str
    headcount_min: int
    headcount_max: int | None
    pay_min: int
    pay_max: int | None
    pay_unit: PayUnit
    pay_note: str
    education: str
    education_label: str
    area: str
    notes: str
    duties: str
    valid_from: date
    valid_until: date

    @classmethod
    def of(cls, position: Position) -> PositionOut:
        fields = {
            name: getattr(position, name)
            for name in cls.model_fields
            if name not in {"id", "education_label"}
        }
        return cls.model_validate(
            {"id": position.pk, "education_label": LABELS[position.education], **fields}
        )


class CodeOut(Schema):
    """A code of a table with its Chinese name; `more` tells where it belongs or what else it is called."""

    code: str
    name: str
    more: str = ""

    @classmethod
    def of_place(cls, place: Place) -> CodeOut:
        return cls(code=place.code, name=short_label(place.code), more=place_label(place.code))

    @classmethod
    def of_occupation(cls, occupation: Occupation) -> CodeOut:
        return cls(code=occupation.code, name=occupation.name, more="、".join(occupation.words))


class PositionMoreOut(Schema):
    """What else is known. Empty texts and nulls: not stated."""

    occupation: CodeOut | None
    place: CodeOut | None
    form: Form
    meals: bool | None
    lodging: bool | None
    mode: Mode
    groups: list[CodeOut]
    actual_employer: str
    mandate: str
    is_repost: bool
    source: str
    published_at: datetime | None

    @classmethod
    def of(cls, position: Position) -> PositionMoreOut:
        occupation, place = position.occupation, position.place
        return cls.model_validate(
            {
                "occupation": CodeOut(code=occupation, name=occupation_label(occupation))
                if occupation
                else None,
                "place": CodeOut(code=place, name=short_label(place), more=place_label(place))
                if place
                else None,
                "groups": [CodeOut(code=code, name=GROUPS[code]) for code in position.groups],
                **{
                    name: getattr(position, name)
                    for name in (
                        "form", "meals", "lodging", "mode", "actual_employer", "mandate", "is_repost", "source",
                        "published_at",
                    )
                },
            }
        )  # fmt: skip


class PositionEmployerOut(Schema):
    id: int
    name: str
    area: str


class PositionFairOut(Schema):
    slug: str
    name: str
    complaint_phone: str


class BoothBesideOut(Schema):
    """Where to queue for it: the employer's booth at the fair."""

    id: int
    number: int
    zone: str


class PositionPageOut(Schema):
    """A position's page. `position` is null where its content is no longer shown; `face` says why."""

    id: int
    face: PublicFace
    title: str
    employer: PositionEmployerOut
    fair: PositionFairOut
    position: PositionOut | None
    more: PositionMoreOut | None
    booth: BoothBesideOut | None

    @classmethod
    def of(cls, position: Position, *, booth: BoothBeside | None, on: date) -> PositionPageOut:
        face = face_of(position, on=on)
        shown = face not in {"reviewing", "removed"}
        employer, fair = position.employer, position.fair
        return cls(
            id=position.pk,
            face=face,
            title=position.title,
            employer=PositionEmployerOut(id=employer.pk, name=employer.name, area=employer.area),
            fair=PositionFairOut(slug=fair.slug, name=fair.name, complaint_phone=fair.complaint_phone),
            position=PositionOut.of(position) if shown else None,
            more=PositionMoreOut.of(position) if shown else None,
            booth=BoothBesideOut(id=booth.id, number=booth.number, zone=booth.zone) if booth else None,
        )


class PositionReportIn(Schema):
    """A report about a position. No account; the phone, if given, is used for the answer only."""

    reason: ReportReason
    text: Annotated[Trimmed, Field(max_length=500)] = ""
    phone: Annotated[Text, Field(max_length=40)] = ""


class PositionReportOut(Schema):
    """Taken in; the organiser answers by `due_at`."""

    id: int
    at: datetime
    due_at: datetime

    @classmethod
    def of(cls, complaint: Complaint) -> PositionReportOut:
        return cls(id=complaint.pk, at=complaint.at, due_at=complaint.due_at)
