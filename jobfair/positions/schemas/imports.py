"""An uploaded workbook: what it would do, row by row, and what it did."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from jobfair.core.schemas import Schema, Text
from jobfair.positions.models import PositionImport
from jobfair.positions.rules import REASONS

VerdictWord = Literal["accepted", "waits", "refused", "duplicate"]
EffectWord = Literal["created", "updated", "unchanged", "none"]
ROWS = 100


class RowsQuery(Schema):
    """Which rows of the report to show; `cursor` counts rows."""

    verdict: VerdictWord | Literal[""] = ""
    effect: EffectWord | Literal[""] = ""
    q: Annotated[Text, Field(max_length=80)] = ""
    cursor: Annotated[int, Field(ge=0, le=100_000)] = 0


class RowReasonOut(Schema):
    code: str
    sentence: str
    remedy: str
    source: str

    @classmethod
    def of(cls, code: str) -> RowReasonOut:
        reason = REASONS[code]
        return cls(
            code=code, sentence=str(reason.sentence), remedy=str(reason.remedy), source=str(reason.source)
        )


class ImportRowOut(Schema):
    """A row of the sheet, numbered as the spreadsheet shows it."""

    sheet: str
    row: int
    employer: str
    title: str
    verdict: VerdictWord
    effect: EffectWord
    reasons: list[RowReasonOut]


class ImportOut(Schema):
    """An upload. Nothing is stored of its rows before it is confirmed, and then all of them at once.

    `can_confirm`: no row is refused. `verdicts` and `effects` count rows.
    """

    id: int
    file_name: str
    state: Literal["previewed", "confirmed"]
    can_confirm: bool
    counts: dict[str, int]
    effects: dict[str, int]
    verdicts: dict[str, int]
    at: datetime
    confirmed_at: datetime | None

    @classmethod
    def of(cls, upload: PositionImport) -> ImportOut:
        report = upload.report
        verdicts = {"accepted": 0, "waits": 0, "refused": 0, "duplicate": 0}
        for row in report["rows"]:
            verdicts[row["verdict"]] += 1
        return cls.model_validate(
            {
                "id": upload.pk,
                "file_name": upload.file_name,
                "state": upload.state,
                "can_confirm": upload.state == "previewed" and not report["is_refused"],
                "counts": report["counts"],
                "effects": report["effects"],
                "verdicts": verdicts,
                "at": upload.at,
                "confirmed_at": upload.confirmed_at,
            }
        )


class ImportRowsOut(Schema):
    """Some rows of the report; `next` is where the following ones begin."""

    rows: list[ImportRowOut]
    total: int
    next: int | None

    @classmethod
    def of(cls, upload: PositionImport, asked: RowsQuery) -> ImportRowsOut:
        wanted = [row for row in upload.report["rows"] if _is_wanted(row, asked)]
        following = asked.cursor + ROWS
        shown = wanted[asked.cursor : following]
        return cls(
            rows=[
                ImportRowOut.model_validate(
                    row | {"reasons": [RowReasonOut.of(code) for code in row["reasons"]]}
                )
                for row in shown
            ],
            total=len(wanted),
            next=following if following < len(wanted) else None,
        )


def _is_wanted(row: dict[str, Any], asked: RowsQuery) -> bool:
    return (
        (not asked.verdict or row["verdict"] == asked.verdict)
        and (not asked.effect or row["effect"] == asked.effect)
        and (not asked.q or asked.q in row["title"] or asked.q in row["employer"])
    )
