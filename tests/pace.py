"""Seconds of an idle machine: what is promised in seconds is held to those, however busy the machine is meanwhile."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self

UNIT = 350_000  # rounds of the loop that measures
UNIT_SECONDS = 0.012  # what they take on an idle machine; more here is a slower, busier or halted one
REST = 0.04  # seconds between two units, so that measuring disturbs little


class Pace:
    """While it is open, a thread does a known piece of work again and again, and notes how long that took.

    `allows(2)` is two seconds where nothing else ran. Where others hold the processors it is as much more as that work
    was held up, doubled, since what passes from process to process waits at every step; and whoever is timed may meet
    the longest halt more than once.
    """

    def __init__(self) -> None:
        self._began = self._turn = time.monotonic()
        self._turns = 0
        self._halt = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._began = self._turn = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def slowness(self) -> float:
        """1 on an idle machine, 3 where the same work took three times as long."""
        worked = time.monotonic() - self._began - self._turns * REST
        return max(1.0, worked / (max(1, self._turns) * UNIT_SECONDS))

    @property
    def halt(self) -> float:
        """Seconds for which the work stood still at most."""
        return max(0.0, self._halt, time.monotonic() - self._turn - UNIT_SECONDS - REST)

    def allows(self, seconds: float) -> float:
        return seconds * (2 * self.slowness - 1) + 2 * self.halt

    def _work(self) -> None:
        while not self._over.is_set():
            for _ in range(UNIT):
                pass
            time.sleep(REST)
            now = time.monotonic()
            self._halt = max(self._halt, now - self._turn - UNIT_SECONDS - REST)
            self._turn = now
            self._turns += 1
