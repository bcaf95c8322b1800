"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.core.errors import NotFound
from jobfair.employers.models import Employer, Recruiter


def recruiter_of(user: User | None, employer: Employer) -> Recruiter:
    """The user's office at the employer."""
    if user is None or not user.is_active:
        raise NotFound
    recruiter = Recruiter.objects.select_related("employer").filter(user=user, employer=employer).first()
    if recruiter is None:
        raise NotFound
    return recruiter
