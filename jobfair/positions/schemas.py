"""Wire types of positions."""

from __future__ import annotations

from datetime import date
from typing import Literal

from jobfair.core.schemas import Schema
from jobfair.positions.models import Position
from jobfair.positions.sheet.education import LABELS


class PositionOut(Schema):
    """A published position. Pay is yuan per `pay_unit`; no pay_max means no stated upper bound."""

    id: int
    title: str
    headcount_min: int | None
    headcount_max: int | None
    pay_min: int | None
    pay_max: int | None
    pay_unit: Literal["month", "day", "hour", "year", ""]
    pay_note: str
    education: str
    education_label: str
    area: str
    notes: str
    duties: str
    valid_from: date | None
    valid_until: date | None

    @classmethod
    def of(cls, position: Position) -> PositionOut:
        stored = {name: getattr(position, name) for name in cls.model_fields if name != "education_label"}
        return cls.model_validate({**stored, "education_label": LABELS.get(position.education, "")})
