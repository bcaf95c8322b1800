"""Durable jobs: rows of the same transaction as what makes them necessary, done once, whatever dies.

A worker takes a lease on the job that is due first. A job whose effect is in the database runs in one transaction
with its own completion, so the effect happens exactly once. A job with an effect outside runs between two
transactions, at least once, under `job.uid`, by which the other side knows a repeat. Each lease counts the fence
up, and only the holder of the last one, in time, may finish: a worker that slept through its lease changes nothing.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from jobfair.core import clock
from jobfair.core.events import Event
from jobfair.core.models import Job
from jobfair.core.unit_of_work import emit, ensure_inside, unit_of_work

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
ATTEMPTS = 10  # about 45 minutes of trying
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
KEPT = timedelta(days=30)  # a done job refuses to be scheduled again for as long
PURGED_AT_ONCE = 1000


class RetryLater(Exception):
    """A handler could not do it now; the other side may have said when to come back."""

    def __init__(self, reason: str, *, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class GiveUp(Exception):
    """A handler that no repeat can help: the job is parked at once, with the reason."""


class LeaseLost(Exception):
    """Another worker has the job, or it was cancelled: what this one did to the database is undone."""


@dataclass(frozen=True)
class Attempt:
    """One lease on one job."""

    pk: int
    kind: str
    key: str
    uid: UUID
    payload: dict[str, Any]
    number: int  # from 1
    fence: int


class Handler(Protocol):
    """Does a job. Of an outside effect it may return what to write in the transaction that completes the job."""

    def __call__(
        self, payload: dict[str, Any], *, now: datetime, job: Attempt
    ) -> Callable[[], object] | None: ...


H = TypeVar("H", bound=Handler)


@dataclass(frozen=True)
class Kind:
    do: Handler
    outside: bool
    attempts: int
    lease: timedelta


_kinds: dict[str, Kind] = {}


@dataclass(frozen=True, kw_only=True)
class JobParked(Event):
    """A job failed too often; it waits for a person."""

    name: ClassVar[str] = "core.job_parked"
    job_id: int
    kind: str

    @property
    def subject(self) -> str:
        return f"job:{self.job_id}"


@dataclass(frozen=True, kw_only=True)
class JobRunAgain(Event):
    """A person sent a parked job on its way again."""

    name: ClassVar[str] = "core.job_run_again"
    job_id: int
    kind: str

    @property
    def subject(self) -> str:
        return f"job:{self.job_id}"


# What services ask for


def handler(
    kind: str, *, outside: bool = False, attempts: int = ATTEMPTS, lease: timedelta = LEASE
) -> Callable[[H], H]:
    """Have the decorated function do jobs of `kind` (`domain.verb`). `outside`: see the module's docstring.

    An outside handler runs without a transaction, so it may wait for a net, but must end within its lease.
    """

    def register(do: H) -> H:
        if kind in _kinds and _kinds[kind].do is not do:
            raise ValueError(f"two handlers for {kind}")
        _kinds[kind] = Kind(do, outside, attempts, lease)
        return do

    return register


def schedule(kind: str, *, key: str, payload: dict[str, Any], due_at: datetime) -> None:
    """Have it done at or after `due_at`, if this unit of work commits. A second time is a no-op."""
    ensure_inside("schedule")
    job = Job(kind=kind, key=key, payload=payload, due_at=due_at)
    Job.objects.bulk_create([job], ignore_conflicts=True)


def cancel(kind: str, key: str) -> bool:
    """Have it not done; False when it is done already or was never asked for.

    One that is just running changes nothing more in the database; what it does outside may have happened.
    """
    ensure_inside("cancel")
    return Job.objects.filter(kind=kind, key=key).exclude(state=Job.State.DONE).delete()[0] > 0


def reschedule(kind: str, key: str, *, due_at: datetime) -> bool:
    """Move one that is not done to another time, with all its attempts before it; False when there is none."""
    ensure_inside("reschedule")
    open_jobs = Job.objects.filter(kind=kind, key=key).exclude(state=Job.State.DONE)
    return bool(open_jobs.update(state=Job.State.WAITING, ended_at=None, attempts=0, due_at=due_at))


@unit_of_work
def run_again(*, job: Job, by: int | None, now: datetime) -> bool:
    """Send a parked job on its way; False when it is not parked any more."""
    parked = Job.objects.filter(pk=job.pk, state=Job.State.PARKED)
    if not parked.update(state=Job.State.WAITING, ended_at=None, attempts=0, due_at=now):
        return False
    emit(JobRunAgain(job_id=job.pk, kind=job.kind, by=by))
    return True


# What the worker does


def run_next(now: datetime) -> int:
    """Do the job that is due first; 0 when none is. Safe to run in several threads and processes."""
    attempt = _claim(now)
    if attempt is None:
        return 0
    try:
        _do(attempt)
    except LeaseLost:
        logger.warning("job %s %s: the lease was lost", attempt.kind, attempt.key)
    except Exception as error:  # noqa: BLE001 - whatever it was, the job is tried again
        _note_failure(attempt, error)
    return 1


def purge_done(now: datetime) -> int:
    """Forget jobs done long ago, a bounded number a round."""
    old = Job.objects.filter(state=Job.State.DONE, ended_at__lt=now - KEPT).order_by("ended_at")
    pks = list(old.values_list("pk", flat=True)[:PURGED_AT_ONCE])
    return Job.objects.filter(pk__in=pks).delete()[0]


def wait_after(attempt: int, share: float) -> timedelta:
    """How long to wait after the `attempt`th failure: doubling from 5 s to an hour, half of it by `share` (0–1)."""
    whole = min(FIRST_WAIT * (1 << min(attempt - 1, 16)), LONGEST_WAIT)
    return whole / 2 + whole / 2 * share


def _due(now: datetime) -> Q:
    """Only of kinds known here: another version's jobs wait for its worker."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return free & Q(state=Job.State.WAITING, due_at__lte=now, kind__in=list(_kinds))


