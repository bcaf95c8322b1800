"""Working days of 2026, by 国办发明电〔2025〕7号."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from jobfair.core.clock import SHANGHAI, local
from jobfair.core.working_days import end_of_working_day, is_working_day

pytestmark = pytest.mark.unit


def test_the_year_has_as_many_working_days_as_the_notice_gives() -> None:
    """261 days from Monday to Friday; 19 of them are holidays, and six weekend days are worked."""
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    weekdays = [day for day in days if day.weekday() < 5]
    assert len(weekdays) == 261
    assert len([day for day in weekdays if not is_working_day(day)]) == 19
    assert len([day for day in days if day.weekday() >= 5 and is_working_day(day)]) == 6


@pytest.mark.parametrize(
    ("submitted", "days", "due"),
    [
        ("2026-11-23 09:00", 3, "2026-11-26 18:00"),  # an ordinary Monday
        ("2026-11-23 23:59", 3, "2026-11-26 18:00"),
        ("2026-11-20 10:00", 3, "2026-11-25 18:00"),  # over a weekend
        ("2026-11-21 10:00", 1, "2026-11-23 18:00"),  # on a Saturday
        ("2026-02-13 10:00", 3, "2026-02-25 18:00"),  # 春节: Saturday 14th is worked, then nine days off
        ("2026-02-27 10:00", 1, "2026-02-28 18:00"),  # a worked Saturday
        ("2026-04-30 10:00", 3, "2026-05-08 18:00"),  # 劳动节
        ("2026-09-30 20:00", 3, "2026-10-10 18:00"),  # 国庆节, and the worked Saturday after it
        ("2026-12-31 10:00", 1, "2027-01-01 18:00"),  # no notice for 2027 yet: Monday to Friday
    ],
)
def test_a_promise_ends_when_offices_close(submitted: str, days: int, due: str) -> None:
    at = datetime.strptime(submitted, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    assert local(end_of_working_day(at, days=days)).strftime("%Y-%m-%d %H:%M") == due
