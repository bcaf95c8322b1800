"""Every process keeps the database's time, however wrong its machine's clock is."""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from jobfair.core import clock
from tests.conftest import Stores
from tests.faults.server import ROOT, Server
from tests.stores import free_port, spawn, wait_until

DAY = timedelta(days=1)
NEAR = timedelta(seconds=1)
# The machine's clock as this one process sees it: a day ahead, from the first import on.
A_DAY_AHEAD = """
from datetime import timedelta
from django.utils import timezone
honest = timezone.now
timezone.now = lambda: honest() + timedelta(days=1)
from jobfair.config.serve import main
main(["--port", "{port}"])
"""


@pytest.fixture
def own_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """`own_clock(off)` puts this process's machine clock off; the correction starts from nothing."""
    monkeypatch.setattr(clock, "_offset", timedelta(0))
    honest = timezone.now
    return lambda off: monkeypatch.setattr(timezone, "now", lambda: honest() + off)


@pytest.mark.unit
def test_the_database_told_its_time_half_way_through_the_round_trip() -> None:
    asked = datetime(2026, 4, 11, 4, 0, 0, tzinfo=UTC)
    answered = asked + timedelta(seconds=4)
    told = datetime(2026, 4, 11, 4, 0, 12, tzinfo=UTC)
    assert clock.offset_between(asked=asked, answered=answered, told=told) == timedelta(seconds=10)
    assert clock.offset_between(asked=asked, answered=answered, told=asked) == timedelta(seconds=-2)


@pytest.mark.concurrency
@pytest.mark.django_db
@pytest.mark.parametrize("off", [DAY, -DAY, timedelta(seconds=3)])
def test_a_clock_that_is_off_is_corrected_and_not_ready_before(
    own_clock: Callable[[timedelta], None], off: timedelta
) -> None:
    true, started = clock.now(), time.monotonic()

    def told_less_true() -> timedelta:
        return clock.now() - true - timedelta(seconds=time.monotonic() - started)

    own_clock(off)
    assert abs(told_less_true() - off) < NEAR
    refused = Client().get("/readyz")
    assert refused.status_code == 503
    assert refused.json()["reason"].endswith("s off the database's")
    assert abs(clock.correct() + off) < NEAR
    assert abs(told_less_true()) < NEAR
    assert clock.today() == clock.local(clock.now()).date()
    assert Client().get("/readyz").json() == {"ok": True}
    own_clock(timedelta(0))  # somebody sets the machine's clock right
    assert Client().get("/readyz").status_code == 503
    clock.correct()
    assert Client().get("/readyz").status_code == 200


@pytest.mark.integration
@pytest.mark.django_db
def test_a_small_difference_is_ready() -> None:
    assert Client().get("/readyz").status_code == 200


@pytest.mark.unit
def test_without_a_database_we_are_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_answer() -> timedelta:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(clock, "measure_skew", no_answer)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "the database does not answer")


@pytest.mark.faults
@pytest.mark.concurrency
def test_a_process_whose_clock_is_a_day_ahead_tells_the_right_time(
    make_server: Callable[..., Server], the_stores: Stores
) -> None:
    """Two processes on one database: one machine's clock is right, the other's a day ahead."""
    right = make_server()
    port = free_port()
    log = right.state / "ahead.log"
    ahead = spawn([sys.executable, "-c", A_DAY_AHEAD.format(port=port)], log=log, env=right.env, cwd=ROOT)
    try:
        wait_until(lambda: _get(port, "/readyz")[0] == 200, within=180, what="readiness", log=log)
        told = datetime.fromisoformat(_get(port, "/api/me")[1]["now"])
        assert abs(told - datetime.now(UTC)) < timedelta(seconds=20)
    finally:
        ahead.kill()
        ahead.wait()
    assert "this machine's clock is off by 86400.0 s" in log.read_text()


def _get(port: int, path: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except OSError:
        return 0, None
    finally:
        connection.close()
