"""The only writers of employers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers import queries, rules
from jobfair.employers.events import (
    EmployerCorrected,
    EmployerJoinedFair,
    EmployerRefused,
    EmployerRegistered,
    EmployerVerified,
    RecruiterAppointed,
    RecruiterRemoved,
)
from jobfair.employers.models import Employer, Participation, Recruiter
from jobfair.employers.rules import Identity, StatedEmployer
from jobfair.fairs.models import Fair

State = Employer.State


@unit_of_work
def register_employers(
    *, fair: Fair, stated: Mapping[Identity, StatedEmployer], by: User | None, now: datetime
) -> dict[Identity, Employer]:
    """Enter employers for a fair; those already registered are found, not entered again.

    A registered employer keeps its particulars; only a code that was missing or wrong is taken over, and
    sends it to review. Five queries and one insert per table, however many employers there are.
    """
    found = queries.find_employers(stated)
    _take_over_codes(found, stated, by)
    new = {
        one: Employer(
            name=one.name,
            credit_code=one.code,
            stated_code="" if one.code else stated[one].code,
            area=stated[one].area,
            contact=stated[one].contact,
            contact_phone=stated[one].contact_phone,
            state=State.IN_REVIEW,
            reasons=list(one.reasons),
        )
        for one in stated
        if one not in found
    }
    Employer.objects.bulk_create(new.values())
    for one, employer in new.items():
        emit(EmployerRegistered(employer_id=employer.pk, reasons=one.reasons, by=_id(by)))
    everyone = {one: found.get(one) or new[one] for one in stated}
    _join(fair, {everyone[one].pk: stated[one].booth for one in stated}, by)
    return everyone


def _take_over_codes(
    found: Mapping[Identity, Employer], stated: Mapping[Identity, StatedEmployer], by: User | None
) -> None:
    for one, employer in found.items():
        stated_code = "" if one.code else stated[one].code
        is_news = one.code is not None or employer.stated_code != stated_code
        if employer.credit_code is not None or not is_news:
            continue
        employer.credit_code = one.code
        employer.stated_code = stated_code
        employer.reasons = list(one.reasons)
        employer.state = State.IN_REVIEW
        employer.save(update_fields=["credit_code", "stated_code", "reasons", "state"])
        emit(EmployerCorrected(employer_id=employer.pk, changed=("credit_code",), by=_id(by)))


def _join(fair: Fair, booths: Mapping[int, str], by: User | None) -> None:
    joined = set(Participation.objects.filter(fair=fair).values_list("employer_id", flat=True))
    news = [pk for pk in booths if pk not in joined]
    Participation.objects.bulk_create(
        Participation(fair=fair, employer_id=pk, stated_booth=booths[pk]) for pk in news
    )
    for pk in news:
        emit(EmployerJoinedFair(employer_id=pk, fair_id=fair.pk, by=_id(by)))


@unit_of_work
def verify_employers(*, employers: Iterable[int], by: User | None, now: datetime) -> list[int]:
    """Verify those (by id) whose code passes and who have nothing left to settle; returns their ids.

    The others stay as they are, with their reasons.
    """
    rows = Employer.objects.select_for_update(no_key=True).filter(pk__in=list(employers)).order_by("pk")
    verified = [employer.pk for employer in rows if rules.may_be_verified(employer)]
    Employer.objects.filter(pk__in=verified).update(state=State.VERIFIED, verified_at=now)
    for pk in verified:
        emit(EmployerVerified(employer_id=pk, by=_id(by)))
    return verified


@unit_of_work
def refuse_employer(*, employer: Employer, by: User | None, now: datetime) -> Employer:
    """End a review with a refusal. EmployerStateRefused unless one is under way."""
    locked = _lock(employer)
    rules.ensure_may_become(locked, State.REFUSED)
    locked.state = State.REFUSED
    locked.save(update_fields=["state"])
    emit(EmployerRefused(employer_id=locked.pk, by=_id(by)))
    return locked


@unit_of_work
def correct_employer(
    *, employer: Employer, changed: Sequence[str], by: User | None, now: datetime
) -> Employer:
    """Store corrected particulars. A changed name or code is reviewed again."""
    fields = [name for name in changed if name in {"name", "stated_code", "area", "contact", "contact_phone"}]
    if "credit_code" in changed:
        code, reasons = rules.read_code(employer.credit_code or "")
        employer.stated_code = "" if code else (employer.credit_code or "")
        employer.credit_code, employer.reasons = code, list(reasons)
        fields += ["credit_code", "stated_code", "reasons"]
    if {"name", "credit_code"} & set(fields):
        employer.name = rules.canonical_name(employer.name)
        employer.state, employer.verified_at = State.IN_REVIEW, None
        fields += ["name", "state", "verified_at"]
    if fields:
        employer.save(update_fields=sorted(set(fields)))
        emit(EmployerCorrected(employer_id=employer.pk, changed=tuple(changed), by=_id(by)))
    return employer


@unit_of_work
def appoint_recruiter(*, employer: Employer, user: User, by: User | None, now: datetime) -> Recruiter:
    """Let a user act for an employer; doing so again changes nothing."""
    recruiter, created = Recruiter.objects.get_or_create(employer=employer, user=user)
    if created:
        emit(RecruiterAppointed(employer_id=employer.pk, user_id=user.pk, by=_id(by)))
    return recruiter


@unit_of_work
def remove_recruiter(*, recruiter: Recruiter, by: User | None, now: datetime) -> None:
    """End a user's office at an employer; doing so again changes nothing."""
    deleted, _ = Recruiter.objects.filter(pk=recruiter.pk).delete()
    if deleted:
        emit(RecruiterRemoved(employer_id=recruiter.employer_id, user_id=recruiter.user_id, by=_id(by)))


def _lock(employer: Employer) -> Employer:
    return Employer.objects.select_for_update(no_key=True).get(pk=employer.pk)


def _id(user: User | None) -> int | None:
    return None if user is None else user.pk
