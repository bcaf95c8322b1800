"""Employers as organisers enter and correct them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers import queries, rules
from jobfair.employers.events import EmployerCorrected, EmployerJoinedFair, EmployerRegistered
from jobfair.employers.models import Employer, Participation
from jobfair.employers.rules import Identity, StatedEmployer
from jobfair.employers.services.acting import id_of
from jobfair.fairs.models import Fair

State = Employer.State
_CORRECTABLE = {"name", "stated_code", "area", "contact", "contact_phone", "kind", "permit_number"}


@unit_of_work
def register_employers(
    *, fair: Fair, stated: Mapping[Identity, StatedEmployer], by: User | None, now: datetime
) -> dict[Identity, Employer]:
    """Enter employers for a fair; those already registered are found, not entered again.

    A registered employer keeps its particulars; only a code that was missing or wrong is taken over, and
    sends it to review. Five queries and one insert per table, however many employers there are.
    """
    found = queries.find_employers(stated)
    _take_over_codes(found, stated, by, now)
    new = {
        one: Employer(
            name=one.name,
            credit_code=one.code,
            stated_code="" if one.code else stated[one].code,
            area=stated[one].area,
            contact=stated[one].contact,
            contact_phone=stated[one].contact_phone,
            state=State.IN_REVIEW,
            submitted_at=now,
            reasons=list(one.reasons),
        )
        for one in stated
        if one not in found
    }
    Employer.objects.bulk_create(new.values())
    for one, employer in new.items():
        emit(EmployerRegistered(employer_id=employer.pk, reasons=one.reasons, by=id_of(by)))
    everyone = {one: found.get(one) or new[one] for one in stated}
    _join(fair, {everyone[one].pk: stated[one].booth for one in stated}, by)
    return everyone


def _take_over_codes(
    found: Mapping[Identity, Employer],
    stated: Mapping[Identity, StatedEmployer],
    by: User | None,
    now: datetime,
) -> None:
    for one, employer in found.items():
        stated_code = "" if one.code else stated[one].code
        is_news = one.code is not None or employer.stated_code != stated_code
        if employer.credit_code is not None or not is_news:
            continue
        employer.credit_code = one.code
        employer.stated_code = stated_code
        employer.reasons = list(one.reasons)
        employer.state, employer.submitted_at = State.IN_REVIEW, now
        employer.revision += 1
        employer.save(
            update_fields=["credit_code", "stated_code", "reasons", "state", "submitted_at", "revision"]
        )
        emit(EmployerCorrected(employer_id=employer.pk, changed=("credit_code",), by=id_of(by)))


def _join(fair: Fair, booths: Mapping[int, str], by: User | None) -> None:
    """Who applied is thereby accepted."""
    asked = Participation.objects.filter(fair=fair, employer_id__in=booths, state=Participation.State.APPLIED)
    asked.update(state=Participation.State.ACCEPTED)
    joined = set(Participation.objects.filter(fair=fair).values_list("employer_id", flat=True))
    news = [pk for pk in booths if pk not in joined]
    Participation.objects.bulk_create(
        Participation(fair=fair, employer_id=pk, stated_booth=booths[pk]) for pk in news
    )
    for pk in news:
        emit(EmployerJoinedFair(employer_id=pk, fair_id=fair.pk, by=id_of(by)))


@unit_of_work
def correct_employer(
    *, employer: Employer, changed: Sequence[str], by: User | None, now: datetime
) -> Employer:
    """Store corrected particulars. A changed name or code is reviewed again."""
    fields = [name for name in changed if name in _CORRECTABLE]
    if "credit_code" in changed:
        code, reasons = rules.read_code(employer.credit_code or "")
        employer.stated_code = "" if code else (employer.credit_code or "")
        employer.credit_code, employer.reasons = code, list(reasons)
        fields += ["credit_code", "stated_code", "reasons"]
    if {"name", "credit_code"} & set(fields):
        employer.name = rules.canonical_name(employer.name)
        employer.state, employer.verified_at, employer.submitted_at = State.IN_REVIEW, None, now
        fields += ["name", "state", "verified_at", "submitted_at"]
    if fields:
        employer.revision += 1
        fields.append("revision")
        employer.save(update_fields=sorted(set(fields)))
        emit(EmployerCorrected(employer_id=employer.pk, changed=tuple(changed), by=id_of(by)))
    return employer
