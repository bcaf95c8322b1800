"""The only writers of résumés. Each locks the résumé's row, so two devices take turns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from jobfair.accounts.models import User
from jobfair.core import clock, rows
from jobfair.core.unit_of_work import emit, ensure_inside, unit_of_work
from jobfair.core.uploads import CheckedUpload
from jobfair.resumes import rules
from jobfair.resumes.events import (
    ResumeErased,
    ResumeFileAttached,
    ResumeFileRemoved,
    ResumeFrozen,
    ResumeMerged,
)
from jobfair.resumes.models import Resume, ResumeFile, ResumeVersion


@unit_of_work
def save_draft(*, seeker: User, changes: Mapping[str, Any], based_on: int, now: datetime) -> Resume:
    """Write the changed fields over the revision the device had seen.

    Fields that another device changed meanwhile are kept unless they clash: then StaleResume names them and nothing
    is written. Sending the same changes again changes nothing. Refused: Minor, Invalid.
    """
    plain = rules.normal_form(changes)
    rules.ensure_acceptable(plain, clock.local(now).date())
    resume = _lock(seeker)
    clashing = rules.clashes(plain, resume.form, resume.changed_in, based_on)
    if clashing:
        raise rules.StaleResume(fields={field: str(rules.StaleResume.message) for field in clashing})
    return _write(resume, plain, now)


@unit_of_work
def attach_file(*, seeker: User, upload: CheckedUpload, now: datetime) -> Resume:
    """Put a checked file beside the form, in place of the one before. The same file twice is the same file."""
    resume = _lock(seeker)
    file = ResumeFile.objects.filter(seeker=seeker, sha256=upload.sha256).first()
    if file is None:
        file = ResumeFile.objects.create(
            seeker=seeker,
            key=upload.key,
            name=upload.name,
            content_type=upload.content_type,
            size=upload.size,
            sha256=upload.sha256,
            pages=upload.pages,
            uploaded_at=now,
        )
        emit(ResumeFileAttached(seeker_id=seeker.pk, file_id=file.pk, by=seeker.pk))
    before, resume.file, resume.saved_at = resume.file, file, now
    resume.save(update_fields=["file", "saved_at"])
    if before is not None and before != file:
        _drop_unless_frozen(before)
    return resume


@unit_of_work
def remove_file(*, seeker: User, now: datetime) -> Resume:
    """Take the file away from the résumé; versions already sent keep theirs."""
    resume = _lock(seeker)
    file, resume.file, resume.saved_at = resume.file, None, now
    if file is not None:
        resume.save(update_fields=["file", "saved_at"])
        emit(ResumeFileRemoved(seeker_id=seeker.pk, file_id=file.pk, by=seeker.pk))
        _drop_unless_frozen(file)
    return resume


def lock_drafts(seeker_ids: Collection[int]) -> dict[int, Resume]:
    """Each one's résumé until this unit ends; an empty one for who has none yet."""
    ensure_inside("lock_drafts")
    found = {one.seeker_id: one for one in _locked().filter(seeker__in=seeker_ids).order_by("seeker")}
    return {pk: found.get(pk) or Resume(seeker_id=pk) for pk in seeker_ids}


def ensure_ready(resume: Resume, seeker: User, *, now: datetime) -> None:
    """May go with an application. Refused: ResumeIncomplete (fields name what is missing), Minor."""
    rules.ensure_complete(
        resume.form,
        has_file=resume.file is not None,
        has_phone=bool(_phone_of(seeker)),
        today=clock.local(now).date(),
    )


@unit_of_work
def freeze(*, seeker: User, now: datetime) -> ResumeVersion:
    """The version that goes with an application made now. Refused as by `ensure_ready`."""
    resume = lock_drafts([seeker.pk])[seeker.pk]
    ensure_ready(resume, seeker, now=now)
    return freeze_many(drafts=[(resume, seeker)], now=now)[seeker.pk]


@unit_of_work
def freeze_many(*, drafts: Sequence[tuple[Resume, User]], now: datetime) -> dict[int, ResumeVersion]:
    """By seeker, the version that goes with an application made now; equal content is the version there already is.

    The drafts are locked and ready.
    """
    fresh = {seeker.pk: _version_of(resume, seeker, now) for resume, seeker in drafts}
    mine = ResumeVersion.objects.filter(seeker__in=fresh)
    last = dict(mine.values_list("seeker").annotate(top=Max("number")).order_by())
    frozen = fresh | _find_same({seeker: fresh[seeker] for seeker in last})
    new = [version for version in frozen.values() if version._state.adding]
    for version in new:
        version.number = 1 + last.get(version.seeker_id, 0)
    rows.insert(new)
    for version in new:
        emit(ResumeFrozen(seeker_id=version.seeker_id, version_id=version.pk, by=version.seeker_id))
    return frozen


