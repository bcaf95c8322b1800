"""One room full of viewers while many speak: every line to everyone, how late, at what cost; and the viewer figure.

    python bench/live_room.py [--quick] [--store sqlite|postgres] [--viewers 1000] [--lines 50] [--seconds 30]

Without DEBUG. On SQLite one server process, as run.py serves; on PostgreSQL and Valkey (its own, from wheels) two, each
with half of the viewers, and the worker apart. Viewers follow the room and its chat and say that they are playing.
Speakers, one for each quarter of a line a second (nobody may say more than 20 a minute), say lines on the clock whether
or not earlier ones are acknowledged; each line carries when it was sent. All sockets are in one client process on this
machine, so its time is in the figures. Checked: each viewer's offsets have no gap, each acknowledged line is told to
each viewer once and in one order for all, the viewer figure is within 1 % while nobody comes or goes and, on
PostgreSQL, right within 15 s after one of the two processes was killed with -9.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import secrets
import struct
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.submit import cpu_of  # noqa: E402
from jobfair.config.simulation.wire import PING, PONG, Address, Broken, Socket  # noqa: E402
from tests.faults.server import Server  # noqa: E402
from tests.stores import spawn, start_postgres, start_valkey  # noqa: E402

SETTINGS = {"JOBFAIR_DEBUG": "", "JOBFAIR_SECRET_KEY": secrets.token_hex(32), "JOBFAIR_LOG_LEVEL": "ERROR"}
SETTLES = 15.0  # seconds in which a figure is right after whatever happened
EACH_S = 0.25  # lines a second of one speaker
P99_MS = 250.0
TELLS = re.compile(rb'"at":(\d+),"is":"livestream.lines_posted"')
LINE = re.compile(rb'"id":(\d+),"side"')
SENT = re.compile(rb"at (\d+) of")
SEED = """
import json
from tests.applications.scene import session_of
from jobfair.core import clock
from tests.livestream.talking import Chatter, make_viewer
from livestream.models import LiveSession
from datetime import timedelta
chatter, now = Chatter(), clock.now()
LiveSession.objects.create(room=chatter.room, title="压测", state="live", starts_at=now, live_at=now,
                           ends_at=now + timedelta(hours=2))
from jobfair.accounts.models import User
people = User.objects.bulk_create(
    [User(username=f"b{{n}}", password="!x", phone=f"bench-{{n}}", phone_verified=True, display_name="王小明")
     for n in range({speakers})], batch_size=2000)
