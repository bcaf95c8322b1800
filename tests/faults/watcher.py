"""Pages that watch: each keeps every push it saw, and a view made by the reducers of tests/booths/views.py."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.booths.views import apply
from tests.faults.server import Server

Json = dict[str, Any]
SILENT = 60.0  # seconds without a frame: the connection is dead
PATIENCE = 90.0  # seconds until what has not come counts as missing


@dataclass(frozen=True)
class Seen:
    epoch: str
    at: int
    name: str
    data: Json
    when: float  # time.monotonic()


@dataclass
class Follower:
    """The client's rules without a network: what to keep of each frame, and when to join again."""

    topic: str
    epoch: str = ""
    offset: int = -1
    view: Json = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def since(self) -> Json | None:
        return {"epoch": self.epoch, "offset": self.offset} if self.offset >= 0 else None

    def joined(self, ok: Json) -> None:
        if "snapshot" in ok:
            self.counts["snapshots"] += 1
            if ok["epoch"] == self.epoch:
                assert ok["offset"] >= self.offset, f"{self.topic} went back: {self.offset} → {ok['offset']}"
            self.epoch, self.offset, self.view = ok["epoch"], ok["offset"], ok["snapshot"]
            return
        self.counts["replays"] += 1
        assert ok["epoch"] == self.epoch
        for push in ok["missed"]:
            assert push["at"] == self.offset + 1, f"a replay of {self.topic} with a hole at {push['at']}"
            self._apply(push)
        assert self.offset == ok["offset"], f"a replay of {self.topic} ends before its offset"

    def pushed(self, frame: Json) -> bool:
        """Apply a push; False where one before it is missing."""
        if frame["at"] <= self.offset:
            self.counts["doubles"] += 1
        elif frame["at"] == self.offset + 1:
            self._apply(frame)
        else:
            self.counts["gaps"] += 1
            return False
        return True

    def _apply(self, push: Json) -> None:
        self.offset = push["at"]
        self.view = apply(self.view, push["is"], push["data"])
        self.seen.append(Seen(self.epoch, push["at"], push["is"], push["data"], time.monotonic()))


class Watcher:
    """A page that watches one topic and comes back, with its offset, however its connection ends."""

    def __init__(self, servers: Sequence[Server], topic: str, cookies: str = "") -> None:
        self.servers = servers
        self.follower = Follower(topic)
        self.cookies = cookies
        self.turn = 0
        self.stopping = False
        self.socket: ClientConnection | None = None
        self._rejoin_at = 0
        self._ids = 0

    async def run(self) -> None:
        while not self.stopping:
            try:
                await self._connected()
            except (OSError, WebSocketException, TimeoutError):
                self.follower.counts["connections lost"] += not self.stopping
                self.turn += 1
            if not self.stopping:
                await asyncio.sleep(random.uniform(0.05, 0.3))

    async def stop(self) -> None:
        self.stopping = True
        if self.socket is not None:
            await self.socket.close()

    async def caught_up(self, offset: int) -> float:
        """Wait until `offset` is in the view; returns the seconds it took."""
        started = time.monotonic()
        while self.follower.offset < offset:
            waited = time.monotonic() - started
            where = f"{self.follower.topic} stands at {self.follower.offset}, not {offset}"
            assert waited < PATIENCE, f"{where}, after {waited:.1f} s: {dict(self.follower.counts)}"
            await asyncio.sleep(0.02)
        return time.monotonic() - started

    async def _connected(self) -> None:
        server = self.servers[self.turn % len(self.servers)]
        async with open_socket(server, self.cookies) as self.socket:
            await self._join()
            while True:
                async with asyncio.timeout(SILENT):
                    frame = json.loads(await self.socket.recv())
                await self._take(frame)

    async def _join(self, *, afresh: bool = False) -> None:
        assert self.socket is not None
        self._ids += 1
        since = None if afresh else self.follower.since
        join = {"id": self._ids, "do": "join", "topic": self.follower.topic, "since": since}
        await self.socket.send(json.dumps(join))

    async def _take(self, frame: Json) -> None:
        follower = self.follower
        if "ok" in frame:
            follower.joined(frame["ok"])
        elif "error" in frame:
            follower.counts[frame["error"]["code"]] += 1
            await asyncio.sleep(0.3)
            await self._join()
        elif frame.get("reset"):
            await self._join(afresh=True)
        elif "is" in frame:
            if not follower.pushed(frame):
                await self._join()
        elif "beat" in frame and frame["beat"]["tops"].get(follower.topic, 0) > follower.offset:
            follower.counts["behind a beat"] += 1
            await self._join()


@contextlib.asynccontextmanager
async def open_socket(server: Server, cookies: str = "") -> AsyncIterator[ClientConnection]:
    """Gone when the block is left: on a busy machine closing ends in an abort, which comes a turn of the loop later."""
    opening = connect(
        server.ws_url,
        origin=server.url,  # type: ignore[arg-type]
        additional_headers={"Cookie": cookies} if cookies else None,
        compression=None,
        ping_interval=None,
        open_timeout=60,
        close_timeout=2,
        proxy=None,
        max_size=None,
    )
    async with opening as socket:
        try:
            yield socket
        finally:
            await socket.close()
            await socket.wait_closed()


async def fresh(server: Server, topic: str, cookies: str = "") -> Json:
    """What a new page sees: the join's answer."""
    async with asyncio.timeout(120), open_socket(server, cookies) as socket:
        await socket.send(json.dumps({"id": 1, "do": "join", "topic": topic, "since": None}))
        while True:
            frame = json.loads(await socket.recv())
            if frame.get("re") == 1:
                return frame["ok"]


@contextlib.asynccontextmanager
async def watching(watchers: Sequence[Watcher]) -> AsyncIterator[None]:
    """All are joined when the block begins, and gone when it ends."""
    tasks = [asyncio.create_task(watcher.run()) for watcher in watchers]
    try:
        for watcher in watchers:
            await watcher.caught_up(0)
        yield
    finally:
        for watcher in watchers:
            await watcher.stop()
        await asyncio.wait(tasks, timeout=60)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    broken = [error for error in ended if isinstance(error, Exception)]
    assert not broken, broken


async def agree(watchers: Sequence[Watcher], server: Server) -> None:
    """Every view becomes what a new page on `server` is shown."""
    for watcher in watchers:
        follower = watcher.follower
        async with asyncio.timeout(2 * PATIENCE):
            while True:
                shown = await fresh(server, follower.topic, watcher.cookies)
                await watcher.caught_up(shown["offset"])
                if follower.offset == shown["offset"]:
                    break
        assert follower.epoch == shown["epoch"]
        assert follower.view == shown["snapshot"], follower.topic


def told(watchers: Sequence[Watcher]) -> str:
    total: Counter[str] = Counter()
    for watcher in watchers:
        total += watcher.follower.counts
    pushes = sum(len(watcher.follower.seen) for watcher in watchers)
    return f"{len(watchers)} watchers saw {pushes} pushes, {dict(total)}"
