"""What an employer's own people do with its file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.core.uploads import CheckedUpload
from jobfair.employers import queries, rules
from jobfair.employers.events import (
    EmployerCorrected,
    EmployerRegistered,
    EmployerSubmitted,
    JoinAsked,
    LicenceAdded,
    LicenceRead,
    RecruiterAppointed,
)
from jobfair.employers.models import Employer, JoinRequest, Licence, Recruiter
from jobfair.employers.services.acting import lock

State = Employer.State


@dataclass(frozen=True)
class Registration:
    """Either one's own employer, or a request to join the one that bears the code already."""

    employer: Employer | None
    request: JoinRequest | None


@unit_of_work
def register_own_employer(*, code: str, file: dict[str, str], by: User, now: datetime) -> Registration:
    """Enter an employer, or ask to join it where its code is known; doing so again changes nothing.

    `code` and `file` as rules.normal_code and rules.normal_file gave them. Two people at once: one registers,
    the other asks. PhoneNeeded without a verified phone.
    """
    if not by.phone_verified:
        raise rules.PhoneNeeded
    known = Employer.objects.filter(credit_code=code).first()
    if known is None:
        try:
            with transaction.atomic():
                employer = Employer.objects.create(
                    credit_code=code, state=State.REGISTERED, registered_by=by, **file
                )
        except IntegrityError:
            known = Employer.objects.get(credit_code=code)
        else:
            Recruiter.objects.create(employer=employer, user=by)
            emit(EmployerRegistered(employer_id=employer.pk, by=by.pk))
            emit(RecruiterAppointed(employer_id=employer.pk, user_id=by.pk, by=by.pk))
            return Registration(employer, None)
    if Recruiter.objects.filter(employer=known, user=by).exists():
        return Registration(known, None)
    request, asked = JoinRequest.objects.get_or_create(
        employer=known,
        user=by,
        state=JoinRequest.State.ASKED,
        defaults={"stated_name": file["name"], "asked_at": now},
    )
    if asked:
        emit(JoinAsked(employer_id=known.pk, request_id=request.pk, user_id=by.pk, by=by.pk))
    return Registration(None, request)


@unit_of_work
def change_file(
    *, employer: Employer, file: dict[str, str], revision: int, by: User, now: datetime
) -> Employer:
    """Store the employer's own corrections. FileChanged unless `revision` is what is stored.

    A verified employer that changes its name or kind, or its permit, is reviewed again.
    """
    locked = lock(employer)
    if locked.revision != revision:
        raise rules.FileChanged
    changed = [field for field, value in file.items() if getattr(locked, field) != value]
    if not changed:
        return locked
    for field in changed:
        setattr(locked, field, file[field])
    if {"name", "kind", "permit_number"} & set(changed) and locked.state in {State.VERIFIED, State.DUE}:
        locked.state, locked.verified_at, locked.submitted_at = State.IN_REVIEW, None, now
        emit(EmployerSubmitted(employer_id=locked.pk, by=by.pk))
    locked.revision += 1
    locked.save()
    emit(EmployerCorrected(employer_id=locked.pk, changed=tuple(changed), by=by.pk))
    return locked


@unit_of_work
def add_licence(
    *, employer: Employer, paper: Licence.Paper, checked: CheckedUpload, by: User, now: datetime
) -> Licence:
    """Let a checked file be the employer's current one; the earlier stays on record.

    The same content again changes nothing, and its second copy is swept as nobody's.
    """
    locked = lock(employer)
    current = Licence.objects.filter(employer=locked, paper=paper, replaced_at=None).first()
    if current is not None and current.sha256 == checked.sha256:
        return current
    if current is not None:
        current.replaced_at = now
        current.save(update_fields=["replaced_at"])
    licence = Licence.objects.create(
        employer=locked,
        paper=paper,
        key=checked.key,
        name=checked.name,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        uploaded_at=now,
        uploaded_by=by,
    )
    locked.revision += 1
    locked.save(update_fields=["revision"])
    emit(LicenceAdded(employer_id=locked.pk, licence_id=licence.pk, paper=paper, by=by.pk))
    return licence


@unit_of_work
def note_licence_read(*, licence: Licence, by: User, now: datetime) -> None:
    """Audit that somebody took the paper out."""
    emit(LicenceRead(employer_id=licence.employer_id, licence_id=licence.pk, by=by.pk))


@unit_of_work
def submit_for_review(*, employer: Employer, by: User, now: datetime) -> Employer:
    """Hand the file to the organisers; again while it waits changes nothing. FileIncomplete names what lacks.

    A verified employer stays verified while its papers are looked at again.
    """
    locked = lock(employer)
    if locked.submitted_at is not None:
        return locked
    missing = rules.missing_in_file(locked, queries.current_papers(locked))
    if missing:
        raise rules.FileIncomplete(fields=missing)
    if locked.state in {State.REGISTERED, State.REFUSED}:
        rules.ensure_may_become(locked, State.IN_REVIEW)
        locked.state = State.IN_REVIEW
    locked.submitted_at = now
    locked.save(update_fields=["state", "submitted_at"])
    emit(EmployerSubmitted(employer_id=locked.pk, by=by.pk))
    return locked
