"""Working days in mainland China: weekends, public holidays, and the weekend days worked in exchange (调休).

Source: 国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号，2025-11-04）. A year without its notice here
counts Monday to Friday: its holidays then shorten nobody's promise, they only let it come due on a holiday.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from jobfair.core.clock import SHANGHAI, local

OFFICE_CLOSES = time(18)  # in Asia/Shanghai
SATURDAY = 5


def _span(first: date, last: date) -> Iterator[date]:
    for days in range((last - first).days + 1):
        yield first + timedelta(days=days)


HOLIDAYS = frozenset(
    {
        *_span(date(2026, 1, 1), date(2026, 1, 3)),  # 元旦
        *_span(date(2026, 2, 15), date(2026, 2, 23)),  # 春节
        *_span(date(2026, 4, 4), date(2026, 4, 6)),  # 清明节
        *_span(date(2026, 5, 1), date(2026, 5, 5)),  # 劳动节
        *_span(date(2026, 6, 19), date(2026, 6, 21)),  # 端午节
        *_span(date(2026, 9, 25), date(2026, 9, 27)),  # 中秋节
        *_span(date(2026, 10, 1), date(2026, 10, 7)),  # 国庆节
    }
)
WORKED_WEEKEND_DAYS = frozenset(
    {
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    }
)


def is_working_day(day: date) -> bool:
    if day in WORKED_WEEKEND_DAYS:
        return True
    return day.weekday() < SATURDAY and day not in HOLIDAYS


def end_of_working_day(after: datetime, *, days: int) -> datetime:
    """When offices close on the `days`th working day after the day of `after`; that day itself does not count."""
    day = local(after).date()
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return datetime.combine(day, OFFICE_CLOSES, tzinfo=SHANGHAI).astimezone(UTC)
