"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from jobfair.accounts.models import User
from jobfair.accounts.queries import may_act_as_staff
from jobfair.core.errors import NotFound
from jobfair.employers.models import Employer, Invitation, JoinRequest, Licence, Participation, Recruiter
from jobfair.fairs.access import organises
from jobfair.fairs.models import Fair, FairStaff


def recruiter_of(user: User | None, employer: Employer) -> Recruiter:
    """The user's office at the employer."""
    if user is None or not user.is_active:
        raise NotFound
    recruiter = Recruiter.objects.select_related("employer").filter(user=user, employer=employer).first()
    if recruiter is None:
        raise NotFound
    return recruiter


def employer_for_recruiter(user: User | None, employer_id: int) -> Employer:
    """An employer the user acts for."""
    if user is None or not user.is_active:
        raise NotFound
    employer = Employer.objects.filter(pk=employer_id, recruiters__user=user).first()
    if employer is None:
        raise NotFound
    return employer


def participation_for_recruiter(user: User | None, participation_id: int) -> Participation:
    """A fair of an employer the user acts for, in any state: rules say what it allows."""
    if user is None or not user.is_active:
        raise NotFound
    own = Participation.objects.select_related("employer", "fair", "fair__city")
    participation = own.filter(pk=participation_id, employer__recruiters__user=user).first()
    if participation is None:
        raise NotFound
    return participation


def employers_for_organiser(user: User | None, fair: Fair) -> QuerySet[Employer]:
    """Those that take part in, or asked for, a fair the user organises."""
    if not organises(user, fair):
        raise NotFound
    return Employer.objects.filter(participations__fair=fair)


def employers_for_reviewer(user: User | None) -> QuerySet[Employer]:
    """Those of the fairs one organises, and those of no fair yet, which any organiser may look at.

    NotFound for who organises nothing.
    """
    if user is None or not user.is_active or not may_act_as_staff(user):
        raise NotFound
    if user.is_superuser:
        return Employer.objects.all()
    fairs = list(
        FairStaff.objects.filter(user=user, role=FairStaff.Role.ORGANISER).values_list("fair_id", flat=True)
    )
    if not fairs:
        raise NotFound
    mine = Participation.objects.filter(fair__in=fairs).values("employer_id")
    return Employer.objects.filter(Q(pk__in=mine) | Q(participations=None))


def employer_for_reviewer(user: User | None, employer_id: int) -> Employer:
    employer = employers_for_reviewer(user).filter(pk=employer_id).first()
    if employer is None:
        raise NotFound
    return employer


def participation_for_organiser(user: User | None, participation_id: int) -> Participation:
    """A place asked for at a fair the user organises."""
    participation = (
        Participation.objects.select_related("employer", "fair").filter(pk=participation_id).first()
    )
    if participation is None or not organises(user, participation.fair):
        raise NotFound
    return participation


def licence_for_reader(user: User | None, employer_id: int, licence_id: int) -> Licence:
    """A paper, for the employer's own recruiters and the organisers who review it."""
    rows = Licence.objects.select_related("employer").filter(pk=licence_id, employer_id=employer_id)
    licence = rows.first()
    if licence is None or user is None or not user.is_active:
        raise NotFound
    if Recruiter.objects.filter(employer_id=employer_id, user=user).exists():
        return licence
    employer_for_reviewer(user, employer_id)
    return licence


def colleague_for_recruiter(user: User | None, employer_id: int, recruiter_id: int) -> Recruiter:
    employer = employer_for_recruiter(user, employer_id)
    recruiter = Recruiter.objects.filter(pk=recruiter_id, employer=employer).first()
    if recruiter is None:
        raise NotFound
    return recruiter


def invitation_for_recruiter(user: User | None, employer_id: int, invitation_id: int) -> Invitation:
    employer = employer_for_recruiter(user, employer_id)
    invitation = Invitation.objects.filter(pk=invitation_id, employer=employer).first()
    if invitation is None:
        raise NotFound
    return invitation


def join_request_for_colleague(user: User | None, employer_id: int, request_id: int) -> JoinRequest:
    """For the employer's recruiters; where it has none yet, for the organisers who review it."""
    rows = JoinRequest.objects.select_related("employer", "user")
    request = rows.filter(pk=request_id, employer_id=employer_id).first()
    if request is None or user is None or not user.is_active:
        raise NotFound
    own = Recruiter.objects.filter(employer_id=employer_id)
    if own.filter(user=user).exists():
        return request
    if own.exists():
        raise NotFound
    employer_for_reviewer(user, employer_id)
    return request