def _find_same(fresh: Mapping[int, ResumeVersion]) -> dict[int, ResumeVersion]:
    """By seeker, the version there already is of equal content."""
    if not fresh:
        return {}
    digests = {one.digest for one in fresh.values()}
    same = ResumeVersion.objects.filter(seeker__in=fresh, digest__in=digests).select_related("file")
    return {one.seeker_id: one for one in same if one.digest == fresh[one.seeker_id].digest}


def _version_of(resume: Resume, seeker: User, now: datetime) -> ResumeVersion:
    """Not numbered yet."""
    phone = _phone_of(seeker)
    sha256 = resume.file.sha256 if resume.file else None
    digest = rules.digest_of(resume.form, phone=phone, file_sha256=sha256)
    return ResumeVersion(
        seeker_id=seeker.pk, form=resume.form, phone=phone, file=resume.file, digest=digest, frozen_at=now
    )


def _phone_of(seeker: User) -> str:
    return (seeker.phone if seeker.phone_verified else None) or ""


@unit_of_work
def move_resume(*, guest_id: int, account_id: int, now: datetime) -> bool:
    """A guest signs in: what was typed on this device fills the account's blanks, and never overwrites.

    Returns whether anything moved.
    """
    guest = _locked().filter(seeker=guest_id).first()
    if guest is None or not (guest.form or guest.file):
        return False
    resume = _lock(User.objects.get(pk=account_id))
    _write(resume, {field: value for field, value in guest.form.items() if field not in resume.form}, now)
    ResumeFile.objects.filter(seeker=guest_id).update(seeker=account_id)
    if resume.file is None and guest.file is not None:
        resume.file = guest.file
        resume.save(update_fields=["file"])
    guest.form, guest.changed_in, guest.file = {}, {}, None
    guest.save(update_fields=["form", "changed_in", "file"])
    emit(ResumeMerged(seeker_id=account_id, guest_id=guest_id, by=account_id))
    return True


@unit_of_work
def erase(*, seeker_id: int, now: datetime) -> bool:
    """Empty the draft of a closed account and let go of files no version holds; False when there was no draft."""
    resume = _locked().filter(seeker=seeker_id).first()
    if resume is None:
        return False
    resume.form, resume.changed_in, resume.file, resume.saved_at = {}, {}, None, now
    resume.save(update_fields=["form", "changed_in", "file", "saved_at"])
    for file in ResumeFile.objects.filter(seeker=seeker_id):
        _drop_unless_frozen(file)
    emit(ResumeErased(seeker_id=seeker_id, by=seeker_id))
    return True


@unit_of_work
def erase_versions(*, seeker_id: int, now: datetime) -> int:
    """The record duty for a closed account is over: empty what went with its applications; returns how many."""
    emptied = ResumeVersion.objects.filter(seeker=seeker_id).update(form={}, phone="", file=None)
    for file in ResumeFile.objects.filter(seeker=seeker_id):
        _drop_unless_frozen(file)
    emit(ResumeErased(seeker_id=seeker_id))
    return emptied


def _lock(seeker: User) -> Resume:
    Resume.objects.get_or_create(seeker=seeker)
    return _locked().get(seeker=seeker)


def _locked() -> QuerySet[Resume]:
    return Resume.objects.select_for_update(of=("self",), no_key=True).select_related("file")


def _write(resume: Resume, changes: Mapping[str, Any], now: datetime) -> Resume:
    """A new revision, unless nothing is new."""
    form = rules.merged(resume.form, changes)
    changed = [field for field in changes if form.get(field) != resume.form.get(field)]
    if not changed:
        return resume
    resume.revision += 1
    resume.form, resume.saved_at = form, now
    resume.changed_in = {**resume.changed_in, **dict.fromkeys(changed, resume.revision)}
    resume.save(update_fields=["revision", "form", "saved_at", "changed_in"])
    return resume


def _drop_unless_frozen(file: ResumeFile) -> None:
    """The row goes now, its bytes with the next sweep: a transaction that fails after all still has them."""
    if not file.versions.exists():
        file.delete()
