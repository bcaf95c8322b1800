"""One socket as the hub sees it: a queue of encoded frames with a cap, drained by its own task.

Behind the queue lies the transport's buffer. Where the server offers a `Flow`, the queue waits for that buffer to
empty; elsewhere `send` itself waits. Either way what a socket does not read stays here, where it is counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from secrets import token_hex
from typing import Protocol

from jobfair.realtime.protocol import Close

logger = logging.getLogger(__name__)
FLOW = "jobfair.flow"  # key in scope["extensions"], where the server offers one
CAP_BYTES = 256_000  # waiting for one socket, here and in the transport's buffer
TRANSPORT_BYTES = 64_000  # what the transport takes before it asks us to wait (Twisted's bufferSize)
QUEUE_BYTES = CAP_BYTES - TRANSPORT_BYTES
REPLY_BYTES = CAP_BYTES // 2  # no single reply is larger, so a client that comes back can be answered
GAUGE_BYTES = 32_000  # with more waiting, gauges are left out until the socket has caught up
ROOM_SECONDS = 20.0  # a reply waits so long for its turn
Send = Callable[[str], Awaitable[None]]
Shut = Callable[[int, str], Coroutine[None, None, None]]


class Flow(Protocol):
    """Backpressure of a transport whose `send` never waits."""

    async def room(self) -> None:
        """Return when the transport's buffer has room, or its peer is gone."""


@dataclass(frozen=True)
class Waiting:
    frame: str
    size: int  # bytes
    gauge: str | None  # the topic of a gauge frame


class Connection:
    """`push` never waits; frames leave in the order they were pushed.

    A socket that can't keep up loses its gauges first (`stale`: their topics, sent whole once it has caught up),
    then it is closed.
    """

    def __init__(
        self,
        *,
        send: Send,
        shut: Shut,
        user_id: int | None,
        session: str | None = None,
        flow: Flow | None = None,
        device: str | None = None,
    ) -> None:
        self.user_id = user_id
        # Whom it is counted as: the person, else the device its page states, else this socket alone.
        self.who = f"user:{user_id}" if user_id else f"device:{device}" if device else f"page:{token_hex(8)}"
        self.session = session  # the mark of the session it was opened in
        self.rights = 0  # how often its user's rights have changed
        self.topics: set[str] = set()
        self.stale: set[str] = set()
        self.beat_tick = 0  # at which of the hub's ticks it gets its heartbeat
        self._send = send
        self._shut = shut
        self._flow = flow
        self._frames: deque[Waiting] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._shrunk = asyncio.Event()
        self._closing: int | None = None
        self._task = asyncio.create_task(self._drain())

    @property
    def closing(self) -> bool:
        return self._closing is not None

    @property
    def caught_up(self) -> bool:
        return self._bytes == 0

    def push(self, frame: str) -> None:
        self._enqueue(Waiting(frame, size_of(frame), None))

    def push_gauge(self, topic: str, frame: str) -> None:
        """A change of a gauge: left out, and marked, while much is waiting."""
        if self._bytes > GAUGE_BYTES:
            self.stale.add(topic)
        else:
            self._enqueue(Waiting(frame, size_of(frame), topic))

    async def room_for(self, frame: str) -> None:
        """Wait until a reply this large leaves half the cap for what follows; a socket that never reads is closed."""
        size = size_of(frame)
        try:
            async with asyncio.timeout(ROOM_SECONDS):
                while self._bytes and self._bytes + size > REPLY_BYTES and not self.closing:
                    self._shrunk.clear()
                    await self._shrunk.wait()
        except TimeoutError:
            self.close(Close.TOO_SLOW)

    def close(self, code: int, reason: str = "") -> None:
        """Close with `code`; what waits is dropped, the client rejoins."""
        if self._closing is not None:
            return
        if code == Close.TOO_SLOW:
            logger.warning("a socket is too slow for what it joined: closing it")
        self._end(code)
        self._task = asyncio.create_task(self._shut(int(code), reason))  # autobahn refuses an IntEnum

    def stop(self) -> None:
        """The socket is gone."""
        if self._closing is None:
            self._end(Close.RESTART)

    def _end(self, code: int) -> None:
        self._closing = code
        self._frames.clear()
        self._bytes = 0
        self._task.cancel()
        self._shrunk.set()

    def _enqueue(self, waiting: Waiting) -> None:
        if self._closing is not None:
            return
        self._frames.append(waiting)
        self._bytes += waiting.size
        if self._bytes > QUEUE_BYTES:
            self._drop_gauges()
        if self._bytes > QUEUE_BYTES:
            self.close(Close.TOO_SLOW)
        self._wake.set()

    def _drop_gauges(self) -> None:
        for waiting in self._frames:
            if waiting.gauge is not None:
                self.stale.add(waiting.gauge)
                self._bytes -= waiting.size
        self._frames = deque(waiting for waiting in self._frames if waiting.gauge is None)

    async def _drain(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._frames:
                if self._flow is not None:
                    await self._flow.room()
                if not self._frames:  # dropped meanwhile
                    break
                waiting = self._frames.popleft()
                await self._send(waiting.frame)
                self._bytes -= waiting.size
                self._shrunk.set()


def size_of(frame: str) -> int:
    """Bytes on the wire, frame header aside."""
    return len(frame) if frame.isascii() else len(frame.encode())