print(json.dumps(dict(room=chatter.room.pk, sessions=[session_of(one) for one in people])))
"""


class Viewer(asyncio.Protocol):
    """A socket that only reads, as cheaply as a client can: one in twenty looks at when each line was sent."""

    def __init__(self, address: Address, room: int, *, looks: bool, late: list[float]) -> None:
        self.address, self.room, self.looks, self.late = address, room, looks, late
        self.lines: list[int] = []
        self.last: int | None = None
        self.gaps = 0
        self.joined = asyncio.get_running_loop().create_future()
        self.ended = False
        self._replies = 0
        self._raw = b""
        self._open = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        host = f"{self.address.host}:{self.address.port}"
        device = secrets.token_hex(16)
        transport.write(
            f"GET /ws/?device={device} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: c2FtcGxlIG5vbmNlIDEyMw==\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://{host}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._raw += data
        if not self._open:
            head, found, rest = self._raw.partition(b"\r\n\r\n")
            if not found:
                return
            assert b" 101 " in head.split(b"\r\n")[0], head
            self._open, self._raw = True, rest
            topic = f"live:{self.room}"
            self._send({"id": 1, "do": "join", "topic": topic, "since": None, "presence": "playing"})
            self._send({"id": 2, "do": "join", "topic": f"{topic}:talk", "since": None})
        while (frame := self._next()) is not None:
            self._take(frame)

    def connection_lost(self, error: Exception | None) -> None:
        self.ended = True
        if not self.joined.done():
            self.joined.set_exception(Broken("closed before it had joined"))

    def _next(self) -> bytes | None:
        raw = self._raw
        if len(raw) < 2:
            return None
        size, start = raw[1] & 0x7F, 2
        if size == 126:
            if len(raw) < 4:
                return None
            (size,), start = struct.unpack_from("!H", raw, 2), 4
        elif size == 127:
            if len(raw) < 10:
                return None
            (size,), start = struct.unpack_from("!Q", raw, 2), 10
        if len(raw) < start + size:
            return None
        self._raw = raw[start + size :]
        data = raw[start : start + size]
        if raw[0] & 0x0F == PING:  # who does not answer is taken for gone after 50 s
            self.transport.write(bytes([0x80 | PONG, 0x80 | len(data)]) + bytes(4) + data)
        return data if raw[0] & 0x0F == 1 else b""

    def _take(self, frame: bytes) -> None:
        told = TELLS.search(frame, 0, 200) if frame.startswith(b'{"on"') else None
        if told is not None:
            at = int(told[1])
            self.gaps += self.last is not None and at != self.last + 1
            self.last = at
            self.lines += [int(id) for id in LINE.findall(frame)]
            if self.looks:
                now = time.time()
                self.late += [now - int(sent) / 1e6 for sent in SENT.findall(frame)]
        elif frame.startswith(b'{"re"'):
            self._replies += 1
            if self._replies == 2:
                self.last = json.loads(frame)["ok"]["offset"]
                self.joined.set_result(None)

    def _send(self, frame: dict[str, Any]) -> None:
        data = json.dumps(frame).encode()
        head = (
            bytes([0x81, 0x80 | len(data)]) if len(data) < 126 else struct.pack("!BBH", 0x81, 0xFE, len(data))
        )
        self.transport.write(head + bytes(4) + data)


@dataclass
class Said:
    acknowledged: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


async def speak(socket: Socket, room: int, number: int, until: float, said: Said) -> None:
    """One person: a line each four seconds, on the clock."""
    due = time.time() + secrets.randbelow(4000) / 1000
    turn = 0
    while due < until:
        await asyncio.sleep(max(0.0, due - time.time()))
        turn += 1
        text = f"第{turn}句 at {int(time.time() * 1e6)} of {number}"
        began = time.perf_counter()
        frame = {"do": "livestream.say", "cid": f"bench-{number:06d}-{turn:06d}"}
        socket.send({"id": turn, **frame, "args": {"room_id": room, "text": text}})
        while (answer := await socket.receive()).get("re") != turn:
            pass
        if "ok" in answer and answer["ok"]["line"] is not None:
            said.waits.append(time.perf_counter() - began)
            said.acknowledged.append(answer["ok"]["line"]["id"])
        else:
            said.refused.append(json.dumps(answer, ensure_ascii=False)[:200])
        due += 1 / EACH_S


async def figure_is(address: Address, room: int, wanted: int, within: float) -> tuple[float, list[int]]:
    """Seconds until the gauge says `wanted`, give or take 1 %; and all that it said for five seconds after."""
    socket = await Socket.open(address, "")
    socket.send({"id": 1, "do": "join", "topic": f"live:{room}:figures", "since": None})
    began, took, seen, playing = time.monotonic(), float("inf"), [], -1
    while time.monotonic() - began < within + 5 and time.monotonic() - began < took + 5:
        try:
            async with asyncio.timeout(0.5):
                frame = await socket.receive()
            playing = (frame.get("gauge") or frame.get("ok", {}).get("gauge", {})).get("playing", playing)
        except TimeoutError:
            pass
        right = abs(playing - wanted) <= max(1, wanted // 100)
        if right and took == float("inf"):
            took = time.monotonic() - began
        if took < float("inf"):
            seen.append(playing)
    socket.close()
    return took, seen


@dataclass
class Measured:
    said: Said
    late: list[float]
    viewers: list[Viewer]
    cpu: float = 0.0  # seconds of the server processes
    took: float = 0.0
    figure: list[int] = field(default_factory=list)
    figure_after: float = 0.0
    killed: tuple[float, int] | None = None


async def measure(servers: list[Server], seed: dict[str, Any], options: argparse.Namespace) -> Measured:
    addresses, room = [Address.of(one.url) for one in servers], seed["room"]
    found = Measured(Said(), [], [])
    loop = asyncio.get_running_loop()
    for number in range(options.viewers):
        address = addresses[number % len(addresses)]
        viewer = Viewer(address, room, looks=number % 20 == 0, late=found.late)
        await loop.create_connection(lambda made=viewer: made, address.host, address.port)
        found.viewers.append(viewer)
        await viewer.joined
    speakers = [
        await Socket.open(addresses[n % len(addresses)], f"sessionid={key}")
        for n, key in enumerate(seed["sessions"])
    ]
    print(f"{options.viewers} viewers and {len(speakers)} speakers connected", file=sys.stderr)
    found.figure_after, found.figure = await figure_is(addresses[0], room, options.viewers, SETTLES)
    before, began = cpu_of([one.pid for one in servers]), time.monotonic()
    until = time.time() + options.seconds
    async with asyncio.TaskGroup() as group:
        for number, socket in enumerate(speakers):
            group.create_task(speak(socket, room, number, until, found.said))
    found.took = time.monotonic() - began
    found.cpu = cpu_of([one.pid for one in servers]) - before
    await asyncio.sleep(2)
    if len(servers) > 1:
        servers[-1].kill9()
        left = sum(number % len(servers) == 0 for number in range(options.viewers))
        after, _ = await figure_is(addresses[0], room, left, SETTLES + 5)
        found.killed = (after, left)
    return found


def broken_promises(found: Measured, options: argparse.Namespace) -> list[str]:
    """What was promised and did not hold."""
    wrong = []
    order = found.viewers[0].lines
    if cut_off := sum(one.ended for one in found.viewers if found.killed is None):
        wrong.append(f"{cut_off} viewers were cut off")
    if gaps := sum(one.gaps for one in found.viewers):
        wrong.append(f"{gaps} gaps in offsets")
    if others := sum(one.lines != order for one in found.viewers):
        wrong.append(f"{others} viewers were told something else than the first")
    if len(order) != len(set(order)):
        wrong.append("a line was told twice")
    if missing := set(found.said.acknowledged) - set(order):
        wrong.append(f"{len(missing)} acknowledged lines were not told")
    if found.said.refused:
        wrong.append(f"{len(found.said.refused)} lines refused: {found.said.refused[0]}")
    off = [one for one in found.figure if abs(one - options.viewers) > max(1, options.viewers // 100)]
    if off or found.figure_after > SETTLES:
        wrong.append(f"the viewer figure was off: {off[:5]}, right after {found.figure_after:.1f} s")
    if found.killed is not None and found.killed[0] > SETTLES:
        wrong.append(f"after the kill the figure was right only after {found.killed[0]:.1f} s")
    return wrong


def row(name: str, values: list[float]) -> str:
    ordered = sorted(values)
    shown = [1000 * ordered[min(len(ordered) - 1, int(len(ordered) * one))] for one in (0.5, 0.95, 0.99, 1.0)]
    return f"| {name} | " + " | ".join(f"{one:.0f}" for one in shown) + " |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--quick", action="store_true", help="60 viewers, 10 lines a second, 6 s: does it work at all"
    )
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--viewers", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=50, help="a second")
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    if options.quick:
        options.viewers, options.lines, options.seconds = 60, 10, 6
    stores = [start_postgres(), start_valkey()] if options.store == "postgres" else []
    urls = {"database_url": stores[0].url, "redis_url": stores[1].url} if stores else {}
    state = Path(tempfile.mkdtemp(prefix="jobfair-live-"))
    env = SETTINGS | ({"JOBFAIR_WORKER": "off"} if stores else {})
    servers = [Server(state, **urls, env=env) for _ in range(2 if stores else 1)]
    worker, load = None, os.getloadavg()[0]
    try:
        servers[0].manage("migrate", "--verbosity", "0")
        code = SEED.format(speakers=int(options.lines / EACH_S))
        seed = json.loads(servers[0].manage("shell", "-v", "0", "-c", code).splitlines()[-1])
        for one in servers:
            one.start()
        if stores:
            worker = spawn(servers[0].command("work"), log=state / "work.log", env=servers[0].env, cwd=ROOT)
        found = asyncio.run(measure(servers, seed, options))
    finally:
        for one in servers:
            one.stop()
        if worker is not None:
            worker.terminate()
            worker.wait(20)
        for store in reversed(stores):
            store.stop()
    told = len(found.viewers[0].lines)
    print(
        f"{options.viewers} viewers, {told} lines in {found.took:.0f} s ({told / found.took:.0f}/s), {options.store}, "
        f"{len(servers)} processes, {os.cpu_count()} cores, load {load:.1f} before; server CPU "
        f"{found.cpu / found.took:.2f} cores; viewer figure right after {found.figure_after:.1f} s"
        + (f", {found.killed[0]:.1f} s after a kill" if found.killed else "")
        + "\n\n| ms | p50 | p95 | p99 | most |\n|---|---|---|---|---|"
    )
    print(row("from the command to a viewer", found.late))
    print(row("to the speaker's own reply", found.said.waits))
    wrong = broken_promises(found, options)
    for one in wrong:
        print(f"WRONG: {one}")
    late = sorted(found.late)
    print(f"p99 {1000 * late[int(len(late) * 0.99)]:.0f} ms, goal {P99_MS:.0f}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
