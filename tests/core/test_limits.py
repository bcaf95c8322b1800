from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache, caches

from jobfair.core import limits
from jobfair.core.errors import TooMany
from jobfair.core.limits import Limit, forget, spend
from tests.pace import Pace

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
THREE = Limit("three", 3, timedelta(minutes=1))


@pytest.fixture(autouse=True)
def fresh(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(limits, "_resting_until", 0.0)
    limits._own.clear()
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def shared_cache(own_valkey, settings) -> Iterator[None]:
    """The cache of a run with REDIS_URL, on a server this test may kill."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": own_valkey.url,
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
    }
    yield
    caches["default"].close()


def wait(*uses: tuple[Limit, str], after: float = 0.0) -> int:
    try:
        spend(*uses, now=NOON + timedelta(seconds=after))
    except TooMany as refusal:
        return refusal.retry_after or -1
    return 0


@pytest.mark.unit
def test_a_window_opens_with_its_first_use_and_ends_with_its_period():
    waits = [wait((THREE, "me"), after=after) for after in (10, 20, 30, 40, 69.5, 70, 71, 72, 73)]
    assert waits == [0, 0, 0, 30, 1, 0, 0, 0, 57]


@pytest.mark.unit
def test_subjects_limits_and_periods_are_counted_apart():
    for _ in range(3):
        wait((THREE, "me"))
    others = [
        (THREE, "you"),
        (Limit("other", 3, THREE.period), "me"),
        (Limit("three", 3, timedelta(hours=1)), "me"),
    ]
    assert [wait(other) for other in others] == [0, 0, 0]
    assert wait((THREE, "me")) == 60


@pytest.mark.unit
def test_the_first_limit_reached_costs_the_later_ones_nothing():
    one, two = Limit("short", 1, timedelta(minutes=1)), Limit("long", 2, timedelta(hours=1))
    assert [wait((one, "me"), (two, "me")) for _ in range(5)] == [0, 60, 60, 60, 60]
    assert wait((two, "me")) == 0
    assert wait((two, "me")) == 3600


@pytest.mark.unit
def test_a_success_may_forget_the_failures_before_it():
    for _ in range(3):
        wait((THREE, "me"))
    forget(THREE, "me")
    assert wait((THREE, "me")) == 0


@pytest.mark.unit
def test_keys_tell_nothing_of_their_subject():
    assert "1380000" not in THREE.key("+8613800001234")


@pytest.mark.unit
def test_no_use_is_lost_or_doubled_when_many_come_at_once():
    many = Limit("many", 50, timedelta(minutes=1))
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: wait((many, "hall")), range(200)))
    assert waits.count(0) == 50


@pytest.mark.unit
def test_ten_thousand_subjects_do_not_push_each_other_out():
    one = Limit("one", 1, timedelta(hours=1))
    for n in range(10_000):
        wait((one, str(n)))
    assert [wait((one, str(n))) for n in (0, 5_000, 9_999)] == [3600, 3600, 3600]


@pytest.mark.integration
def test_processes_share_their_counts_in_valkey_over_a_unix_socket(shared_cache):
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: wait((THREE, "me")), range(24)))
    assert sorted(waits) == [0] * 3 + [60] * 21
    assert limits._own.get(THREE.key("me")) is None


@pytest.mark.faults
def test_with_the_cache_gone_each_process_counts_alone_and_soon_asks_again(
    shared_cache, own_valkey, monkeypatch
):
    assert wait((THREE, "me")) == 0
    own_valkey.kill()
    with Pace() as pace:
        started = time.monotonic()
        assert [wait((THREE, "me")) for _ in range(4)] == [0, 0, 0, 60]
        assert time.monotonic() - started < pace.allows(2)
    own_valkey.start()
    monkeypatch.setattr(limits, "_resting_until", 0.0)
    assert [wait((THREE, "me")) for _ in range(4)] == [0, 0, 0, 60]
