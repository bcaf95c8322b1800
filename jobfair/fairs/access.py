"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from jobfair.accounts.models import User
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
    """A fair, drafts too, for those who organise it."""
    fair = Fair.objects.select_related("programme", "city").filter(slug=slug).first()
    if fair is None or user is None:
        raise NotFound
    if not FairStaff.objects.filter(fair=fair, user=user, role=FairStaff.Role.ORGANISER).exists():
        raise NotFound
    return fair
