"""An inbox as a workbook whose cells are only ever text, numbers and times.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, so that it stays text however often
the file is saved again, as CSV too (OWASP, CSV Injection).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from jobfair.applications.models import Application
from jobfair.core import clock
from jobfair.resumes.schemas import ResumeVersionOut

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, 2.2
_FORMULA = re.compile(r"^[\s\ufeff\u200b-\u200f\u202a-\u202e]*[=+\-@＝＋－＠\t\r\n|%]")
WIDTHS = (10, 18, 16, 10, 14, 12, 16, 12, 12, 40, 10, 12, 18, 18)


def safe_text(value: str) -> str:
    """`value` as a spreadsheet may hold it without ever calculating it."""
    text = _ILLEGAL.sub("", value)
    return f"'{text}" if _FORMULA.match(text) else text


def write_workbook(applications: Sequence[Application]) -> bytes:
    """One row each, in the order given. Contact details only of those that somebody has opened."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("投递"))
    for index, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(ord("A") + index)].width = width
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, safe_text(head)) for head in _heads()]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for application in applications:
        cells = []
        for value in _values(application):
            cell = WriteOnlyCell(sheet, safe_text(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"  # whatever it looks like
            cells.append(cell)
        sheet.append(cells)
    stored = BytesIO()
    book.save(stored)
    return stored.getvalue()


def _heads() -> list[str]:
    return [
        _("回执号"), _("岗位"), _("姓名"), _("状态"), _("手机号"), _("学历"), _("求职意向"), _("工作年限"),
        _("期望月薪"), _("自我介绍"), _("来源"), _("到岗时间"), _("投递时间"), _("答复期限"),
    ]  # fmt: skip


def _values(application: Application) -> list[str | int | datetime | None]:
    """Needs `queries.rows_of`."""
    resume = ResumeVersionOut.of(application.resume)
    opened = application.opened_at is not None
    return [
        application.receipt,
        application.position.title,
        resume.name,
        application.get_state_display(),
        resume.phone if opened else "",
        resume.education_label,
        resume.occupation,
        resume.experience_label,
        resume.pay_from,
        resume.summary if opened else "",
        application.get_source_display(),
        resume.available_label,
        _wall_clock(application.submitted_at),
        _wall_clock(application.answer_due_at),
    ]


def _wall_clock(instant: datetime) -> datetime:
    """Spreadsheets know no time zones: the fair's."""
    return clock.local(instant).replace(tzinfo=None, microsecond=0)
