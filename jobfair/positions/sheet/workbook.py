"""A workbook as posting rows: merged cells filled, blanks under an employer's name read as the same employer.

Only what belongs to the employer (name, code, booth, place, contact, phone) is carried down; an empty pay or
headcount stays empty unless the cell is merged or says 同上. Titles, notices, zone headings, repeated headers
and totals are not postings. Each sheet may have its own layout; one without a header holds instructions.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from jobfair.positions.sheet.columns import Columns, field_of, read_header
from jobfair.positions.sheet.errors import NoHeaderFound, NoPostings, NotAWorkbook, WorkbookTooLarge
from jobfair.positions.sheet.text import SAME_AS_ABOVE, cell_text, folded

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_ROWS = 20_000
HEADER_WITHIN = 30  # rows
LONGEST_CELL = 2_000  # characters; longer ones are no posting's, and searching them would take long

_TOTAL = re.compile(r"^(?:合计|总计|小计|共计|总数|累计)")
_REMARK = re.compile(r"^(?:注|备注|说明|填表|填写|示例|例如|样例|例:|以上|制表|审核人|\*|※)")
_COMPANY = re.compile(r"公司|厂|集团|企业|事务所|中心|医院|学校|银行|酒店|店$|社$|院$")
_PREAMBLE = re.compile(r"^(?P<label>[^:：]{2,12})[:：]\s*(?P<value>.*)$", re.DOTALL)
_EMPLOYER_FIELDS = ("employer", "code", "booth", "contact", "phone")


@dataclass(frozen=True)
class EmployerCells:
    """An employer as the sheet states it."""

    name: str
    code: str = ""
    booth: str = ""
    area: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True)
class PostingRow:
    """One posting as the sheet states it; `row` counts from 1, as the spreadsheet shows it."""

    sheet: str
    row: int
    employer: EmployerCells
    title: str
    area: str = ""
    headcount: str = ""
    education: str = ""
    pay: str = ""
    pay_unit: str | None = None
    pay_scale: int = 1
    notes: str = ""
    duties: str = ""


@dataclass(frozen=True)
class UnusableRow:
    """A row that holds a posting's cells but not whose, or which: no verdict but refusal is possible."""

    sheet: str
    row: int
    code: str
    text: str


@dataclass(frozen=True)
class Book:
    postings: tuple[PostingRow, ...]
    unusable: tuple[UnusableRow, ...]


@dataclass
class _Sheet:
    name: str
    rows: list[list[str]]
    headings: set[int] = field(default_factory=set)  # rows with a cell merged across columns


def read_workbook(content: bytes, *, owner: EmployerCells | None = None) -> Book:
    """Every visible sheet that has a header. Raises SheetRefused, whose sentence says what to do.

    `owner` is whose sheet it is, where no cell says so.
    """
    postings: list[PostingRow] = []
    unusable: list[UnusableRow] = []
    has_header = False
    for sheet in _sheets(content):
        found = _find_header(sheet)
        if not found:
            continue
        has_header = True
        for read in _read_rows(sheet, *found, owner):
            if isinstance(read, PostingRow):
                postings.append(read)
            else:
                unusable.append(read)
    if not has_header:
        raise NoHeaderFound
    if not postings and not unusable:
        raise NoPostings
    return Book(tuple(postings), tuple(unusable))


def _sheets(content: bytes) -> Iterator[_Sheet]:
    if len(content) > MOST_BYTES:
        raise WorkbookTooLarge
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise NotAWorkbook
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise WorkbookTooLarge
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for metadata in workbook.sheets_metadata:
            if metadata.visible == SheetVisibleEnum.Visible:
                yield _sheet(workbook.get_sheet_by_name(metadata.name))
    except (zipfile.BadZipFile, CalamineError) as error:
        raise NotAWorkbook from error


def _sheet(source: CalamineSheet) -> _Sheet:
    cells = source.to_python(skip_empty_area=False)
    if len(cells) > MOST_ROWS:
        raise WorkbookTooLarge
    sheet = _Sheet(source.name, [[cell_text(cell) for cell in row] for row in cells])
    for (top, left), (bottom, right) in source.merged_cell_ranges or []:
        if right > left:
            sheet.headings.add(top)
        if top < len(sheet.rows) and left < len(sheet.rows[top]):
            for row in sheet.rows[top + 1 : bottom + 1]:
                row[left] = sheet.rows[top][left]
    return sheet


def _find_header(sheet: _Sheet) -> tuple[int, Columns] | None:
    """The last row of the header and its columns; a two-row header reads each column top to bottom."""
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        columns = read_header(row)
        if not columns:
            continue
        if index + 1 < len(sheet.rows) and index in sheet.headings:
            below = read_header(_joined(row, sheet.rows[index + 1]))
            if below and below.width > columns.width:
                return index + 1, below
        return index, columns
    return None


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    joined, group = [], ""
    for above, below in zip(upper, lower, strict=True):
        group = above or (group if below else "")
        joined.append(above if above == below else group + below)
    return joined


