"""One socket as the hub sees it: a queue of encoded frames with a cap, drained by its own task."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine

from jobfair.realtime.protocol import Close

CAP_BYTES = 256_000
Send = Callable[[str], Awaitable[None]]
Shut = Callable[[int], Coroutine[None, None, None]]


class Connection:
    """`push` never waits; frames leave in the order they were pushed; a socket that can't keep up is closed."""

    def __init__(self, *, send: Send, shut: Shut, user_id: int | None, session: str | None = None) -> None:
        self.user_id = user_id
        self.session = session  # the mark of the session it was opened in
        self.rights = 0  # how often its user's rights have changed
        self.topics: set[str] = set()
        self._send = send
        self._shut = shut
        self._frames: deque[str] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._closing: int | None = None
        self._task = asyncio.create_task(self._drain())

    @property
    def closing(self) -> bool:
        return self._closing is not None

    def push(self, frame: str) -> None:
        if self._closing is not None:
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        if self._bytes > CAP_BYTES:
            self.close(Close.TOO_SLOW)
        self._wake.set()

    def close(self, code: int) -> None:
        """Close with `code`; what waits is dropped, the client rejoins."""
        if self._closing is not None:
            return
        self._closing = code
        self._frames.clear()
        self._bytes = 0
        self._task.cancel()
        self._task = asyncio.create_task(self._shut(int(code)))  # autobahn refuses an IntEnum

    def stop(self) -> None:
        """The socket is gone."""
        if self._closing is None:
            self._task.cancel()

    async def _drain(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._frames:
                frame = self._frames.popleft()
                await self._send(frame)
                self._bytes -= len(frame)
