"""One's own data: taking it along, and having it locked away."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from jobfair.accounts import services as accounts
from jobfair.accounts.models import User
from jobfair.applications import my_data, rules
from jobfair.applications.events import (
    ApplicationLocked,
    DataExported,
    DataExportReady,
    DataExportRequested,
)
from jobfair.applications.models import (
    Application,
    ApplicationNote,
    ApplicationStep,
    DataExport,
    LockedRecord,
)
from jobfair.applications.services.moving import By, about, lock_many, lock_seeker, step
from jobfair.core import jobs
from jobfair.core.errors import NotFound, NotSignedIn
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.models import Recruiter
from jobfair.fairs.models import FairStaff
from jobfair.resumes import services as resumes

MAKE_EXPORT = "applications.make_export"
LINK_WORKS = timedelta(hours=24)


@unit_of_work
def request_export(*, user: User, now: datetime) -> DataExport:
    """Have one's data collected; while one is being made, that one."""
    lock_seeker(user.pk)
    making = DataExport.objects.filter(user=user, ready_at=None, expires_at__gt=now).first()
    if making is not None:
        return making
    export = DataExport.objects.create(user=user, requested_at=now, expires_at=now + LINK_WORKS)
    jobs.schedule(MAKE_EXPORT, key=str(export.pk), payload={"export_id": export.pk}, due_at=now)
    emit(DataExportRequested(export_id=export.pk, user_id=user.pk, by=user.pk))
    return export


@unit_of_work
def make_export(*, export_id: int, now: datetime) -> None:
    """Write the file; the link works for a day from now. Nothing to do for one that is over or closed meanwhile."""
    export = DataExport.objects.select_related("user").filter(pk=export_id, ready_at=None).first()
    if export is None or not export.user.is_active:
        return
    path = my_data.write_zip(export.user, now=now)
    export.file, export.size = path.name, path.stat().st_size
    export.ready_at, export.expires_at = now, now + LINK_WORKS
    export.save(update_fields=["file", "size", "ready_at", "expires_at"])
    emit(DataExportReady(export_id=export.pk, user_id=export.user_id))


@unit_of_work
def fetch_export(*, export: DataExport, by: User, now: datetime) -> Path:
    """The file, recorded as fetched. NotFound when it is not ready, over, or gone."""
    path = my_data.folder() / export.file
    if export.ready_at is None or now >= export.expires_at or not path.is_file():
        raise NotFound
    emit(DataExported(export_id=export.pk, user_id=by.pk, by=by.pk))
    return path


@unit_of_work
def purge_export(*, export_id: int, now: datetime) -> None:
    """Delete file and row."""
    export = DataExport.objects.filter(pk=export_id).first()
    if export is None:
        return
    if export.file:
        (my_data.folder() / export.file).unlink(missing_ok=True)
    export.delete()


@unit_of_work
def close_account(*, user: User, now: datetime) -> LockedRecord:
    """Sign out for good. Employers read nothing from the next request on; what the record duty asks is locked away.

    Open applications are withdrawn, closed ones hidden. The phone number is free for a new account.
    Refused: HoldsOffice for recruiters and fair staff, whose acts others rely on.
    """
    user = lock_seeker(user.pk)
    if not user.is_active or user.is_guest:
        raise NotSignedIn
    holds = Recruiter.objects.filter(user=user).exists() or FairStaff.objects.filter(user=user).exists()
    if holds or user.is_staff:
        raise rules.HoldsOffice
    own = lock_many(list(Application.objects.filter(seeker=user).values_list("pk", flat=True)))
    for application in sorted(own.values(), key=lambda one: (one.participation_id, one.pk)):
        _lock_away(application, user, now)
    for export in DataExport.objects.filter(user=user):
        purge_export(export_id=export.pk, now=now)
    record = LockedRecord.objects.create(
        user=user,
        phone=user.phone or "",
        display_name=user.display_name,
        locked_at=now,
        kept_until=now + rules.KEPT_FOR,
    )
    accounts.close_account(user=user, now=now)
    return record


def _lock_away(application: Application, user: User, now: datetime) -> None:
    was = application.state
    if was in Application.ACTIVE:
        step(application, Application.State.WITHDRAWN, by=By.YOU, user=user, now=now)
    application.locked_at = now
    application.escalates_at = None
    application.save(update_fields=["state", "locked_at", "escalates_at"])
    if was != Application.State.WITHDRAWN:
        emit(ApplicationLocked(**about(application), was=was, became=application.state, by=user.pk))


@unit_of_work
def forget_record(*, record_id: int, now: datetime) -> None:
    """The record duty is over: what told who it was is erased. That somebody applied, and when, stays as a figure."""
    record = LockedRecord.objects.filter(pk=record_id, kept_until__lte=now).first()
    if record is None:
        return
    resumes.erase_versions(seeker_id=record.user_id, now=now)
    ApplicationNote.objects.filter(application__seeker=record.user_id).delete()
    ApplicationStep.objects.filter(application__seeker=record.user_id).update(reason_text="")
    record.delete()
