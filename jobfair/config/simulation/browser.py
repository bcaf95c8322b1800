"""One person's device: cookies, commands repeated until they are answered, and a page that follows its topics."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jobfair.config.simulation.wire import Broken, Pool, Reply, Socket

Json = dict[str, Any]
TRIES = 8
STEADY_S, LONGEST_REST_S = 10.0, 30.0  # real seconds; as the browser's, a little shorter
CSRF = "c" * 32  # double submit: cookie and header are the same; signing in renews it


@dataclass
class Told:
    """What everyone went through, counted."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)  # seconds, of answered commands
    untrue: list[str] = field(default_factory=list)  # a promise of the socket that was not kept


class Clock:
    """The fair's time, `speed` times as fast as ours."""

    def __init__(self, speed: float) -> None:
        self.speed = speed

    async def sleep(self, seconds: float) -> None:
        """Fair seconds."""
        await asyncio.sleep(seconds / self.speed)


class Browser:
    """Cookies and HTTP. A command keeps its Idempotency-Key however often it is sent."""

    def __init__(self, pool: Pool, told: Told, dice: random.Random, session: str = "") -> None:
        self.pool, self.told, self.dice = pool, told, dice
        self.cookies = {"csrftoken": CSRF} | ({"sessionid": session} if session else {})

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def get(self, path: str) -> Any:
        """The reply's JSON; None where it was refused."""
        reply = await self._settle("GET", path, None, "")
        return reply.json if reply is not None and reply.status < 300 else None

    async def press(self, path: str, body: Json | None = None) -> Json | None:
        """A durable command: its acknowledged reply, or None where it was refused."""
        pressed = time.perf_counter()
        reply = await self._settle("POST", path, body, uuid.UUID(int=self.dice.getrandbits(128)).hex)
        verb = path.rsplit("/", 1)[-1]
        if reply is None:
            self.told.failed[verb] += 1
            return None
        self.told.latencies.append(time.perf_counter() - pressed)
        if reply.status >= 300:
            self.told.refused[f"{verb}: {reply.code}"] += 1
            return None
        self.told.counts[verb] += 1
        answer: Json = reply.json
        return answer

    async def _settle(self, method: str, path: str, body: Json | None, key: str) -> Reply | None:
        """Attempts until an answer below 500 that does not ask to wait."""
        for attempt in range(TRIES):
            with contextlib.suppress(Broken):
                reply = await self._once(method, path, body, key)
                if reply.status < 500 and reply.status != 429:
                    return reply
                if reply.status >= 500:
                    self.told.failed[f"HTTP {reply.status}"] += 1
            self.told.counts["repeated requests"] += 1
            await asyncio.sleep(self.dice.uniform(0.1, 0.5) * 2**attempt)
        return None

    async def _once(self, method: str, path: str, body: Json | None, key: str) -> Reply:
        import json

        headers = {"Cookie": self.cookie_header, "X-CSRFToken": self.cookies["csrftoken"]}
        if key:
            headers["Idempotency-Key"] = key
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode() if body is not None else b""
        reply = await self.pool.send(method, f"/api/{path}", headers, data)
        self.cookies |= reply.cookies
        return reply


Taken = Callable[[str, str, Json], None]  # topic, name of the push or "snapshot", data


