"""Calls that come at the same time are done together, so that one transaction carries them all.

Group commit: DeWitt et al., "Implementation Techniques for Main Memory Database Systems", SIGMOD 1984. Nothing waits
for company: whoever finds nobody at work begins at once, and whatever has come by the time that is done goes next,
together. So a lone call is as quick as it can be, and the more there are, the less each one costs.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar, cast

from django.db import InterfaceError, OperationalError

from jobfair.core.errors import DomainError

logger = logging.getLogger(__name__)
MOST = 64  # of one round: the first of a round waits for the last
I = TypeVar("I")  # noqa: E741 - item
O = TypeVar("O")  # noqa: E741 - outcome


class _Call(Generic[I, O]):
    """One caller, asleep until its outcome is there or its turn to lead has come."""

    def __init__(self, item: I) -> None:
        self.item = item
        self.outcome: O | BaseException | None = None
        self.done = False
        self.woken = threading.Event()

    def end(self, outcome: O | BaseException) -> None:
        self.outcome, self.done = outcome, True


class Together(Generic[I, O]):
    """Callable as `do` of one item; raises what `do` refused it with.

    `do` takes items and returns, in their order, an outcome or a refusal of each; it runs in the thread of one of the
    callers. Items of equal `apart` never share a round. When `do` itself fails, each item is tried alone, so that one
    that cannot be done harms only itself; but not when the database is what failed.
    """

    def __init__(
        self,
        do: Callable[[Sequence[I]], Sequence[O | DomainError]],
        *,
        apart: Callable[[I], Hashable],
        most: int = MOST,
    ) -> None:
        self._do, self._apart, self._most = do, apart, most
        self._lock = threading.Lock()
        self._waiting: deque[_Call[I, O]] = deque()
        self._led = False

    def __call__(self, item: I) -> O:
        call: _Call[I, O] = _Call(item)
        with self._lock:
            self._waiting.append(call)
            leads, self._led = not self._led, True
        if not leads:
            call.woken.wait()
        if not call.done:
            self._lead()
        if isinstance(call.outcome, BaseException):
            raise call.outcome
        return cast("O", call.outcome)

    def _lead(self) -> None:
        """Do a round, which the leader's own call is in, and hand the lead to whoever waits longest."""
        calls = self._next_round()
        try:
            self._do_round(calls)
        except BaseException as error:
            for call in calls:
                if not call.done:
                    call.end(error)
            raise
        finally:
            with self._lock:
                heir = self._waiting[0] if self._waiting else None
                self._led = heir is not None
            if heir is not None:
                heir.woken.set()
            for call in calls:
                call.woken.set()

    def _next_round(self) -> list[_Call[I, O]]:
        """Those who wait longest; a second one of equal `apart` waits on."""
        taken: dict[Hashable, _Call[I, O]] = {}
        with self._lock:
            left: deque[_Call[I, O]] = deque()
            while self._waiting and len(taken) < self._most:
                call = self._waiting.popleft()
                if taken.setdefault(self._apart(call.item), call) is not call:
                    left.append(call)
            self._waiting.extendleft(reversed(left))
        return list(taken.values())

    def _do_round(self, calls: Sequence[_Call[I, O]]) -> None:
        try:
            outcomes = self._do([call.item for call in calls])
        except (OperationalError, InterfaceError) as error:
            outcomes = [cast("O", error)] * len(calls)
        except Exception as error:
            if len(calls) == 1:
                calls[0].end(error)
                return
            logger.exception("a round of %d failed; each is tried alone", len(calls))
            for call in calls:
                self._do_round([call])
            return
        for call, outcome in zip(calls, outcomes, strict=True):
            call.end(outcome)
