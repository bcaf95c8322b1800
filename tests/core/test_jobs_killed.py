"""Two workers, one of them killed again and again: every job has its effect once."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from jobfair.core import clock, jobs
from jobfair.core.unit_of_work import unit_of_work
from tests.core.nursery import Nursery, query, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

EACH_ROUND = 16  # jobs of either kind


@unit_of_work
def schedule(keys: range) -> None:
    for key in keys:
        for kind in ("tests.inside", "tests.outside"):
            jobs.schedule(kind, key=str(key), payload={}, due_at=clock.now())


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
        time.sleep(random.uniform(0, 0.25))
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
