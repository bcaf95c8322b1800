"""The one place that reads the time. Services take `now` as an argument; edges ask here.

Every process keeps the database's time: a machine whose clock is off must neither miss a call early nor late.
"""

from __future__ import annotations

import logging
import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import Error, close_old_connections, connection
from django.utils import timezone

logger = logging.getLogger(__name__)
SHANGHAI = ZoneInfo("Asia/Shanghai")
CORRECTED_EACH = 60.0  # seconds
RETRIED_AFTER = 1.0  # seconds, when the database did not answer
TOLERATED = timedelta(seconds=2)  # more is not ready to serve

_offset = timedelta(0)  # database's clock minus this machine's


def now() -> datetime:
    """The present instant, aware (UTC), by the database's clock."""
    return timezone.now() + _offset


def local(instant: datetime) -> datetime:
    """`instant` as the fair's wall clock shows it."""
    return instant.astimezone(SHANGHAI)


def today() -> date:
    """The fair's present day."""
    return local(now()).date()


def offset_between(*, asked: datetime, answered: datetime, told: datetime) -> timedelta:
    """How far `told` is ahead of our clock, taking it as read half-way through the round trip."""
    return told - (asked + (answered - asked) / 2)


def measure_skew() -> timedelta:
    """How far the database's clock is ahead of `now()`; zero on SQLite, which has this machine's clock.

    Raises a database error where none answers.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT 1")
            return timedelta(0)
        asked = now()
        cursor.execute("SELECT clock_timestamp()")
        told: datetime = cursor.fetchone()[0]
        return offset_between(asked=asked, answered=now(), told=told)


def correct() -> timedelta:
    """Measure, and have `now()` follow the database; returns the new offset to this machine's clock."""
    global _offset
    skew = measure_skew()
    _offset += skew
    if abs(_offset) > TOLERATED:
        logger.warning(
            "this machine's clock is off by %.1f s; the database's counts", -_offset.total_seconds()
        )
    return _offset


class Keeper(threading.Thread):
    """Corrects this process's clock at start and every minute."""

    def __init__(self) -> None:
        super().__init__(name="clock", daemon=True)
        self._stopped = threading.Event()

    def run(self) -> None:
        wait = 0.0
        while not self._stopped.wait(wait):
            try:
                correct()
                wait = CORRECTED_EACH
            except Error as error:
                logger.warning("the clock was not compared (%s); trying again", type(error).__name__)
                wait = RETRIED_AFTER
            finally:
                close_old_connections()

    def stop(self) -> None:
        self._stopped.set()
        self.join(timeout=5)
