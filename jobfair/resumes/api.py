"""HTTP of one's own résumé: saving as one types, the file beside it, and what an employer will see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from ninja import File, Router, Status
from ninja.files import UploadedFile

from jobfair.accounts.access import seeker_of, signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.core import clock
from jobfair.core.limits import Limit, spend
from jobfair.core.schemas import ErrorOut, ErrorReply
from jobfair.core.uploads import MB, check_upload
from jobfair.resumes import access, files, queries, services
from jobfair.resumes.rules import StaleResume
from jobfair.resumes.schemas import ResumeConflictReply, ResumeOut, ResumeVersionOut, SaveResumeIn, SentFile

router = Router(tags=["resumes"])

FILE_LARGEST = 10 * MB
SAVES = Limit("resume-saves", 120, timedelta(minutes=1))
UPLOADS = (Limit("resume-uploads", 6, timedelta(minutes=1)), Limit("resume-uploads", 40, timedelta(hours=1)))
PRINTS = Limit("resume-prints", 20, timedelta(minutes=1))

OWN = {401: ErrorReply}
WRITE = {401: ErrorReply, 403: ErrorReply, 422: ErrorReply, 429: ErrorReply}


@router.get("/me/resume", response={200: ResumeOut, **OWN})
def get_my_resume(request: HttpRequest) -> Any:
    """A guest's counts too: it becomes the account's at sign-in."""
    return ResumeOut.of(queries.resume_of(seeker_of(request)))


@router.put("/me/resume", response={200: ResumeOut, 409: ResumeConflictReply, **WRITE})
def save_my_resume(request: HttpRequest, body: SaveResumeIn) -> Any:
    """Save the fields that changed. Repeating it changes nothing, so it takes no Idempotency-Key."""
    seeker, now = seeker_of(request), clock.now()
    spend((SAVES, str(seeker.pk)), now=now)
    try:
        saved = services.save_draft(seeker=seeker, changes=body.changed(), based_on=body.based_on, now=now)
    except StaleResume as stale:
        fields = {name: str(text) for name, text in stale.fields.items()}
        error = ErrorOut(code=stale.code, message=str(stale.text), fields=fields)
        theirs = ResumeOut.of(queries.resume_of(seeker))
        return Status(409, ResumeConflictReply(error=error, theirs=theirs))
    return ResumeOut.of(saved)


@router.post(
    "/me/resume/file", response={200: ResumeOut, 409: ErrorReply, 410: ErrorReply, 507: ErrorReply, **WRITE}
)
def upload_my_file(request: HttpRequest, key: IdempotencyKey, file: File[UploadedFile]) -> Any:
    """Attach a PDF or DOCX in place of the one before. A late repeat never takes a newer one's place."""
    seeker, now = signed_in(request), clock.now()
    spend(*((limit, str(seeker.pk)) for limit in UPLOADS), now=now)
    upload = check_upload(file, area="resumes", kinds={"pdf", "docx"}, max_bytes=FILE_LARGEST)

    def attach() -> ResumeOut:
        return ResumeOut.of(services.attach_file(seeker=seeker, upload=upload, now=now))

    return durable(request, "resumes.attach_file", key, SentFile(sha256=upload.sha256), attach)


@router.delete("/me/resume/file", response={200: ResumeOut, **WRITE})
def remove_my_file(request: HttpRequest) -> Any:
    """Versions already sent keep theirs."""
    return ResumeOut.of(services.remove_file(seeker=signed_in(request), now=clock.now()))


@router.get("/me/resume/file", response={200: None, 404: ErrorReply, **OWN})
def download_my_file(request: HttpRequest) -> HttpResponseBase:
    return files.file_reply(access.own_file(signed_in(request)))


@router.get("/me/resume/preview", response={200: ResumeVersionOut, **OWN})
def preview_my_resume(request: HttpRequest) -> Any:
    """Exactly what an employer would see, were it sent now."""
    return ResumeVersionOut.of_sheet(queries.sheet_of_draft(seeker_of(request), clock.now()))


@router.get("/me/resume.pdf", response={200: None, 429: ErrorReply, **OWN})
def download_my_pdf(request: HttpRequest) -> HttpResponseBase:
    seeker, now = seeker_of(request), clock.now()
    spend((PRINTS, str(seeker.pk)), now=now)
    return files.sheet_pdf(queries.sheet_of_draft(seeker, now))
