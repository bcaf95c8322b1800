"""Published positions for tests of search, through the real gate."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.events import EmployerJoinedFair
from jobfair.employers.models import Employer, Participation
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from jobfair.positions.services import publish_positions
from tests.factories import NOON, make_employer


@unit_of_work
def take_part(employer: Employer, fair: Fair) -> None:
    _, created = Participation.objects.get_or_create(employer=employer, fair=fair)
    if created:
        emit(EmployerJoinedFair(employer_id=employer.pk, fair_id=fair.pk))


def offer(
    fair: Fair, title: str, *, employer: Employer | None = None, now: datetime = NOON, **fields: Any
) -> Position:
    """Have an employer offer something at a fair, published at `now`."""
    employer = employer or make_employer()
    take_part(employer, fair)
    position = Position.objects.create(
        **{
            "fair": fair,
            "employer": employer,
            "title": title,
            "headcount_min": 3,
            "pay_min": 5000,
            "pay_max": 8000,
            "pay_unit": "month",
            "education": "00",
            "area": "海门区",
            "place": "320614",
            "duties": "按要求完成工作。",
            "duties_confirmed_at": now,
            "valid_from": date(2026, 4, 1),
            "valid_until": date(2036, 4, 1),
            "state": Position.State.IN_REVIEW,
            **fields,
        }
    )
    done = publish_positions(fair=fair, by=None, now=now, positions=[position.pk])
    assert done.published == (position.pk,), done.waiting
    position.refresh_from_db()
    return position
