"""One socket as the hub sees it: frames go straight to the transport, or wait in a queue with a cap.

Where the server offers a `Flow`, a frame that nothing waits before is written at once, without a task's turn; once the
transport's buffer is full the rest waits here until it is empty. Elsewhere a task awaits `send`. Either way what a
socket does not read stays here, where it is counted.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from secrets import token_hex
from typing import Protocol

from jobfair.realtime.frames import Frame
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
    """A transport that takes frames at once, and says when it is full."""

    def has_room(self) -> bool:
        """Whether the transport's buffer has room, or its peer is gone."""

    async def room(self) -> None:
        """Return when it has."""

    def write(self, frame: Frame) -> None:
        """Behind whatever was written before; nothing where the peer is gone."""


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
        self._frames: deque[tuple[Frame, str | None]] = deque()  # with the topic of a gauge's
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

    def push(self, frame: Frame) -> None:
        self._enqueue(frame, None)

    def push_gauge(self, topic: str, frame: Frame) -> None:
        """A change of a gauge: left out, and marked, while much is waiting."""
        if self._bytes > GAUGE_BYTES:
            self.stale.add(topic)
        else:
            self._enqueue(frame, topic)

    async def room_for(self, frame: Frame) -> None:
        """Wait until a reply this large leaves half the cap for what follows; a socket that never reads is closed."""
        try:
            async with asyncio.timeout(ROOM_SECONDS):
                while self._bytes and self._bytes + frame.size > REPLY_BYTES and not self.closing:
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

    def _enqueue(self, frame: Frame, gauge: str | None) -> None:
        if self._closing is not None:
            return
        if self._flow is not None and not self._frames and self._flow.has_room():
            self._flow.write(frame)
            return
        self._frames.append((frame, gauge))
        self._bytes += frame.size
        if self._bytes > QUEUE_BYTES:
            self._drop_gauges()
        if self._bytes > QUEUE_BYTES:
            self.close(Close.TOO_SLOW)
        self._wake.set()

    def _drop_gauges(self) -> None:
        for frame, gauge in self._frames:
            if gauge is not None:
                self.stale.add(gauge)
                self._bytes -= frame.size
        self._frames = deque((frame, gauge) for frame, gauge in self._frames if gauge is None)

    async def _drain(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._frames:
                if self._flow is not None:
                    await self._flow.room()
                if not self._frames:  # dropped meanwhile
                    break
                frame, _ = self._frames.popleft()
                if self._flow is not None:
                    self._flow.write(frame)
                else:
                    await self._send(frame.text)
                self._bytes -= frame.size
                self._shrunk.set()
