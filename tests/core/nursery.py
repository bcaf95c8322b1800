"""Loads Django once and forks `manage.py work` processes from it, so that fifty of them may be killed in a test.

Run as a script: `start` on stdin answers with a pid, `end PID SIGNAL` with its exit status; EOF ends them all.
Beside the product's own job kinds its workers know two more, with an effect inside and one outside the database.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.conftest import Stores

ROOT = Path(__file__).resolve().parents[2]
LEASE = timedelta(seconds=1)  # a killed worker's jobs are free again after this
ATTEMPTS = 1000
WITHIN = 180.0  # seconds


@pytest.fixture
def nursery(the_stores: Stores, tmp_path: Path) -> Iterator[Nursery]:
    """On the database of the test's own process, which the test must commit to (`django_db(transaction=True)`)."""
    yield from rearing(the_stores, tmp_path)


def rearing(the_stores: Stores, tmp_path: Path, **settings: str) -> Iterator[Nursery]:
    """A nursery whose workers have these settings too; ended afterwards, with nothing raised in its log."""
    name = str(connection.settings_dict["NAME"])
    if the_stores.database_url:
        url = urlunsplit(urlsplit(the_stores.database_url)._replace(path=f"/{name}"))
    else:
        url = f"sqlite:///{name}"
    started = Nursery(database_url=url, outside=tmp_path / "outside", log=tmp_path / "log", settings=settings)
    yield started
    started.close()
    assert "Traceback" not in (tmp_path / "log").read_text()


def query(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]


def wait_for(sql: str, good: Callable[[int], bool]) -> None:
    """Until the count that `sql` asks for is `good`."""
    deadline = time.monotonic() + WITHIN
    while not good(int(str(query(sql)[0][0]))):
        assert time.monotonic() < deadline, query(
            "SELECT kind, state, last_error, count(*) FROM core_job GROUP BY 1, 2, 3"
        )
        time.sleep(0.01)


class Nursery:
    """The other side: starts the script and speaks to it."""

    def __init__(
        self,
        *,
        database_url: str,
        outside: Path,
        log: Path,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        command = [sys.executable, "-m", "tests.core.nursery", str(outside)]
        ours = ("JOBFAIR_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
        environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        environment |= {
            "JOBFAIR_DEBUG": "1",
            "JOBFAIR_STATE": str(outside.parent),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "jobfair.config.settings",
            **settings,
        }
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                bufsize=1,
            )

    def start(self) -> int:
        """A new worker's pid."""
        return int(self._ask("start"))

    def end(self, pid: int, how: signal.Signals) -> int:
        """How it ended: 0, or minus the signal."""
        return int(self._ask(f"end {pid} {int(how)}"))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        answer = self._process.stdout.readline()
        assert answer, "the nursery ended; its log says why"
        return answer


def _add_kinds(outside: Path) -> None:
    from jobfair.core import clock, jobs
    from jobfair.core.models import AuditEntry

    def note(action: str, key: str) -> None:
        AuditEntry.objects.create(at=clock.now(), action=action, subject=key)

    @jobs.handler("tests.inside", attempts=ATTEMPTS, lease=LEASE)
    def inside(payload: dict[str, Any], *, now: Any, job: jobs.Attempt) -> None:
        note("tests.inside", job.key)
        time.sleep(random.uniform(0, 0.04))

    @jobs.handler("tests.outside", outside=True, attempts=ATTEMPTS, lease=LEASE)
    def send(payload: dict[str, Any], *, now: Any, job: jobs.Attempt) -> Any:
        time.sleep(random.uniform(0, 0.04))
        with outside.open("a") as other_side:
            other_side.write(f"{job.key} {job.uid}\n")
        time.sleep(random.uniform(0, 0.04))
        return lambda: note("tests.outside", job.key)


def _slow_down() -> None:
    """The product's own jobs: short leases, and a gateway that takes its time, so that kills hit it."""
    from jobfair.core import jobs
    from jobfair.notices.gateways import LocalGateway

    for name, kind in jobs._kinds.items():
        jobs._kinds[name] = replace(kind, lease=LEASE, attempts=ATTEMPTS)
    take = LocalGateway.send

    def send(gateway: Any, message: Any) -> None:
        time.sleep(random.uniform(0, 0.05))
        take(gateway, message)
        time.sleep(random.uniform(0, 0.05))

    LocalGateway.send = send  # type: ignore[method-assign]


def _fork() -> int:
    pid = os.fork()
    if pid:
        return pid
    from django.core.management import call_command

    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)
    status = 1
    try:
        call_command("work")
        status = 0
    finally:
        os._exit(status)


def main() -> None:
    import django

    django.setup()
    _slow_down()
    _add_kinds(Path(sys.argv[1]))
    alive: set[int] = set()
    for line in sys.stdin:
        verb, *rest = line.split()
        if verb == "start":
            pid = _fork()
            alive.add(pid)
            print(pid, flush=True)
        else:
            pid = int(rest[0])
            os.kill(pid, int(rest[1]))
            alive.discard(pid)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
