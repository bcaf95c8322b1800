"""Reading the database for the hub: its own small pool of threads, one consistent read for a join."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth import get_user_model
from django.db import connection, connections, transaction

from jobfair.realtime import log
from jobfair.realtime.epoch import current_epoch, recorded_epoch
from jobfair.realtime.protocol import JoinOk, MissedPush, Since
from jobfair.realtime.registry import TopicKind, Viewer, registry

P = ParamSpec("P")
R = TypeVar("R")

_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="realtime-read")
_watch = ThreadPoolExecutor(max_workers=1, thread_name_prefix="realtime-watch")


async def in_pool(read: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a blocking read (or command) in the kernel's threads."""
    return await _run_in(_pool, partial(read, *args, **kwargs))


async def in_watch(read: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Like in_pool, in a thread of its own: no rush of joins delays the poll of tops and revocations."""
    return await _run_in(_watch, partial(read, *args, **kwargs))


async def _run_in(pool: ThreadPoolExecutor, read: Callable[[], R]) -> R:
    def run() -> R:
        try:
            return read()
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(pool, run)


@contextmanager
def consistent_read() -> Iterator[None]:
    """One snapshot of the database for several queries; writes inside are errors.

    PostgreSQL: REPEATABLE READ READ ONLY. SQLite: BEGIN DEFERRED (`atomic` would take the write lock).
    """
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def viewer_of(user_id: int | None) -> Viewer:
    """The user as the database has it now; None when there is none or it was closed."""
    if user_id is None:
        return None
    return get_user_model().objects.filter(pk=user_id, is_active=True).first()


def viewers_of(user_ids: Iterable[int]) -> dict[int, Viewer]:
    """Like viewer_of, for many: {id: user}."""
    return {user.pk: user for user in get_user_model().objects.filter(pk__in=list(user_ids), is_active=True)}


def read_join(kind: TopicKind, id: int, user_id: int | None, since: Since | None) -> JoinOk:
    """Rights, position and state of a log topic in one read: everything missed, or a snapshot. Raises NotFound."""
    current_epoch()  # may be made or renewed here, so before the read-only transaction
    topic = kind.topic(id)
    with consistent_read():
        viewer = viewer_of(user_id)
        kind.may_join(viewer, id)
        epoch = recorded_epoch()
        top, floor = log.read_bounds(topic)
        missed = _missed(topic, since, epoch=epoch, top=top, floor=floor)
        if missed is not None:
            return JoinOk(topic=topic, epoch=epoch, offset=top, missed=missed)
        if kind.snapshot is None:
            raise LookupError(f"{kind.pattern} has no snapshot")
        return JoinOk(topic=topic, epoch=epoch, offset=top, snapshot=kind.snapshot(viewer, id).wire())


def read_topic(topic: str, user_id: int | None, since: Since | None) -> JoinOk:
    """A join without a socket: the same reply as the hub's, for log and gauge topics. Raises NotFound."""
    kind, id = registry.resolve(topic)
    if kind.gauge is None:
        return read_join(kind, id, user_id, since)
    check_right(kind, id, user_id)
    return JoinOk(topic=topic, gauge=kind.gauge(id))


def read_gauge(kind: TopicKind, id: int) -> dict[str, Any]:
    if kind.gauge is None:
        raise LookupError(f"{kind.pattern} has no gauge")
    return kind.gauge(id)


def read_gauges(kind: TopicKind, ids: Collection[int]) -> Mapping[int, dict[str, Any]]:
    return kind.gauges(ids) if kind.gauges is not None else {id: read_gauge(kind, id) for id in ids}


def check_right(kind: TopicKind, id: int, user_id: int | None) -> None:
    kind.may_join(viewer_of(user_id), id)


def read_state(topics: list[str]) -> tuple[str, dict[str, int]]:
    """What the one-second poll compares: the epoch, and the top of every joined topic, in one query each."""
    return current_epoch(), log.read_tops(topics)


def _missed(topic: str, since: Since | None, *, epoch: str, top: int, floor: int) -> list[MissedPush] | None:
    """All pushes after `since`, or None where a snapshot must do: never a part."""
    if since is None or since.epoch != epoch or not floor <= since.offset <= top:
        return None
    if top - since.offset > log.MISSED_EVENTS:
        return None
    entries = log.read_entries(topic, after=since.offset, limit=log.MISSED_EVENTS + 1)
    if len(entries) != top - since.offset:
        return None
    missed = [MissedPush(at=entry.at, type=entry.type, data=entry.payload) for entry in entries]
    size = sum(len(json.dumps(entry.payload)) for entry in entries)
    return missed if size <= log.MISSED_BYTES else None
