"""Workbooks built for a test, cell by cell."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

DEMO = Path(__file__).resolve().parents[2] / "jobfair" / "fairs" / "demo" / "nantong-fair-positions.xlsx"
CODE = "91320612M36372594K"  # passes its check, belongs to nobody
OTHER_CODE = "91320612M93979069F"
HEADER = (
    "企业名称",
    "统一社会信用代码",
    "工作地点",
    "招聘岗位",
    "招聘人数",
    "学历要求",
    "薪资待遇",
    "其他要求及福利",
)
Row = Sequence[str | int | float | None]


def fill(sheet: Worksheet, rows: Sequence[Row]) -> None:
    for row in rows:
        sheet.append(list(row))


def content_of(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_of(*rows: Row, header: Row = HEADER) -> bytes:
    """One sheet: a header and these rows."""
    book = Workbook()
    assert book.active is not None
    fill(book.active, [header, *rows])
    return content_of(book)


def posting(
    *,
    employer: str = "示例机械有限公司",
    code: str = CODE,
    area: str = "通州区",
    title: str = "钳工",
    headcount: str | int = 5,
    education: str = "高中以上",
    pay: str = "5000-8000元/月",
    notes: str = "包吃住",
) -> Row:
    """A row under HEADER that lacks nothing."""
    return (employer, code, area, title, headcount, education, pay, notes)
