"""Doorbells: "topic X has offsets 41..42", from the committing process to every hub.

Nothing depends on them: a hub that hears none still reads the tops once a second.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from jobfair.realtime.log import Append, Entry

logger = logging.getLogger(__name__)
GROUP = "hubs"
PROCESS = secrets.token_hex(8)  # tells a hub its own process's bells, which it already took
COURTESY_BYTES = 32_000
WAITING_BELLS = 10_000


@dataclass(frozen=True)
class Bell:
    """Offsets first..last of `topic`; `entries` is a courtesy and may be empty."""

    epoch: str
    topic: str
    first: int
    last: int
    entries: tuple[Entry, ...]


Listener = Callable[[Sequence[Bell]], None]
_listeners: set[Listener] = set()


def listen(listener: Listener) -> None:
    """`listener` is called in whatever thread committed; it must not block."""
    _listeners.add(listener)


def unlisten(listener: Listener) -> None:
    _listeners.discard(listener)


def ring(epoch: str, appends: Sequence[Append]) -> None:
    """Tell this process's hubs at once, and the others through the channel layer. Never raises, never waits."""
    bells = [Bell(epoch, added.topic, added.first, added.last, added.entries) for added in appends]
    for listener in tuple(_listeners):
        try:
            listener(bells)
        except Exception:
            logger.exception("a hub did not take its doorbell; its poll will")
    if settings.REDIS_URL:
        _outbound().put(bells)


def pack(bells: Sequence[Bell]) -> dict[str, Any]:
    """A channel-layer message."""
    return {
        "type": "doorbell",
        "from": PROCESS,
        "bells": [
            [bell.epoch, bell.topic, bell.first, bell.last, [[e.at, e.type, e.payload] for e in bell.entries]]
            for bell in bells
        ],
    }


def unpack(message: dict[str, Any]) -> list[Bell]:
    """The bells of another process; none of one's own."""
    if message.get("from") == PROCESS:
        return []
    return [
        Bell(epoch, topic, first, last, tuple(Entry(*entry) for entry in entries))
        for epoch, topic, first, last, entries in message["bells"]
    ]


class Outbound:
    """One thread with one event loop that carries bells to the channel layer; drops them when it lags."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[Sequence[Bell]] = queue.Queue(WAITING_BELLS)
        threading.Thread(target=lambda: asyncio.run(self._carry()), name="doorbells", daemon=True).start()

    def put(self, bells: Sequence[Bell]) -> None:
        try:
            self.waiting.put_nowait(bells)
        except queue.Full:
            logger.warning("doorbells dropped: the channel layer lags; hubs poll")

    async def _carry(self) -> None:
        layer = get_channel_layer()
        while True:
            # Blocks this idle loop on purpose: an executor's thread would outlive the interpreter.
            bells = self.waiting.get()
            try:
                await asyncio.wait_for(layer.group_send(GROUP, pack(bells)), timeout=2)
            except Exception as error:  # noqa: BLE001 - whatever failed, the next round heals it
                logger.warning("doorbell not carried (%s); hubs poll", type(error).__name__)


_outbound_instance: Outbound | None = None
_outbound_lock = threading.Lock()


def _outbound() -> Outbound:
    global _outbound_instance
    with _outbound_lock:
        if _outbound_instance is None:
            _outbound_instance = Outbound()
        return _outbound_instance
