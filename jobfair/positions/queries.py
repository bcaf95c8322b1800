"""Every read of positions that is more than a lookup."""

from __future__ import annotations

from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position


def published_positions_of(employer: Employer, fair: Fair) -> list[Position]:
    """What the employer offers at the fair, in the order of its sheet."""
    offered = Position.objects.filter(employer=employer, fair=fair, state=Position.State.PUBLISHED)
    return list(offered.order_by("id"))
