"""A workbook becomes positions in review: all of it or nothing, and twice is once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.models import Employer
from jobfair.employers.queries import find_employers, identify_employers
from jobfair.employers.rules import Identity, StatedEmployer
from jobfair.employers.services import register_employers
from jobfair.fairs.models import Fair
from jobfair.positions.events import PositionChanged, PositionCorrected, PositionsImported
from jobfair.positions.models import Position
from jobfair.positions.rules import ValidityOver
from jobfair.positions.sheet.errors import SheetRefused
from jobfair.positions.sheet.workbook import EmployerCells, UnusableRow, read_workbook
from jobfair.positions.verdicts import (
    Draft,
    Effect,
    ImportReport,
    RowReport,
    Verdict,
    draft_of,
    each_once,
    identity_of,
    own_or_other,
    stated_as_registered,
    stated_employer,
    too_long,
)

BATCH = 500


class SheetHasRefusedRows(SheetRefused):
    """Some rows cannot be stored at all, so none was; `report` says which and why."""

    code = "positions.rows_refused"
    message = _("表中有不能导入的行，整份表没有导入。请按报告改好后重新导入。")

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


@dataclass
class _Line:
    """One distinct posting of the sheet: its draft, its owner, and the stored position it is, if any."""

    draft: Draft
    owner: Identity
    position: Position | None = None
    effect: Effect = Effect.CREATED


@dataclass
class _Plan:
    lines: list[_Line]
    repeated: list[tuple[Draft, Identity]]
    refused: list[RowReport]
    stated: dict[Identity, StatedEmployer]


@dataclass(frozen=True)
class Sheet:
    """A workbook as drafts, each judged: the long part of an import, done before the transaction."""

    digest: str  # SHA-256 of the file
    drafts: list[Draft]
    unusable: tuple[UnusableRow, ...]
    employer: Employer | None  # whose own sheet it is


def read_sheet(*, fair: Fair, content: bytes, employer: Employer | None = None) -> Sheet:
    """Read and judge every row. Raises SheetRefused. Call it outside a unit of work."""
    own = None if employer is None else stated_as_registered(employer)
    book = read_workbook(content, owner=None if own is None else EmployerCells(own.name, own.code))
    drafts = [draft_of(row, city=fair.city.code) for row in book.postings]
    return Sheet(hashlib.sha256(content).hexdigest(), drafts, book.unusable, employer)


def preview_workbook(*, fair: Fair, content: bytes, employer: Employer | None = None) -> ImportReport:
    """The report `import_workbook` would give now. Reads only. Raises SheetRefused, as the import does."""
    plan = _plan(read_sheet(fair=fair, content=content, employer=employer))
    _match(plan, fair, find_employers(plan.stated))
    return _report(plan)


def import_workbook(
    *,
    fair: Fair,
    content: bytes,
    by: User | None,
    now: datetime,
    valid_until: date | None = None,
    employer: Employer | None = None,
) -> ImportReport:
    """Store every posting of a workbook for review; publishing is another step.

    Valid from the later of today and the opening until `valid_until`, by default the end of the extension.
    A row stored before stays as it is, with whatever the organiser has corrected since; a row that differs
    from a stored one only below its title is its correction and goes back to review. Raises SheetRefused for
    a file that cannot be read, SheetHasRefusedRows for rows that cannot be stored, ValidityOver for a fair
    that is over. With `employer`, the sheet is that employer's own: rows of another are refused.
    """
    sheet = read_sheet(fair=fair, content=content, employer=employer)
    return store_sheet(fair=fair, sheet=sheet, by=by, now=now, valid_until=valid_until)


@unit_of_work
def store_sheet(
    *, fair: Fair, sheet: Sheet, by: User | None, now: datetime, valid_until: date | None = None
) -> ImportReport:
    """What `import_workbook` does with a sheet that has been read."""
    plan = _plan(sheet)
    if plan.refused:
        raise SheetHasRefusedRows(_report(plan))
    fair = Fair.objects.select_for_update(no_key=True).get(pk=fair.pk)
    employers = register_employers(fair=fair, stated=plan.stated, by=by, now=now)
    _match(plan, fair, employers)
    validity = _validity(fair, valid_until, now)
    _create(plan, fair, employers, validity, now)
    _update(plan, validity, by, now)
    report = _report(plan)
    effects = report.effects()
    if effects["created"] or effects["updated"]:
        emit(PositionsImported(fair_id=fair.pk, digest=sheet.digest, by=_id(by), **effects))
    return report


def _plan(sheet: Sheet) -> _Plan:
    drafts, employer = sheet.drafts, sheet.employer
    own = None if employer is None else stated_as_registered(employer)
    owners = identify_employers([stated_employer(draft.row.employer) for draft in drafts])
    if employer is not None:
        owners = [own_or_other(owner, employer) for owner in owners]
    plan = _Plan(lines=[], repeated=[], refused=[], stated={})
    for row in sheet.unusable:
        plan.refused.append(
            RowReport(row.sheet, row.row, "", row.text, Verdict.REFUSED, Effect.NONE, (row.code,))
        )
    for draft, owner, is_repeated in each_once(drafts, owners):
        if employer is not None and owner != identity_of(employer):
            plan.refused.append(_row(draft, Verdict.REFUSED, Effect.NONE, ("positions.other_employer",)))
            continue
        plan.stated.setdefault(owner, own or stated_employer(draft.row.employer))
        if is_repeated:
            plan.repeated.append((draft, owner))
        elif too_long(draft):
            plan.refused.append(_row(draft, Verdict.REFUSED, Effect.NONE, ("positions.text_too_long",)))
        else:
            plan.lines.append(_Line(draft, owner))
    return plan


def _validity(fair: Fair, until: date | None, now: datetime) -> dict[str, date]:
    starts = clock.local(max(now, fair.opens_at)).date()
    ends = until or clock.local(fair.extension_ends_at).date()
    if ends < starts:
        raise ValidityOver
    return {"valid_from": starts, "valid_until": ends}


def _match(plan: _Plan, fair: Fair, employers: Mapping[Identity, Employer]) -> None:
    """Find each line's stored position: the same row, else the one it corrects."""
    stored: dict[tuple[int, str], Position] = {}
    for position in Position.objects.filter(fair=fair).exclude(row_digest=None).order_by("id"):
        stored[position.employer_id, str(position.row_digest)] = position
    lines = [line for line in plan.lines if line.owner in employers]
    for line in lines:
        line.position = stored.pop((employers[line.owner].pk, line.draft.digest), None)
        if line.position is not None:
            line.effect = Effect.UNCHANGED
    left: defaultdict[tuple[int, str], list[Position]] = defaultdict(list)
    for position in stored.values():
        left[position.employer_id, position.title].append(position)
    for line in lines:
        corrected = left[employers[line.owner].pk, line.draft.row.title]
        if line.position is None and corrected:
            line.position, line.effect = corrected.pop(0), Effect.UPDATED


