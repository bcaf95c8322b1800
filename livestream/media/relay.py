"""Other platforms: what is on air is pushed to each by an ffmpeg of its own. One that fails bothers nobody."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from livestream.media.processes import Child, start_ffmpeg

logger = logging.getLogger(__name__)
State = Literal["waiting", "connecting", "on", "failing"]
AHEAD = 12  # segments that wait for a platform that takes none; then the oldest are left out
SURE_AFTER = 4.0  # seconds an ffmpeg has lived and was fed: the platform takes it
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
STUCK_FOR = 10_000_000  # microseconds in which the platform takes no byte


@dataclass(frozen=True)
class Target:
    """`address` is where to push, its key included: it is shown to nobody."""

    id: int
    address: str


class Relay:
    """One platform. `give` never waits."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.state: State = "waiting"
        self.reason = ""
        self._queue: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue(AHEAD)
        self._child: Child | None = None
        self._run = -1
        self._began = 0.0
        self._wait = FIRST_WAIT
        self._again_at = 0.0
        self._pushing = asyncio.create_task(self._push())

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.running else None

    def give(self, run: int, data: bytes) -> None:
        """A segment that is on air. Another run is another time line, so it gets another connection."""
        with contextlib.suppress(asyncio.QueueFull):
            self._queue.put_nowait((run, data))
            return
        self._queue.get_nowait()
        self._queue.put_nowait((run, data))

    async def stop(self) -> None:
        """At once: after a cut nothing more may go out."""
        self._pushing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._pushing
        if self._child is not None:
            await self._child.kill()

    async def _push(self) -> None:
        while True:
            run, data = await self._queue.get()
            if time.monotonic() < self._again_at:
                continue  # what was live then is not sent later
            if self._child is not None and run != self._run:
                await self._child.end()
                self._child = None
            if self._child is None:
                await self._connect(run)
            await self._send(data)

    async def _connect(self, run: int) -> None:
        if self.state != "failing":
            self.state = "connecting"
        self._run, self._began = run, time.monotonic()
        self._child = await start_ffmpeg(
            *("-fflags", "nobuffer", "-f", "mpegts", "-i", "pipe:0", "-c", "copy"),
            *("-rw_timeout", str(STUCK_FOR), "-f", "flv", "-flvflags", "no_duration_filesize"),
            self.target.address,
            reads=False,
            secrets=[self.target.address, *secret_parts(self.target.address)],
        )

    async def _send(self, data: bytes) -> None:
        assert self._child is not None
        sent = await self._child.feed(data)
        if sent and self._child.running:
            if time.monotonic() - self._began > SURE_AFTER:
                self.state, self.reason, self._wait = "on", "", FIRST_WAIT
            return
        await self._child.end()
        self.state = "failing"
        self.reason = self._child.said[-1] if self._child.said else ""
        logger.warning("relay %s failed: %s", self.target.id, self.reason)
        self._child = None
        self._again_at = time.monotonic() + self._wait
        self._wait = min(self._wait * 2, LONGEST_WAIT)


def secret_parts(address: str) -> list[str]:
    """What of an address must be in no log: its last step and its query."""
    parts = urlsplit(address)
    last = parts.path.rsplit("/", 1)[-1]
    return [
        part for part in (f"{last}?{parts.query}", last, parts.query, parts.password or "") if len(part) > 3
    ]
