"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.accounts.queries import may_act_as_staff
from jobfair.core.errors import NotFound
from jobfair.fairs.access import fair_for_anyone
from jobfair.fairs.models import Fair, FairStaff


def fair_for_clerk(user: User | None, slug: str) -> Fair:
    """An announced fair, for its organisers and the staff of its hall."""
    fair = fair_for_anyone(slug)
    if not minds_doors(user, fair.pk):
        raise NotFound
    return fair


def minds_doors(user: User | None, fair_id: int) -> bool:
    if user is None or not user.is_active or not may_act_as_staff(user):
        return False
    office = FairStaff.objects.filter(user=user, fair=fair_id, role__in=FairStaff.AT_DOORS)
    return user.is_superuser or office.exists()
