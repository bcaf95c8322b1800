"""A call nobody answered is missed once, however many workers watch for it."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from booths import jobs, services
from booths.models import Call, Ticket
from jobfair.core import deadlines
from jobfair.core.models import AuditEntry
from tests.booths.test_concurrency import at_once
from tests.conftest import Stores
from tests.factories import NOON, desks_of, make_booth, make_fair, make_recruiter, make_seeker
from tests.faults.server import Server

LATE = NOON + timedelta(hours=1)

# Calls in {booths} booths, two desks each, all due at the same instant, a few seconds from now.
CALLS = """
from datetime import timedelta
from booths import rules, services
from jobfair.core import clock
from tests.factories import desks_of, make_booth, make_fair, make_recruiter, make_seeker
now = clock.now()
fair = make_fair(now=now)
then = now + timedelta(seconds={soon}) - rules.time_to_arrive(fair, "onsite")
for _ in range({booths}):
    booth = make_booth(fair, now=now)
    recruiter = make_recruiter(booth)
    for desk in desks_of(booth):
        services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=then)
        services.call_next_ticket(desk=desk, by=recruiter, now=then)
"""


@pytest.mark.unit
def test_a_failing_job_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(now: Any) -> int:
        raise LookupError

    monkeypatch.setattr(deadlines, "_jobs", {"a": lambda now: 1, "fails": fail, "b": lambda now: 2})
    assert deadlines.run_due(NOON) == {"a": 1, "b": 2}


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_miss_each_call_once(rounds: Callable[[int, int], int]) -> None:
    fair = make_fair()
    booths = rounds(15, 60)
    for _ in range(booths):
        booth = make_booth(fair)
        recruiter = make_recruiter(booth)
        for desk in desks_of(booth):
            services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)
            services.call_next_ticket(desk=desk, by=recruiter, now=NOON)
    shares = at_once([lambda: jobs.miss_overdue_calls(LATE)] * 4, threads=4)
    print(f"{2 * booths} overdue calls, missed by four workers: {shares}")
    assert sum(shares) == 2 * booths
    assert Call.objects.filter(state=Call.State.MISSED).count() == 2 * booths
    assert Counter(Ticket.objects.values_list("misses", "state")) == {(1, "waiting"): 2 * booths}
    requeued = AuditEntry.objects.filter(action="booths.ticket_requeued")
    assert set(Counter(requeued.values_list("subject", flat=True)).values()) == {1}


@pytest.mark.faults
def test_two_servers_on_one_database_miss_each_call_once(
    make_server: Callable[..., Server], the_stores: Stores, rounds: Callable[[int, int], int]
) -> None:
    one = make_server()
    booths = rounds(20, 60)
    two = Server(one.state, database_url=one.env.get("DATABASE_URL", ""), redis_url=the_stores.redis_url)
    two.start()
    try:
        one.manage("shell", "-v0", "-c", CALLS.format(booths=booths, soon=4))
        made = _rows(one, "SELECT count(*) FROM booths_call")[0][0]
        deadline = time.monotonic() + 180
        while _rows(one, "SELECT count(*) FROM booths_call WHERE state = 'live'")[0][0]:
            assert time.monotonic() < deadline, one.log_text() + two.log_text()
            time.sleep(0.2)
        time.sleep(2.5)  # two more rounds of both workers
    finally:
        two.stop()
    misses = _rows(one, "SELECT misses, state, count(*) FROM booths_ticket GROUP BY misses, state")
    assert [tuple(row) for row in misses] == [(1, "waiting", made)]
    told = _rows(
        one,
        "SELECT count(*), count(DISTINCT subject) FROM core_auditentry WHERE action = 'booths.ticket_requeued'",
    )
    assert [tuple(row) for row in told] == [(made, made)]
    assert made == 2 * booths
    for server in (one, two):
        assert "Traceback" not in server.log_text()
    print(f"{made} overdue calls, two servers: {told[0][0]} misses told, {told[0][1]} tickets missed")


def _rows(server: Server, sql: str) -> list[Any]:
    url = server.env.get("DATABASE_URL")
    if url:
        with psycopg.connect(url) as database:
            return database.execute(sql).fetchall()
    with contextlib.closing(sqlite3.connect(server.state / "jobfair.sqlite3", timeout=30)) as file:
        return file.execute(sql).fetchall()
