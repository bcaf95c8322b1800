"""The unit of work: one transaction, and everything that must become true with it.

A service is decorated with `unit_of_work` and tells what happened by `emit`. At the outermost exit, still
inside the transaction, listeners run, audit rows are written, and finalizers (the event log) come last,
because they take the hottest locks. A deadlock or serialization failure runs the whole unit again.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction

from jobfair.core import clock, rows
from jobfair.core.events import Event, listeners_of
from jobfair.core.models import AuditEntry

P = ParamSpec("P")
R = TypeVar("R")
Finalizer = Callable[[Sequence[Event]], None]

RETRIES = 3
RETRYABLE = {"40001", "40P01"}  # serialization_failure, deadlock_detected (PostgreSQL, appendix A)


@dataclass
class Unit:
    events: list[Event] = field(default_factory=list)
    heard: int = 0


_unit: ContextVar[Unit | None] = ContextVar("unit_of_work", default=None)
_finalizers: list[Finalizer] = []


class OutsideUnitOfWork(RuntimeError):
    """`emit` or the like was called where no transaction would carry what it states."""


def unit_of_work(service: Callable[P, R]) -> Callable[P, R]:
    """Run `service` in the unit of work at hand (as a savepoint), or open one, retried at most three times."""

    @functools.wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        unit = _unit.get()
        if unit is not None:
            return _join(unit, lambda: service(*args, **kwargs))
        for attempt in range(RETRIES):
            try:
                return _open(lambda: service(*args, **kwargs))
            except OperationalError as error:
                if not _is_retryable(error) or attempt == RETRIES - 1:
                    raise
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter
        raise AssertionError("unreachable")

    return run


def emit(event: Event) -> None:
    """State a fact. It is audited, heard and pushed if, and only if, the unit commits."""
    unit = _unit.get()
    if unit is None:
        raise OutsideUnitOfWork(type(event).__name__)
    unit.events.append(event)


def ensure_inside(act: str) -> None:
    """Raise where no transaction would carry what `act` writes."""
    if _unit.get() is None:
        raise OutsideUnitOfWork(act)


def emitted() -> Sequence[Event]:
    """The facts stated so far in the unit at hand; none outside one."""
    unit = _unit.get()
    return () if unit is None else tuple(unit.events)


def add_finalizer(finalizer: Finalizer) -> None:
    """Run `finalizer(events)` last in every unit's transaction. Registering twice is once."""
    if finalizer not in _finalizers:
        _finalizers.append(finalizer)


def _open(service: Callable[[], R]) -> R:
    unit = Unit()
    token = _unit.set(unit)
    try:
        with transaction.atomic():
            result = service()
            _finish(unit)
        return result
    finally:
        _unit.reset(token)


def _join(unit: Unit, service: Callable[[], R]) -> R:
    kept = len(unit.events)
    try:
        with transaction.atomic():
            return service()
    except BaseException:
        del unit.events[kept:]
        raise


def _finish(unit: Unit) -> None:
    while unit.heard < len(unit.events):
        event = unit.events[unit.heard]
        unit.heard += 1
        for listener in listeners_of(event):
            listener(event)
    if not unit.events:
        return
    at = clock.now()
    rows.insert(
        AuditEntry(at=at, by=event.by, action=event.name, subject=event.subject, detail=event.detail())
        for event in unit.events
    )
    for finalizer in _finalizers:
        finalizer(unit.events)


def _is_retryable(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in RETRYABLE
