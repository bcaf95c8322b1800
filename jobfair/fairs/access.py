"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.accounts.queries import may_act_as_staff
from jobfair.core.errors import NotFound
from jobfair.fairs.models import Fair, FairStaff


def fair_for_anyone(slug: str) -> Fair:
    """A fair that has been announced."""
    fair = (
        Fair.objects.select_related("programme", "city")
        .filter(slug=slug)
        .exclude(state=Fair.State.DRAFT)
        .first()
    )
    if fair is None:
        raise NotFound
    return fair


def fair_for_organiser(user: User | None, slug: str) -> Fair:
    """Any fair, drafts too, for its own organisers and for superusers."""
    fair = Fair.objects.select_related("programme", "city").filter(slug=slug).first()
    if fair is None or not organises(user, fair):
        raise NotFound
    return fair


def organises(user: User | None, fair: Fair) -> bool:
    if user is None or not user.is_active or not may_act_as_staff(user):
        return False
    if user.is_superuser:
        return True
    return FairStaff.objects.filter(user=user, fair=fair, role=FairStaff.Role.ORGANISER).exists()


def directs(user: User | None, fair_id: int) -> bool:
    """Runs the fair's broadcasts: its directors and its organisers."""
    return _holds(user, fair_id, FairStaff.Role.ORGANISER, FairStaff.Role.DIRECTOR)


def moderates(user: User | None, fair_id: int) -> bool:
    """Keeps order in the fair's rooms: its moderators, and whoever directs."""
    return _holds(user, fair_id, FairStaff.Role.ORGANISER, FairStaff.Role.DIRECTOR, FairStaff.Role.MODERATOR)


def _holds(user: User | None, fair_id: int, *roles: FairStaff.Role) -> bool:
    if user is None or not user.is_active or not may_act_as_staff(user):
        return False
    return user.is_superuser or FairStaff.objects.filter(user=user, fair=fair_id, role__in=roles).exists()
