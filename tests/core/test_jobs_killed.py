"""Two workers, one of them killed again and again: every job has its effect once."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from jobfair.core import clock, jobs
from jobfair.core.unit_of_work import unit_of_work
from tests.conftest import Stores
from tests.core.nursery import Nursery

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

EACH_ROUND = 36  # jobs of either kind
WITHIN = 180.0  # seconds


@pytest.fixture
def nursery(the_stores: Stores, tmp_path: Path) -> Iterator[Nursery]:
    name = str(connection.settings_dict["NAME"])
    if the_stores.database_url:
        url = urlunsplit(urlsplit(the_stores.database_url)._replace(path=f"/{name}"))
    else:
        url = f"sqlite:///{name}"
    started = Nursery(database_url=url, outside=tmp_path / "outside", log=tmp_path / "log")
    yield started
    started.close()
    assert "Traceback" not in (tmp_path / "log").read_text()


@unit_of_work
def schedule(keys: range) -> None:
    for key in keys:
        for kind in ("tests.inside", "tests.outside"):
            jobs.schedule(kind, key=str(key), payload={}, due_at=clock.now())


def query(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]


def wait_for(sql: str, good: Callable[[int], bool]) -> None:
    """Until the count that `sql` asks for is `good`."""
    deadline = time.monotonic() + WITHIN
    while not good(int(str(query(sql)[0][0]))):
        assert time.monotonic() < deadline, query(
            "SELECT state, last_error, count(*) FROM core_job GROUP BY 1, 2"
        )
        time.sleep(0.01)


def test_jobs_survive_their_workers_being_killed(
    nursery: Nursery, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    times = rounds(8, 50)
    workers = [nursery.start(), nursery.start()]
    for number in range(times):
        wait_for(
            "SELECT count(*) FROM core_job WHERE state = 'waiting'", lambda waiting: waiting <= EACH_ROUND
        )
        schedule(range(number * EACH_ROUND, (number + 1) * EACH_ROUND))
        wait_for("SELECT count(*) FROM core_job WHERE leased_until IS NOT NULL", lambda leased: leased > 0)
        time.sleep(random.uniform(0, 0.4))
        victim = workers.pop(0)
        assert nursery.end(victim, signal.SIGKILL) == -signal.SIGKILL
        workers.append(nursery.start())
    wait_for("SELECT count(*) FROM core_job WHERE state = 'waiting'", lambda waiting: waiting == 0)
    assert [nursery.end(pid, signal.SIGTERM) for pid in workers] == [0, 0]

    once = [(str(key), 1) for key in range(times * EACH_ROUND)]
    for kind in ("tests.inside", "tests.outside"):
        effects = query(
            f"SELECT subject, count(*) FROM core_auditentry WHERE action = '{kind}' GROUP BY subject"
        )
        assert sorted(effects, key=lambda row: int(str(row[0]))) == once
    sent = [line.split() for line in (tmp_path / "outside").read_text().splitlines()]
    named = Counter(key for key, _ in {(key, uid) for key, uid in sent})
    assert named == dict(once), "the other side knows each message by one name"
    again = query("SELECT count(*) FROM core_job WHERE attempts > 1")[0][0]
    assert again != 0, "no worker was killed at its work"
    print(
        f"{times} × kill -9 of two workers: {2 * len(once)} jobs, {again} begun again, each effect once; "
        f"{len(sent) - len(named)} of {len(named)} messages went out a second time under the same name"
    )