def _create(
    plan: _Plan, fair: Fair, employers: Mapping[Identity, Employer], validity: dict[str, date], now: datetime
) -> None:
    Position.objects.bulk_create(
        (
            Position(fair=fair, employer=employers[line.owner], **_fields(line.draft, now), **validity)
            for line in plan.lines
            if line.position is None
        ),
        batch_size=BATCH,
    )


def _update(plan: _Plan, validity: dict[str, date], by: User | None, now: datetime) -> None:
    for line in plan.lines:
        position = line.position
        if position is None or line.effect != Effect.UPDATED:
            continue
        fields = _fields(line.draft, now) | validity | {"published_at": None}
        if fields["duties"] == position.duties:
            fields["duties_confirmed_at"] = position.duties_confirmed_at
        was_public = position.state == Position.State.PUBLISHED
        changed = [name for name, value in fields.items() if getattr(position, name) != value]
        for name in changed:
            setattr(position, name, fields[name])
        position.revision += 1
        position.save(update_fields=[*changed, "revision"])
        emit(
            PositionCorrected(
                **_ids(position),
                changed=tuple(changed),
                by=_id(by),
            )
        )
        if was_public:
            emit(PositionChanged(**_ids(position), changed=tuple(changed), by=_id(by)))


def _ids(position: Position) -> dict[str, int]:
    return {"position_id": position.pk, "employer_id": position.employer_id, "fair_id": position.fair_id}


def _fields(draft: Draft, now: datetime) -> dict[str, Any]:
    """Duties that the sheet states are the employer's own word; proposed ones wait for confirmation."""
    return draft.fields | {
        "reasons": list(draft.reasons),
        "row_digest": draft.digest,
        "state": Position.State.IN_REVIEW,
        "submitted_at": now,
        "duties_confirmed_at": now if draft.row.duties else None,
    }


def _report(plan: _Plan) -> ImportReport:
    rows = [*plan.refused, *_verdicts(plan)]
    return ImportReport(
        rows=tuple(sorted(rows, key=lambda row: (row.sheet, row.row))),
        employers=tuple(plan.stated),
        headcount_known=sum(line.draft.fields["headcount_min"] or 0 for line in plan.lines),
    )


def _verdicts(plan: _Plan) -> Iterator[RowReport]:
    for line in plan.lines:
        reasons = (*line.owner.reasons, *line.draft.reasons)
        yield _row(line.draft, Verdict.WAITS if reasons else Verdict.ACCEPTED, line.effect, reasons)
    for draft, _owner in plan.repeated:
        yield _row(draft, Verdict.DUPLICATE, Effect.NONE, ())


def _row(draft: Draft, verdict: Verdict, effect: Effect, reasons: tuple[str, ...]) -> RowReport:
    row = draft.row
    return RowReport(row.sheet, row.row, row.employer.name, row.title, verdict, effect, reasons)


def _id(user: User | None) -> int | None:
    return None if user is None else user.pk
