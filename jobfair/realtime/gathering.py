"""Commands of one process that are done together: one transaction, one push, many replies.

The first goes at once; whatever comes within `GATHER_SECONDS` of it, or while it commits, goes next, together. So a
lone command is as quick as it can be and a flood costs one transaction per tick. Each is answered after COMMIT.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from functools import cache, partial

from django.db import InterfaceError, OperationalError, connections

from jobfair.core.errors import Busy, DomainError
from jobfair.core.schemas import Schema
from jobfair.core.together import Together
from jobfair.realtime.reading import in_pool, viewer_of
from jobfair.realtime.registry import Asked, CommandKind

logger = logging.getLogger(__name__)
GATHER_SECONDS = 0.08
MOST = 200  # of one transaction
WAITING = 2000  # in one process; who comes later is told to come again, instead of waiting for minutes
AGAIN_SECONDS = 0.1
Outcome = Schema | DomainError


class Gathering:
    """The commands of one kind in one event loop. Batches follow one another, so a person's lines keep their order."""

    def __init__(self, kind: CommandKind) -> None:
        self._kind = kind
        self._waiting: deque[tuple[Asked, asyncio.Future[Schema]]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._last = 0.0  # time.monotonic() of the last batch

    async def do(self, asked: Asked) -> Schema:
        """The reply, once it is committed; raises what it was refused with."""
        if len(self._waiting) >= WAITING:
            raise Busy
        future: asyncio.Future[Schema] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, future))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            await asyncio.sleep(max(0.0, self._last + GATHER_SECONDS - time.monotonic()))
            self._last = time.monotonic()
            batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            try:
                outcomes = await in_pool(do_each, self._kind, [asked for asked, _ in batch])
            except Exception:
                logger.exception("%d commands %s failed", len(batch), self._kind.name)
                outcomes = [Busy()] * len(batch)
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                if future.done():  # its socket is gone
                    continue
                if isinstance(outcome, DomainError):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)


def do_each(kind: CommandKind, asked: Sequence[Asked]) -> list[Outcome]:
    """An outcome for each. One that cannot be done harms only itself.

    When the database is what failed, perhaps in the middle of COMMIT, all are asked once more: a `cid` that was
    committed gives its reply, and the others are done now.
    """
    assert kind.together is not None
    try:
        return list(kind.together(asked))
    except (OperationalError, InterfaceError) as error:
        logger.warning("%s: the database failed (%s); asked once more", kind.name, type(error).__name__)
        return _once_more(kind, asked)
    except Exception as error:
        if len(asked) == 1:
            logger.exception("%s failed", kind.name)
            return [error if isinstance(error, DomainError) else DomainError()]
        logger.warning("%d of %s failed; each is tried alone", len(asked), kind.name)
        return [outcome for one in asked for outcome in do_each(kind, [one])]


def _once_more(kind: CommandKind, asked: Sequence[Asked]) -> list[Outcome]:
    assert kind.together is not None
    connections.close_all()
    time.sleep(AGAIN_SECONDS)
    try:
        return list(kind.together(asked))
    except Exception:
        logger.exception("%d of %s failed twice", len(asked), kind.name)
        return [Busy()] * len(asked)


def do_alone(kind: CommandKind, asked: Asked) -> Schema:
    assert kind.handler is not None
    return kind.handler(viewer_of(asked.user_id), asked.cid, asked.args)


def do_by_http(kind: CommandKind, asked: Asked) -> Schema:
    """In a request's own thread, together with those of other threads where the kind says so."""
    return do_alone(kind, asked) if kind.together is None else _round_of(kind)(asked)


@cache
def _round_of(kind: CommandKind) -> Together[Asked, Schema]:
    return Together(partial(do_each, kind), apart=lambda asked: (asked.user_id, asked.cid))
