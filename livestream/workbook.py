"""A broadcast's audience as a workbook: figures with their definitions, cue by cue, minute by minute."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from jobfair.applications.workbook import safe_text
from jobfair.core import clock
from livestream.models import LiveSession
from livestream.schemas.audience import AudienceOut

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int


def write_audience(session: LiveSession, audience: AudienceOut) -> bytes:
    """Times are the fair's own clock; cells are text and numbers, never formulas."""
    book = Workbook(write_only=True)
    _sheet(
        book,
        _("总计"),
        [
            (_("直播"), session.title, ""),
            (_("指标"), _("数值"), _("口径")),
            *((one.label, one.value, one.definition) for one in audience.figures),
        ],
    )
    heads: list[tuple[Cell, ...]] = [(_("环节"), _("观看人数"), _("观看总时长（分钟）"), _("人均观看（秒）"))]
    _sheet(
        book,
        _("各环节"),
        heads
        + [
            (one.title, one.watched.people, one.watched.seconds // 60, one.watched.average_seconds)
            for one in audience.cues
        ],
    )
    names = {one.cue_id: one.title for one in audience.cues}
    rows: list[tuple[Cell, ...]] = [(_("时间"), _("在看"), _("在线"), _("环节"))]
    for one in audience.minutes:
        at = f"{clock.local(one.at):%Y-%m-%d %H:%M}"
        rows.append((at, one.playing, one.present, names.get(one.cue_id or 0, "")))
    _sheet(book, _("每分钟"), rows)
    _sheet(book, _("站外观看"), _outside(audience))
    stored = BytesIO()
    book.save(stored)
    return stored.getvalue()


def _outside(audience: AudienceOut) -> list[tuple[Cell, ...]]:
    """As entered, with when and where it was read; never summed."""
    heads: list[tuple[Cell, ...]] = [(_("平台"), _("观看次数"), _("读数时间"), _("数据来源"))]
    return heads + [
        (one.platform, one.views, f"{clock.local(one.read_at):%Y-%m-%d %H:%M}", one.source)
        for one in audience.outside
    ]


def _sheet(book: Workbook, title: str, rows: Iterable[tuple[Cell, ...]]) -> None:
    sheet = book.create_sheet(title)
    for index, width in enumerate((24, 14, 18, 60)):
        sheet.column_dimensions[chr(ord("A") + index)].width = width
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, safe_text(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"  # whatever it looks like
            cells.append(cell)
        sheet.append(cells)
