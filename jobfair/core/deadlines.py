"""Deadlines are `due_at` rows. A worker asks every second what has come due; each transition re-checks its record."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import close_old_connections

from jobfair.core import clock

logger = logging.getLogger(__name__)
SECONDS = 1.0
STOPPED_WITHIN = 5.0  # seconds
Job = Callable[[datetime], int]
_jobs: dict[str, Job] = {}
_apart: dict[str, tuple[Job, int]] = {}


def every_second(name: str, job: Job) -> None:
    """Have the worker call `job(now)`, which returns how many records it moved. Safe to run in several workers."""
    _jobs[name] = job


def apart(name: str, job: Job, *, threads: int) -> None:
    """The same in `threads` threads of its own, so that a slow one holds up no deadline.

    It is asked again at once while it finds something to do.
    """
    _apart[name] = (job, threads)


def run_due(now: datetime) -> dict[str, int]:
    """One round of what runs every second. A failing job is logged and does not stop the others."""
    return _run(_jobs, now)


def _run(jobs: Mapping[str, Job], now: datetime) -> dict[str, int]:
    moved: dict[str, int] = {}
    for name, job in jobs.items():
        try:
            moved[name] = job(now)
        except Exception:
            logger.exception("deadline job %s failed; it runs again in a second", name)
    return moved


class Worker:
    """The worker inside the one-process server, and the whole of `manage.py work`."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._watch, name="deadlines", daemon=True)]
        for name, (job, threads) in _apart.items():
            for number in range(1, threads + 1):
                self._threads.append(
                    threading.Thread(
                        target=self._drain, args=(name, job), name=f"{name}-{number}", daemon=True
                    )
                )

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def is_alive(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """What is being done is finished, if it ends soon; what is cut off is done again by the next worker."""
        self._stopped.set()
        until = time.monotonic() + STOPPED_WITHIN
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=max(0.0, until - time.monotonic()))

    def _watch(self) -> None:
        while not self._stopped.wait(SECONDS):
            try:
                run_due(clock.now())
            finally:
                close_old_connections()

    def _drain(self, name: str, job: Job) -> None:
        wait = SECONDS
        while not self._stopped.wait(wait):
            try:
                wait = 0.0 if _run({name: job}, clock.now()).get(name) else SECONDS
            finally:
                close_old_connections()