def _claim(now: datetime) -> Attempt | None:
    """Lease the job that is due first. One whose attempts are used up (its workers died) is parked instead."""
    if not Job.objects.filter(_due(now)).exists():  # so that an idle worker takes no write lock on SQLite
        return None
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        due = Job.objects.select_for_update(skip_locked=skip).filter(_due(now))
        job = due.order_by("due_at", "pk").first()
        if job is None:
            return None
        job.attempts += 1
        job.fence += 1
        job.leased_until = now + _kinds[job.kind].lease
        job.save(update_fields=["attempts", "fence", "leased_until"])
    return Attempt(job.pk, job.kind, job.key, job.uid, job.payload, job.attempts, job.fence)


def _do(attempt: Attempt) -> None:
    kind = _kinds[attempt.kind]
    if attempt.number > kind.attempts:
        raise GiveUp("every attempt ended without a result: its workers were killed")
    if not kind.outside:
        _complete(attempt, lambda: kind.do(attempt.payload, now=clock.now(), job=attempt))
        return
    write = kind.do(attempt.payload, now=clock.now(), job=attempt)
    _complete(attempt, write or (lambda: None))


@unit_of_work
def _complete(attempt: Attempt, effect: Callable[[], object]) -> None:
    """Done, and its effect, in one transaction. The row's lock keeps every other worker out until it commits."""
    now = clock.now()
    mine = Job.objects.filter(pk=attempt.pk, fence=attempt.fence, state=Job.State.WAITING)
    if not mine.filter(leased_until__gt=now).update(
        state=Job.State.DONE, ended_at=now, leased_until=None, last_error=""
    ):
        raise LeaseLost
    effect()


@unit_of_work
def _note_failure(attempt: Attempt, error: Exception) -> None:
    """Try again later, or park it where a person sees it."""
    reason = (f"{type(error).__name__}: {error}".strip().splitlines()[0])[:500]
    mine = Job.objects.filter(pk=attempt.pk, fence=attempt.fence, state=Job.State.WAITING)
    now = clock.now()
    if isinstance(error, GiveUp) or attempt.number >= _kinds[attempt.kind].attempts:
        if mine.update(state=Job.State.PARKED, ended_at=now, leased_until=None, last_error=reason):
            emit(JobParked(job_id=attempt.pk, kind=attempt.kind))
            logger.error("job %s %s is parked: %s", attempt.kind, attempt.key, reason)
        return
    wait = wait_after(attempt.number, random.random())  # noqa: S311 - jitter
    if isinstance(error, RetryLater) and error.after is not None:
        wait = max(wait, error.after)
    if not isinstance(error, RetryLater):
        logger.warning("job %s %s failed", attempt.kind, attempt.key, exc_info=error)
    mine.update(due_at=now + wait, leased_until=None, last_error=reason)