class Page:
    """One socket that follows topics and comes back, with its offsets, however its connection ends.

    It keeps the browser's rules: a push is applied if its offset is the next one, a gap makes it join again, and
    whatever breaks the socket's promises is written down.
    """

    def __init__(self, browser: Browser, take: Taken) -> None:
        self.browser, self.take = browser, take
        self.told = browser.told
        self.offsets: dict[str, tuple[str, int]] = {}
        self.changed = asyncio.Event()
        self._socket: Socket | None = None
        self._task: asyncio.Task[None] | None = None
        self._ids = 0
        self._joins: dict[int, str] = {}

    def open(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    def follow(self, topic: str) -> None:
        if topic not in self.offsets:
            self.offsets[topic] = ("", -1)
            self._join(topic)

    def unfollow(self, topic: str) -> None:
        if self.offsets.pop(topic, None) is not None and self._socket is not None:
            self._ids += 1
            self._socket.send({"id": self._ids, "do": "leave", "topic": topic})

    def drop(self) -> None:
        """The network goes; the page will be back."""
        if self._socket is not None:
            self.told.counts["dropped sockets"] += 1
            self._socket.cut()

    def refresh(self) -> None:
        """The page is loaded anew: it knows nothing and asks for everything."""
        self.told.counts["refreshed pages"] += 1
        self.offsets = dict.fromkeys(self.offsets, ("", -1))
        if self._socket is not None:
            self._socket.cut()

    async def wait(self, seconds: float) -> None:
        """Until something changes, or our seconds are over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.changed.wait()
        self.changed.clear()

    async def _run(self) -> None:
        """Back after a moment; the longer, the oftener it fails, or a server that is behind would never catch up."""
        failures = 0
        try:
            while True:
                began = time.monotonic()
                try:
                    await self._live()
                except Broken:
                    self.told.counts["connections lost"] += 1
                failures = 0 if time.monotonic() - began > STEADY_S else failures + 1
                longest = min(LONGEST_REST_S, 2.0**failures)
                await asyncio.sleep(self.browser.dice.uniform(0.1, longest))
        finally:
            if self._socket is not None:
                self._socket.close()

    async def _live(self) -> None:
        self._joins.clear()
        self._socket = await Socket.open(self.browser.pool.address, self.browser.cookie_header)
        try:
            for topic in list(self.offsets):
                self._join(topic)
            while True:
                self._took(await self._socket.receive())
        finally:
            socket, self._socket = self._socket, None
            if socket is not None:
                socket.cut()

    def _join(self, topic: str) -> None:
        if self._socket is None:
            return
        self._ids += 1
        self._joins[self._ids] = topic
        epoch, offset = self.offsets[topic]
        since = {"epoch": epoch, "offset": offset} if offset >= 0 else None
        self._socket.send({"id": self._ids, "do": "join", "topic": topic, "since": since})

    def _took(self, frame: Json) -> None:
        topic = frame.get("on") or self._joins.pop(frame.get("re", 0), "")
        if "beat" in frame:
            for name, top in frame["beat"].get("tops", {}).items():
                if name in self.offsets and top > self.offsets[name][1] >= 0:
                    self._join(name)
        elif "error" in frame:
            self.told.refused[f"join: {frame['error']['code']}"] += 1
        elif topic not in self.offsets:
            return
        elif "ok" in frame and "offset" in frame["ok"]:
            self._joined(topic, frame["ok"])
        elif frame.get("reset"):
            self.offsets[topic] = ("", -1)
            self._join(topic)
        elif "is" in frame:
            self._pushed(topic, frame)
        elif "gauge" in frame or "gauge" in frame.get("ok", {}):
            self.told.counts["gauges"] += 1

    def _joined(self, topic: str, ok: Json) -> None:
        epoch, offset = self.offsets[topic]
        if "snapshot" in ok:
            if ok["epoch"] == epoch and ok["offset"] < offset:
                self.told.untrue.append(f"{topic} went back from {offset} to {ok['offset']}")
            self.told.counts["snapshots"] += 1
            self.take(topic, "snapshot", ok["snapshot"])
        else:
            self.told.counts["replays"] += 1
            for push in ok.get("missed", []):
                if push["at"] <= self.offsets[topic][1]:
                    continue
                if push["at"] != self.offsets[topic][1] + 1:
                    self.told.untrue.append(f"a replay of {topic} has a hole at {push['at']}")
                self._apply(topic, push)
        self.offsets[topic] = (ok["epoch"], max(ok["offset"], self.offsets[topic][1]))
        self.changed.set()

    def _pushed(self, topic: str, push: Json) -> None:
        offset = self.offsets[topic][1]
        if offset < 0 or push["at"] <= offset:
            return  # the join's answer is on its way, and holds it
        if push["at"] == offset + 1:
            self._apply(topic, push)
            self.changed.set()
        else:
            self.told.counts["gaps"] += 1
            self._join(topic)

    def _apply(self, topic: str, push: Json) -> None:
        self.offsets[topic] = (self.offsets[topic][0], push["at"])
        self.told.counts["pushes"] += 1
        self.take(topic, push["is"], push["data"])
