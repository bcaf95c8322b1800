"""Deadlines are `due_at` rows. A worker asks every second what has come due; each transition re-checks its record."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections

from jobfair.core import clock

logger = logging.getLogger(__name__)
SECONDS = 1.0
Job = Callable[[datetime], int]
_jobs: dict[str, Job] = {}


def every_second(name: str, job: Job) -> None:
    """Have the worker call `job(now)`, which returns how many records it moved. Safe to run in several workers."""
    _jobs[name] = job


def run_due(now: datetime) -> dict[str, int]:
    """One round. A failing job is logged and does not stop the others."""
    moved: dict[str, int] = {}
    for name, job in _jobs.items():
        try:
            moved[name] = job(now)
        except Exception:
            logger.exception("deadline job %s failed; it runs again in a second", name)
    return moved


class Worker(threading.Thread):
    """The worker inside the one-process server."""

    def __init__(self) -> None:
        super().__init__(name="deadlines", daemon=True)
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(SECONDS):
            try:
                run_due(clock.now())
            finally:
                close_old_connections()

    def stop(self) -> None:
        self._stopped.set()
        self.join(timeout=5)
