"""Workbooks of an employer or of a whole fair: upload, look, confirm, take the report along."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Status, UploadedFile

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.limits import Limit, spend
from jobfair.core.schemas import ErrorReply
from jobfair.core.uploads import check_upload
from jobfair.employers.models import Employer
from jobfair.fairs.access import fair_for_organiser
from jobfair.fairs.models import Fair
from jobfair.positions import access
from jobfair.positions.rules import REASONS
from jobfair.positions.schemas.editing import OfFair
from jobfair.positions.schemas.imports import ImportOut, ImportRowsOut, RowsQuery
from jobfair.positions.services import uploads
from jobfair.positions.sheet.report import write_report
from jobfair.positions.sheet.workbook import MOST_BYTES

router = Router()
OWN = {401: ErrorReply, 404: ErrorReply, 422: ErrorReply}
WRITE = {
    401: ErrorReply, 403: ErrorReply, 404: ErrorReply, 409: ErrorReply, 410: ErrorReply, 422: ErrorReply,
    429: ErrorReply, 507: ErrorReply,
}  # fmt: skip
UPLOADS = Limit("position-uploads", 60, timedelta(hours=1))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post("/fairs/{slug}/imports", response={201: ImportOut, **WRITE})
def upload_for_fair(request: HttpRequest, slug: str, file: File[UploadedFile]) -> Any:
    """An organiser's sheet: any employer of the fair."""
    organiser = signed_in(request)
    return _preview(organiser, fair_for_organiser(organiser, slug), None, file)


@router.post("/employers/{employer_id}/imports", response={201: ImportOut, **WRITE})
def upload_for_employer(
    request: HttpRequest,
    employer_id: int,
    asked: Query[OfFair],
    file: File[UploadedFile],
) -> Any:
    """A recruiter's sheet: this employer's rows only."""
    recruiter = signed_in(request)
    employer = access.employer_for_recruiter(recruiter, employer_id)
    return _preview(recruiter, access.fair_for_employer(employer, asked.fair), employer, file)


@router.get("/imports/{import_id}", response={200: ImportOut, **OWN})
def get_import(request: HttpRequest, import_id: int) -> Any:
    return ImportOut.of(access.import_for_uploader(signed_in(request), import_id))


@router.get("/imports/{import_id}/rows", response={200: ImportRowsOut, **OWN})
def list_import_rows(
    request: HttpRequest,
    import_id: int,
    asked: Query[RowsQuery],
) -> Any:
    upload = access.import_for_uploader(signed_in(request), import_id)
    return ImportRowsOut.of(upload, asked)


@router.get("/imports/{import_id}/report.xlsx", response={200: None, **OWN})
def get_import_report(request: HttpRequest, import_id: int) -> HttpResponse:
    """Every row with what to mend; no cell of it is a formula."""
    upload = access.import_for_uploader(signed_in(request), import_id)
    response = HttpResponse(write_report(upload.report["rows"], REASONS), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="report-{upload.pk}.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@router.post("/imports/{import_id}/confirm", response={200: ImportOut, **WRITE})
def confirm_import(request: HttpRequest, import_id: int, key: IdempotencyKey) -> Any:
    """All of it or nothing; a second confirmation changes nothing."""
    user = signed_in(request)
    upload = access.import_for_uploader(user, import_id)
    sheet = uploads.read_upload(upload)
    return durable(
        request,
        f"positions.confirm_import:{import_id}",
        key,
        None,
        lambda: ImportOut.of(uploads.confirm_import(upload=upload, sheet=sheet, by=user, now=clock.now())),
    )


def _preview(user: User, fair: Fair, employer: Employer | None, file: UploadedFile) -> Any:
    now = clock.now()
    spend((UPLOADS, str(user.pk)), now=now)
    checked = check_upload(file, area="positions", kinds={"xlsx"}, max_bytes=MOST_BYTES)
    kept = uploads.preview_upload(fair=fair, employer=employer, upload=checked, by=user, now=now)
    return Status(201, ImportOut.of(kept))
