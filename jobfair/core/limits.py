"""Counters that refuse what comes too often, kept in Django's cache.

A window opens with its first use and lasts `period`. Without the shared cache (Redis down) each process
counts on its own: limits get looser, sign-in goes on.
"""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import BaseCache, cache
from django.core.cache.backends.locmem import LocMemCache
from redis.exceptions import RedisError

from jobfair.core.errors import TooMany

logger = logging.getLogger(__name__)

# One integer holds the window's end (Unix milliseconds) and its uses, so one atomic INCR does both; it fits
# Redis' 64 bits until the year 2262.
_SPAN = 1_000_000
_REST = 5.0  # seconds a failed cache is left alone
_own: BaseCache = LocMemCache("limits", {"OPTIONS": {"MAX_ENTRIES": 100_000}})
_resting_until = 0.0  # time.monotonic()


@dataclass(frozen=True)
class Limit:
    """At most `most` uses of one key in `period`."""

    name: str
    most: int
    period: timedelta

    def key(self, subject: str) -> str:
        """The cache's key; hashed, because subjects may be phone numbers."""
        digest = hashlib.sha256(subject.encode()).hexdigest()[:32]
        return f"limit:{self.name}:{int(self.period.total_seconds())}:{digest}"


def spend(*uses: tuple[Limit, str], now: datetime) -> None:
    """Count one use of each (limit, subject), in order, or raise TooMany with the seconds to wait.

    The first limit reached stops the counting, so put the shortest period first: a refusal by the minute
    then costs nothing of the day.
    """
    for limit, subject in uses:
        wait = _count(limit, subject, now)
        if wait:
            raise TooMany(retry_after=wait)


def forget(limit: Limit, subject: str) -> None:
    """Open a fresh window, as after a success."""
    _with_cache(lambda store: store.delete(limit.key(subject)))


def _count(limit: Limit, subject: str, now: datetime) -> int:
    """Seconds to wait; 0 when this use is within the limit."""
    at = int(now.timestamp() * 1000)
    until, used = divmod(_with_cache(lambda store: _bump(store, limit, limit.key(subject), at)), _SPAN)
    return max(1, math.ceil((until - at) / 1000)) if used > limit.most else 0


def _bump(store: BaseCache, limit: Limit, key: str, at: int) -> int:
    period = limit.period.total_seconds()
    fresh = (at + int(period * 1000)) * _SPAN
    lifetime = math.ceil(period) + 1
    if store.add(key, fresh + 1, timeout=lifetime):
        return fresh + 1
    value = _incr(store, key, fresh, lifetime)
    if value // _SPAN <= at:  # the window is over by `now`, though not yet by the cache's clock
        store.set(key, fresh, timeout=lifetime)
        value = _incr(store, key, fresh, lifetime)
    return value


def _incr(store: BaseCache, key: str, fresh: int, lifetime: int) -> int:
    try:
        return store.incr(key)
    except ValueError:  # it ran out between add and incr
        store.set(key, fresh + 1, timeout=lifetime)
        return fresh + 1


def _with_cache(use: Callable[[BaseCache], Any]) -> Any:
    global _resting_until
    if time.monotonic() >= _resting_until:
        try:
            return use(cache)
        except (RedisError, OSError):
            _resting_until = time.monotonic() + _REST
            logger.warning("the cache does not answer; limits are counted per process for %s s", _REST)
    return use(_own)