def _read_rows(
    sheet: _Sheet, header: int, columns: Columns, owner: EmployerCells | None
) -> Iterator[PostingRow | UnusableRow]:
    """Postings in sheet order; each gets its employer as completed by all the rows of its block."""
    preamble = _preamble(sheet.rows[:header], sheet.name) or owner
    blocks = [preamble] if preamble else []
    read: list[tuple[PostingRow | UnusableRow, int]] = []
    last: dict[str, str] = {}
    for index, cells in enumerate(sheet.rows[header + 1 :], start=header + 1):
        again = read_header(cells)
        if again:
            columns = again
            continue
        if _is_no_posting(cells, is_heading=index in sheet.headings):
            continue
        row = {
            name: _as_above(cells[at], last.get(name, ""))
            for name, at in columns.at.items()
            if at < len(cells)
        }
        known = len(blocks)
        _enter_block(blocks, row)
        if len(blocks) == known:
            row["area"] = row.get("area") or last.get("area", "")
        last = row
        if any(row.get(name) for name in ("title", "headcount", "pay", "education", "duties")):
            employer = blocks[-1] if blocks else None
            read.append((_posting((sheet.name, index + 1), employer, row, cells, columns), len(blocks) - 1))
    for one, block in read:
        yield replace(one, employer=blocks[block]) if isinstance(one, PostingRow) else one


def _posting(
    where: tuple[str, int],
    employer: EmployerCells | None,
    row: dict[str, str],
    cells: list[str],
    columns: Columns,
) -> PostingRow | UnusableRow:
    if employer is None:
        return UnusableRow(*where, "positions.employer_missing", row.get("title", ""))
    if not row.get("title"):
        return UnusableRow(*where, "positions.title_missing", employer.name)
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return UnusableRow(*where, "positions.text_too_long", employer.name)
    labelled = [
        f"{label}:{cells[at]}" for at, label in columns.labelled.items() if at < len(cells) and cells[at]
    ]
    return PostingRow(
        sheet=where[0],
        row=where[1],
        employer=employer,
        title=row["title"].replace("\n", " "),
        area=row.get("area") or employer.area,
        headcount=row.get("headcount", ""),
        education=row.get("education", ""),
        pay=row.get("pay") or "-".join(filter(None, (row.get("pay_least"), row.get("pay_most")))),
        pay_unit=columns.pay_unit,
        pay_scale=columns.pay_scale,
        notes=";".join(filter(None, (row.get("notes", ""), *labelled))),
        duties=row.get("duties", ""),
    )


def _enter_block(blocks: list[EmployerCells], row: dict[str, str]) -> None:
    """A new name, or the same name with another code or booth, begins another employer's block."""
    stated = {name: row.get(name, "") for name in _EMPLOYER_FIELDS}
    name = stated.pop("employer").replace("\n", "")
    if name and (not blocks or _differs(blocks[-1], name, stated)):
        blocks.append(EmployerCells(name=name, area=row.get("area", ""), **stated))
    elif blocks:
        current = blocks[-1]
        stated["area"] = row.get("area", "")
        blocks[-1] = replace(current, **{key: getattr(current, key) or text for key, text in stated.items()})


def _differs(current: EmployerCells, name: str, stated: dict[str, str]) -> bool:
    if folded(current.name) != folded(name):
        return True
    pairs = ((current.code, stated["code"]), (current.booth, stated["booth"]))
    return any(mine and theirs and folded(mine) != folded(theirs) for mine, theirs in pairs)


def _preamble(rows: list[list[str]], sheet_name: str) -> EmployerCells | None:
    """An employer's own form states it above the header (`企业名称：…`), or only as the sheet's name."""
    found: dict[str, str] = {}
    for row in rows:
        for at, cell in enumerate(row):
            pair = _PREAMBLE.match(cell)
            if not pair:
                continue
            value = pair["value"] or next((text for text in row[at + 1 :] if text), "")
            name = field_of(pair["label"])
            if name in {*_EMPLOYER_FIELDS, "area"} and value:
                found.setdefault(name, value.strip())
    if "employer" in found:
        return EmployerCells(name=found.pop("employer"), **found)
    return EmployerCells(name=sheet_name) if sheet_name.endswith("公司") else None


def _as_above(cell: str, above: str) -> str:
    return above if cell in SAME_AS_ABOVE else cell


def _is_no_posting(cells: list[str], *, is_heading: bool) -> bool:
    filled = [cell for cell in cells if cell]
    if not filled or _TOTAL.match(folded(filled[0])):
        return True
    if is_heading and len(set(filled)) <= 2:
        return True
    if _REMARK.match(folded(filled[0])) and len(filled) <= 2:
        return True
    return len(filled) == 1 and not _COMPANY.search(filled[0]) and len(cells) > 3
