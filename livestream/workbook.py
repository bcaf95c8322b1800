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
    whole = audience.whole
    _sheet(
        book,
        _("总计"),
        [
            (_("直播"), session.title, ""),
            (_("指标"), _("数值"), _("口径")),
            (_("累计观看次数"), whole.views, _("开始观看一次计一次；离开超过1分钟再回来，另计一次。")),
            (_("观看人数"), whole.people, _("按账号计，未登录的按设备计，同一人只计一次。")),
            (_("观看总时长（分钟）"), whole.seconds // 60, _("每10秒记录一次正在播放的人，只少计不多计。")),
            (_("人均观看（秒）"), whole.average_seconds, _("观看总时长除以观看人数。")),
            (_("最高同时在看"), audience.peak, _("每分钟记录一次正在播放的人数，取最大值。")),
            (_("发言条数"), audience.lines, _("已显示的发言，不含被删除和未通过审核的。")),
            (_("点赞数"), audience.likes, _("直播期间的点按次数，同一人可多次。")),
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
    stored = BytesIO()
    book.save(stored)
    return stored.getvalue()


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
