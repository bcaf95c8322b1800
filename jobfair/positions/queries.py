"""Reads of positions."""

from __future__ import annotations

from django.db.models import Count, Sum

from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.fairs.queries import Figures
from jobfair.positions.models import Position


def published_positions_of(employer: Employer, fair: Fair) -> list[Position]:
    """What an employer offers at a fair, in the order it was stated; one query."""
    published = Position.objects.filter(employer=employer, fair=fair, state=Position.State.PUBLISHED)
    return list(published.order_by("id"))


def figures_of(fair: Fair) -> Figures:
    """Counted from the records; a headcount range counts by its lower bound. Two queries."""
    published = Position.objects.filter(fair=fair, state=Position.State.PUBLISHED)
    totals = published.aggregate(positions=Count("id"), headcount=Sum("headcount_min"))
    return Figures(
        employers=fair.participations.count(),
        positions=totals["positions"],
        headcount=totals["headcount"] or 0,
    )
