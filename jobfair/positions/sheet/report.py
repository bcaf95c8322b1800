"""The report that goes back to whoever sent the sheet: their rows, what is wrong, what to do. No cell is a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from jobfair.employers.rules import Reason

HEADER = ("工作表", "行号", "企业名称", "招聘岗位", "结论", "需要修改的问题", "怎样修改", "依据")
WIDTHS = (14, 8, 28, 18, 12, 44, 44, 26)
VERDICTS = {
    "accepted": "可以导入",
    "waits": "可以导入，待改正",
    "refused": "不能导入",
    "duplicate": "重复，只导入一次",
}
_FILLS = {"refused": "FBE3E4", "waits": "FFF3DD"}


def write_report(rows: Iterable[Mapping[str, Any]], reasons: Mapping[str, Reason]) -> bytes:
    """An .xlsx of rows as `services.uploads` keeps them, refused ones first."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "核对结果"
    sheet.append(HEADER)
    for column, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    order = list(VERDICTS)[::-1]
    for row in sorted(rows, key=lambda one: order.index(one["verdict"])):
        _write(sheet, row, [reasons[code] for code in row["reasons"]])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write(sheet: Worksheet, row: Mapping[str, Any], reasons: list[Reason]) -> None:
    texts = (
        row["sheet"],
        row["row"],
        row["employer"],
        row["title"],
        VERDICTS[row["verdict"]],
        "\n".join(str(reason.sentence) for reason in reasons),
        "\n".join(str(reason.remedy) for reason in reasons),
        "\n".join(dict.fromkeys(str(reason.source) for reason in reasons)),
    )
    at = sheet.max_row + 1
    for column, value in enumerate(texts, start=1):
        cell = sheet.cell(at, column)
        cell.value = plain_cell(value) if isinstance(value, str) else value
        if isinstance(value, str):
            cell.data_type = "s"
            cell.quotePrefix = is_formula_like(value)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if row["verdict"] in _FILLS:
            cell.fill = PatternFill("solid", fgColor=_FILLS[row["verdict"]])


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet may run the text (OWASP, CSV injection): full-width signs too, which WPS folds."""
    return text.lstrip().startswith(
        ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")
    ) or text.startswith(("\t", "\r"))


def plain_cell(text: str) -> str:
    """The text, without characters XML cannot hold; one that looks like a formula begins with an apostrophe."""
    kept = "".join(
        char for char in text if char in "\n\t" or (ord(char) >= 32 and not 0xFFFE <= ord(char) <= 0xFFFF)
    )
    return f"'{kept}" if is_formula_like(kept) else kept
