"""Wire types of positions."""

from __future__ import annotations

from datetime import date
from typing import Literal

from jobfair.core.schemas import Schema
from jobfair.positions.models import Position
from jobfair.positions.sheet.education import LABELS

PayUnit = Literal["month", "day", "hour", "year"]


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
