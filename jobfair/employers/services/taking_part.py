"""An employer and one fair: applied for, decided, withdrawn, and whom to ask there."""

from __future__ import annotations

from datetime import datetime

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers import rules
from jobfair.employers.events import (
    EmployerJoinedFair,
    FairApplied,
    ParticipationContactChanged,
    ParticipationDecided,
    ParticipationWithdrawn,
)
from jobfair.employers.models import Employer, Participation
from jobfair.employers.services.acting import lock
from jobfair.fairs.models import Fair

State = Participation.State


@unit_of_work
def apply_for_fair(
    *, employer: Employer, fair: Fair, contact: dict[str, str], by: User, now: datetime
) -> Participation:
    """Ask the organiser for a place; while one is asked for or given, again changes nothing.

    `contact` as rules.normal_contact gave it. FairNotOpen; ParticipationRefused after a refusal.
    """
    locked = lock(employer)
    own = Participation.objects.filter(employer=locked, fair=fair).first()
    if own is not None and own.state in {State.APPLIED, State.ACCEPTED}:
        return own
    if not rules.takes_applications(fair, now):
        raise rules.FairNotOpen
    if own is None:
        own = Participation(employer=locked, fair=fair)
    else:
        rules.ensure_participation_may_become(own, State.APPLIED)
    own.state, own.applied_at, own.decided_at, own.reason = State.APPLIED, now, None, ""
    own.contact, own.contact_phone = contact["contact"], contact["contact_phone"]
    own.save()
    emit(FairApplied(employer_id=locked.pk, fair_id=fair.pk, participation_id=own.pk, by=by.pk))
    return own


@unit_of_work
def change_fair_contact(
    *, participation: Participation, contact: dict[str, str], by: User, now: datetime
) -> Participation:
    """Whom the organiser and the seekers of this fair may ask."""
    locked = _lock(participation)
    if (locked.contact, locked.contact_phone) != (contact["contact"], contact["contact_phone"]):
        locked.contact, locked.contact_phone = contact["contact"], contact["contact_phone"]
        locked.save(update_fields=["contact", "contact_phone"])
        emit(
            ParticipationContactChanged(employer_id=locked.employer_id, participation_id=locked.pk, by=by.pk)
        )
    return locked


@unit_of_work
def withdraw_participation(*, participation: Participation, by: User, now: datetime) -> Participation:
    """Take an application back before it is decided; again changes nothing."""
    locked = _lock(participation)
    if locked.state == State.WITHDRAWN:
        return locked
    rules.ensure_participation_may_become(locked, State.WITHDRAWN)
    locked.state = State.WITHDRAWN
    locked.save(update_fields=["state"])
    emit(
        ParticipationWithdrawn(
            employer_id=locked.employer_id, fair_id=locked.fair_id, participation_id=locked.pk, by=by.pk
        )
    )
    return locked


@unit_of_work
def decide_participation(
    *, participation: Participation, accept: bool, reason: str, by: User, now: datetime
) -> Participation:
    """Give the place or refuse it with a reason; the same decision again changes nothing."""
    locked = _lock(participation)
    wanted = State.ACCEPTED if accept else State.REFUSED
    if locked.state == wanted:
        return locked
    reason = rules.normal_text(reason)
    if not accept and not reason:
        raise rules.FileInvalid(fields={"reason": str(rules.REASON_NEEDED)})
    rules.ensure_participation_may_become(locked, wanted)
    locked.state, locked.reason = wanted, "" if accept else reason
    locked.decided_at, locked.decided_by = now, by
    locked.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    emit(
        ParticipationDecided(
            employer_id=locked.employer_id,
            fair_id=locked.fair_id,
            participation_id=locked.pk,
            accepted=accept,
            by=by.pk,
        )
    )
    if accept:
        emit(EmployerJoinedFair(employer_id=locked.employer_id, fair_id=locked.fair_id, by=by.pk))
    return locked


def _lock(participation: Participation) -> Participation:
    return Participation.objects.select_for_update(no_key=True).get(pk=participation.pk)
