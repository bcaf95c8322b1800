"""A workbook over the network: looked at, previewed, then imported whole or forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import unit_of_work
from jobfair.core.uploads import CheckedUpload, discard, open_stored
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.positions import rules
from jobfair.positions.models import PositionImport
from jobfair.positions.services.importing import import_workbook, preview_workbook
from jobfair.positions.verdicts import ImportReport

KEPT = timedelta(days=1)  # an upload nobody confirms
State = PositionImport.State


@unit_of_work
def preview_upload(
    *, fair: Fair, employer: Employer | None, upload: CheckedUpload, by: User, now: datetime
) -> PositionImport:
    """Keep an upload with what importing it would do. SheetRefused if it is no position sheet: then it goes."""
    rules.ensure_takes_positions(fair)
    with upload.open() as file:
        report = preview_workbook(fair=fair, content=file.read(), employer=employer)
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


@unit_of_work
def confirm_import(*, upload: PositionImport, by: User, now: datetime) -> PositionImport:
    """Import what was previewed, all of it or nothing; the report is then what was done. Again changes nothing.

    Raises what `import_workbook` raises, and ImportGone for an upload whose file has been forgotten.
    """
    locked = (
        PositionImport.objects.select_for_update(no_key=True, of=("self",))
        .select_related("fair__city", "employer")
        .get(pk=upload.pk)
    )
    if locked.state == State.CONFIRMED:
        return locked
    rules.ensure_takes_positions(locked.fair)
    if not locked.key:
        raise rules.ImportGone
    with open_stored(locked.key) as file:
        report = import_workbook(
            fair=locked.fair, content=file.read(), by=by, now=now, employer=locked.employer
        )
    locked.report, locked.state, locked.confirmed_at, locked.key = _told(report), State.CONFIRMED, now, ""
    locked.save(update_fields=["report", "state", "confirmed_at", "key"])
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
