"""A workbook over the network: looked at, previewed, then imported whole or forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import unit_of_work
from jobfair.core.uploads import CheckedUpload, discard, open_stored
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.positions import rules
from jobfair.positions.models import PositionImport
from jobfair.positions.services.importing import Sheet, preview_workbook, read_sheet, store_sheet
from jobfair.positions.verdicts import ImportReport

KEPT = timedelta(days=1)  # an upload nobody confirms
State = PositionImport.State


def preview_upload(
    *, fair: Fair, employer: Employer | None, upload: CheckedUpload, by: User, now: datetime
) -> PositionImport:
    """Keep an upload with what importing it would do; the reading is done before the transaction.

    SheetRefused if it is no position sheet: the file goes at once.
    """
    rules.ensure_takes_positions(fair)
    try:
        with upload.open() as file:
            report = preview_workbook(fair=fair, content=file.read(), employer=employer)
        return keep_upload(fair=fair, employer=employer, upload=upload, report=report, by=by, now=now)
    except BaseException:
        upload.discard()
        raise


@unit_of_work
def keep_upload(
    *,
    fair: Fair,
    employer: Employer | None,
    upload: CheckedUpload,
    report: ImportReport,
    by: User,
    now: datetime,
) -> PositionImport:
    return PositionImport.objects.create(
        fair=fair,
        employer=employer,
        by=by,
        file_name=upload.name,
        digest=upload.sha256,
        key=upload.key,
        report=_told(report),
        at=now,
    )


def read_upload(upload: PositionImport) -> Sheet | None:
    """The sheet of an upload, read before the transaction that stores it; None once it is imported."""
    if upload.state == State.CONFIRMED:
        return None
    if not upload.key:
        raise rules.ImportGone
    with open_stored(upload.key) as file:
        return read_sheet(fair=upload.fair, content=file.read(), employer=upload.employer)


@unit_of_work
def confirm_import(*, upload: PositionImport, sheet: Sheet | None, by: User, now: datetime) -> PositionImport:
    """Store what was previewed, all of it or nothing; the report is then what was done. Again changes nothing.

    Raises what `import_workbook` raises, and ImportGone for an upload that has been forgotten.
    """
    locked = (
        PositionImport.objects.select_for_update(no_key=True, of=("self",))
        .select_related("fair__city", "employer")
        .filter(pk=upload.pk)
        .first()
    )
    if locked is None:
        raise rules.ImportGone
    if locked.state == State.CONFIRMED:
        return locked
    rules.ensure_takes_positions(locked.fair)
    if sheet is None or not locked.key:
        raise rules.ImportGone
    report = store_sheet(fair=locked.fair, sheet=sheet, by=by, now=now)
    key, locked.key = locked.key, ""
    locked.report, locked.state, locked.confirmed_at = _told(report), State.CONFIRMED, now
    locked.save(update_fields=["report", "state", "confirmed_at", "key"])
    transaction.on_commit(lambda: discard(key))
    return locked


@unit_of_work
def forget_uploads(*, now: datetime) -> int:
    """Uploads of yesterday that nobody confirmed; their files are swept with them."""
    old = PositionImport.objects.filter(state=State.PREVIEWED, at__lt=now - KEPT)
    keys = list(old.values_list("key", flat=True)[:100])
    gone, _ = PositionImport.objects.filter(key__in=keys).delete()
    for key in keys:
        discard(key)
    return gone


def files_in_use(keys: Iterable[str]) -> set[str]:
    """Which files of the area `positions` some upload still names."""
    return set(PositionImport.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def _told(report: ImportReport) -> dict[str, Any]:
    return {
        "counts": report.counts(),
        "effects": report.effects(),
        "is_refused": report.is_refused,
        "rows": [
            {
                "sheet": row.sheet,
                "row": row.row,
                "employer": row.employer,
                "title": row.title,
                "verdict": row.verdict.value,
                "effect": row.effect.value,
                "reasons": list(row.reasons),
            }
            for row in report.rows
        ],
    }
