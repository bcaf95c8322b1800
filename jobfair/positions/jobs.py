"""What happens to positions by itself. Each looks before it takes the write lock."""

from __future__ import annotations

from datetime import datetime

from jobfair.core import clock
from jobfair.employers.models import Employer
from jobfair.positions import queries, services
from jobfair.positions.services import uploads


def close_expired(now: datetime) -> int:
    """Positions end with their last day."""
    if not queries.has_expired(on=clock.local(now).date()):
        return 0
    return services.close_expired(now=now)


def forget_uploads(now: datetime) -> int:
    if not queries.has_forgotten_uploads(before=now - uploads.KEPT):
        return 0
    return uploads.forget_uploads(now=now)


def recheck_positions(employer_id: int, now: datetime) -> None:
    """Inside the unit that changed an employer: what the gate no longer lets through leaves the fair."""
    if queries.has_published(employer_id):
        services.recheck_positions(employer=Employer.objects.get(pk=employer_id), now=now)
