"""Who acts for an employer: appointed, invited by a link, accepted on request, removed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers import rules
from jobfair.employers.events import (
    ColleagueInvited,
    InvitationRevoked,
    InvitationUsed,
    JoinAnswered,
    RecruiterAppointed,
    RecruiterRemoved,
)
from jobfair.employers.models import Employer, Invitation, JoinRequest, Recruiter
from jobfair.employers.services.acting import id_of, lock


@unit_of_work
def appoint_recruiter(*, employer: Employer, user: User, by: User | None, now: datetime) -> Recruiter:
    """Let a user act for an employer; doing so again changes nothing."""
    recruiter, created = Recruiter.objects.get_or_create(employer=employer, user=user)
    if created:
        emit(RecruiterAppointed(employer_id=employer.pk, user_id=user.pk, by=id_of(by)))
    return recruiter


@unit_of_work
def remove_recruiter(*, recruiter: Recruiter, by: User | None, now: datetime, keep_one: bool = False) -> None:
    """End a user's office at an employer; doing so again changes nothing.

    With `keep_one` the last recruiter stays: LastRecruiter. The links they sent out end with them.
    """
    employer = lock(recruiter.employer)
    others = Recruiter.objects.filter(employer=employer).exclude(pk=recruiter.pk).exists()
    mine = Recruiter.objects.filter(pk=recruiter.pk)
    if keep_one and not others and mine.exists():
        raise rules.LastRecruiter
    deleted, _ = mine.delete()
    if not deleted:
        return
    open_links = Invitation.objects.filter(
        employer=employer, invited_by=recruiter.user_id, used_at=None, revoked_at=None
    )
    for invitation in open_links:
        _revoke(invitation, by=by, now=now)
    emit(RecruiterRemoved(employer_id=employer.pk, user_id=recruiter.user_id, by=id_of(by)))


@unit_of_work
def invite_colleague(*, employer: Employer, phone: str, by: User, now: datetime) -> tuple[Invitation, str]:
    """A link for the holder of `phone` (E.164); returns its token, which is kept nowhere.

    Inviting the same number again ends the earlier link.
    """
    locked = lock(employer)
    earlier = Invitation.objects.filter(employer=locked, phone=phone, used_at=None, revoked_at=None)
    for invitation in earlier:
        _revoke(invitation, by=by, now=now)
    token = secrets.token_urlsafe(24)
    made = Invitation.objects.create(
        employer=locked,
        token_hash=hash_of(token),
        phone=phone,
        invited_by=by,
        invited_at=now,
        expires_at=now + rules.INVITATION_LASTS,
    )
    emit(ColleagueInvited(employer_id=locked.pk, invitation_id=made.pk, by=by.pk))
    return made, token


@unit_of_work
def revoke_invitation(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Take a link back; again, or after its use: InvitationSpent says that it came too late."""
    locked = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    if locked.used_at is not None:
        raise rules.InvitationSpent
    if locked.revoked_at is None:
        _revoke(locked, by=by, now=now)
    return locked


def _revoke(invitation: Invitation, *, by: User | None, now: datetime) -> None:
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    emit(InvitationRevoked(employer_id=invitation.employer_id, invitation_id=invitation.pk, by=id_of(by)))


@unit_of_work
def accept_invitation(*, token: str, by: User, now: datetime) -> Employer:
    """Become a recruiter by a link, once. The same person again is no error; each other failure has its own words."""
    rows = Invitation.objects.select_for_update(no_key=True, of=("self",)).select_related("employer")
    invitation = rows.filter(token_hash=hash_of(token)).first()
    if invitation is None:
        raise rules.InvitationUnknown
    employer = invitation.employer
    if invitation.used_by_id == by.pk and Recruiter.objects.filter(employer=employer, user=by).exists():
        return employer
    rules.ensure_usable(invitation, phone=by.phone if by.phone_verified else None, now=now)
    invitation.used_at, invitation.used_by = now, by
    invitation.save(update_fields=["used_at", "used_by"])
    emit(InvitationUsed(employer_id=employer.pk, invitation_id=invitation.pk, user_id=by.pk, by=by.pk))
    appoint_recruiter(employer=employer, user=by, by=by, now=now)
    return employer


@unit_of_work
def answer_join_request(*, request: JoinRequest, accept: bool, by: User, now: datetime) -> JoinRequest:
    """Let the asker act for the employer, or not. RequestAnswered when a colleague was first."""
    locked = JoinRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    wanted = JoinRequest.State.ACCEPTED if accept else JoinRequest.State.REFUSED
    if locked.state == wanted:
        return locked
    if locked.state != JoinRequest.State.ASKED:
        raise rules.RequestAnswered
    locked.state, locked.decided_at, locked.decided_by = wanted, now, by
    locked.save(update_fields=["state", "decided_at", "decided_by"])
    emit(
        JoinAnswered(
            employer_id=locked.employer_id,
            request_id=locked.pk,
            user_id=locked.user_id,
            accepted=accept,
            by=by.pk,
        )
    )
    if accept:
        appoint_recruiter(employer=locked.employer, user=locked.user, by=by, now=now)
    return locked


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
