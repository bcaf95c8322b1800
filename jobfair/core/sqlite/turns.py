"""A lock whose waiters get it in the order they came, however fast the others come back."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """Handed from one to the next: whoever lets go does not get it again before those who wait."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def take(self, within: float) -> bool:
        """Wait for the turn, at most `within` seconds; False when it did not come."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=within):
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came at the last moment

    def pass_on(self) -> None:
        """To whoever waits longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
