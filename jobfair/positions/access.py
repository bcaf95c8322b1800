"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from django.db.models import Q

from jobfair.accounts.models import User
from jobfair.core.errors import NotFound
from jobfair.employers.access import recruiter_of
from jobfair.employers.models import Employer, Recruiter
from jobfair.fairs.access import organises
from jobfair.fairs.models import Fair
from jobfair.positions.models import Complaint, Position, PositionImport


def position_for_anyone(position_id: int) -> Position:
    """A position that is public or once was, of a fair that has been announced."""
    position = (
        Position.objects.select_related("employer", "fair__city")
        .filter(Q(was_public=True) | Q(state=Position.State.PUBLISHED), pk=position_id)
        .exclude(fair__state=Fair.State.DRAFT)
        .first()
    )
    if position is None:
        raise NotFound
    return position


def position_for_recruiter(user: User | None, position_id: int) -> Position:
    position = _any_position(position_id)
    recruiter_of(user, position.employer)
    return position


def position_for_organiser(user: User | None, position_id: int) -> Position:
    position = _any_position(position_id)
    if not organises(user, position.fair):
        raise NotFound
    return position


def employer_for_recruiter(user: User | None, employer_id: int) -> Employer:
    employer = Employer.objects.filter(pk=employer_id).first()
    if employer is None:
        raise NotFound
    return recruiter_of(user, employer).employer


def fair_for_employer(employer: Employer, slug: str) -> Fair:
    """A fair the employer takes part in."""
    fair = (
        Fair.objects.select_related("city")
        .filter(slug=slug, participations__employer=employer)
        .exclude(state=Fair.State.DRAFT)
        .first()
    )
    if fair is None:
        raise NotFound
    return fair


def import_for_uploader(user: User | None, import_id: int) -> PositionImport:
    """An upload of an employer is its recruiters', one of a fair its organisers'."""
    found = PositionImport.objects.select_related("fair__city", "employer").filter(pk=import_id).first()
    if found is None or user is None or not user.is_active:
        raise NotFound
    if found.employer is None:
        allowed = organises(user, found.fair)
    else:
        allowed = Recruiter.objects.filter(user=user, employer=found.employer).exists()
    if not allowed:
        raise NotFound
    return found


def complaint_for_organiser(user: User | None, complaint_id: int) -> Complaint:
    complaint = Complaint.objects.select_related("position__fair").filter(pk=complaint_id).first()
    if complaint is None or not organises(user, complaint.position.fair):
        raise NotFound
    return complaint


def _any_position(position_id: int) -> Position:
    position = Position.objects.select_related("employer", "fair__city").filter(pk=position_id).first()
    if position is None:
        raise NotFound
    return position
