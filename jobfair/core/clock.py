"""The one place that reads the time. Services take `now` as an argument; edges ask here."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, aware (UTC)."""
    return timezone.now()


def local(instant: datetime) -> datetime:
    """`instant` as the fair's wall clock shows it."""
    return instant.astimezone(SHANGHAI)


def today() -> date:
    """The fair's present day."""
    return local(now()).date()
