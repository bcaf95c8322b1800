"""Who acts, and the row they act on."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.employers.models import Employer


def id_of(user: User | None) -> int | None:
    """None when the system acts."""
    return None if user is None else user.pk


def lock(employer: Employer) -> Employer:
    """The employer as it is now; others who change it wait."""
    return Employer.objects.select_for_update(no_key=True).get(pk=employer.pk)
