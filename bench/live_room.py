"""One room full of viewers while many speak, cues change and people apply from the card.

    python bench/live_room.py [--quick] [--json] [--store sqlite|postgres] [--viewers 1000] [--lines 50]
                              [--submissions 500] [--seconds 30]

Without DEBUG. On SQLite one server process, as run.py serves; on PostgreSQL and Valkey (its own, from wheels) two, each
with half of the viewers, and the worker apart. Viewers follow the room and its chat and say that they are playing.
Speakers, one for each quarter of a line a second (nobody may say more than 20 a minute), say lines on the clock whether
or not earlier ones are acknowledged; each line carries when it was sent. Five times the director goes on to the next
cue, and each time a fifth of the applicants hand in at the position on the card, evenly over four seconds, every tenth
pressing twice. All sockets are in one client process on this machine, so its time is in the figures.

Checked: each viewer's offsets have no gap in either topic; each acknowledged line is told to each viewer once and in
one order for all; each cue in the director's order; each acknowledged application is one row, with the card's copy of
the posting, and every press is acknowledged; the viewer figure is within 1 % while nobody comes or goes and, on
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
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.submit import Connection, cpu_of  # noqa: E402
from jobfair.config.simulation.wire import PING, PONG, Address, Broken, Socket  # noqa: E402
from tests.faults.server import Server  # noqa: E402
from tests.stores import spawn, start_postgres, start_valkey  # noqa: E402

SETTINGS = {"JOBFAIR_DEBUG": "", "JOBFAIR_SECRET_KEY": secrets.token_hex(32), "JOBFAIR_LOG_LEVEL": "ERROR"}
SETTLES = 15.0  # seconds in which a figure is right after whatever happened
EACH_S = 0.25  # lines a second of one speaker
P99_MS = 250.0
CUES = 5  # changes, evenly over the time
PRESSES_S = 4.0  # seconds after a change over which people apply
DOUBLE = 10  # every tenth presses twice
SENT = re.compile(rb"at (\d+) of")
SEED = """
import json
from bench.live_room import CUES
from jobfair.accounts import second_factor, services
from jobfair.accounts.models import User
from jobfair.applications.consent import VERSION
from jobfair.core import clock
from jobfair.resumes.models import Resume
from livestream.services import rundown
from tests.applications.scene import COMPLETE, session_of
from tests.livestream.scene import Studio

studio, now = Studio(), clock.now()
secret = second_factor.new_secret()
code = second_factor.code_at(secret, now)
services.set_up_second_factor(user=studio.director, secret=secret, code=code, now=now)
plans = [studio.plan_of(number % 2) for number in range(CUES - 2)]
rundown.add_cues(session=studio.session, plans=plans, by=studio.director, now=studio.now)
studio.go_live()
studio.next()
people = User.objects.bulk_create(
    [User(username=f"b{{n}}", password="!x", phone=f"bench-{{n}}", phone_verified=True, display_name="王小明")
     for n in range({speakers} + {submissions})], batch_size=2000)
speakers, applicants = people[:{speakers}], people[{speakers}:]
Resume.objects.bulk_create([Resume(seeker=one, form=dict(COMPLETE, name="王小明"), revision=1) for one in applicants])
print(json.dumps(dict(
    room=studio.room.pk, session=studio.session.pk, seen=studio.on_air, director=session_of(studio.director),
    speakers=[session_of(one) for one in speakers], applicants=[session_of(one) for one in applicants],
    consent=VERSION)))
"""
ROWS = """
import json
from jobfair.applications.models import Application
print(json.dumps([[one.pk, one.seeker_id, one.position_id, one.source, one.source_ref]
                  for one in Application.objects.all()]))
"""


@lru_cache(maxsize=256)
def read_push(frame: bytes) -> tuple[str, int, str, list[int]]:
    """Topic, offset, name and ids of a push: parsed once, since a thousand viewers get the same bytes."""
    push = json.loads(frame)
    told, data = push["is"], push["data"]
    ids = [line["id"] for line in data["lines"]] if told == "livestream.lines_posted" else []
    ids = [data["card"]["cue_id"]] if told == "livestream.card_changed" else ids
    return push["on"], push["at"], told, ids


class Viewer(asyncio.Protocol):
    """A socket that only reads, as cheaply as a client can: one in twenty looks at when each line was sent."""

    def __init__(self, address: Address, room: int, *, looks: bool, late: list[float]) -> None:
        self.address, self.room, self.looks, self.late = address, room, looks, late
        self.lines: list[int] = []
        self.tops: dict[str, int] = {}  # offset of the last push, by topic
        self.gaps = 0
        self.cues: list[int] = []
        self.joined = asyncio.get_running_loop().create_future()
        self.ended = False
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
        if frame.startswith(b'{"on"') and b'"at":' in frame[:40]:
            topic, at, told, ids = read_push(frame)
            self.gaps += at != self.tops[topic] + 1
            self.tops[topic] = at
            if told == "livestream.lines_posted":
                self.lines += ids
                if self.looks:
                    now = time.time()
                    self.late += [now - int(sent) / 1e6 for sent in SENT.findall(frame)]
            elif told == "livestream.card_changed":
                self.cues += ids
        elif frame.startswith(b'{"re"'):
            ok = json.loads(frame)["ok"]
            self.tops[ok["topic"]] = ok["offset"]
            if len(self.tops) == 2:
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


@dataclass
class Applied:
    cues: list[int] = field(default_factory=list)  # as the director put them on
    acknowledged: dict[int, tuple[int, str]] = field(
        default_factory=dict
    )  # by id: position, copy of the posting
    waits: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Crowd:
    """The director and those who apply from the card, by plain HTTP."""

    def __init__(self, port: int, seed: dict[str, Any]) -> None:
        self.seed, self.applied = seed, Applied()
        self._free: asyncio.Queue[Connection] = asyncio.Queue()
        for _ in range(32):
            self._free.put_nowait(Connection(port))

    async def run(self, seconds: float) -> None:
        """The cues change evenly; between two of them a share of the applicants applies."""
        share, seen = len(self.seed["applicants"]) // CUES, self.seed["seen"]
        async with asyncio.TaskGroup() as group:
            for turn in range(CUES):
                await asyncio.sleep(seconds / (CUES + 1))
                path = f"/api/live-sessions/{self.seed['session']}/air"
                body = {"act": "next", "seen": seen}
                status, answer = await self._post(path, self.seed["director"], f"bench-air-{turn:04d}", body)
                assert status == 200, answer
                cue = next(one for one in json.loads(answer)["cues"] if one["state"] == "on_air")
                seen = cue["id"]
                self.applied.cues.append(seen)
                position = cue["positions"][0]
                for place, key in enumerate(self.seed["applicants"][turn * share : (turn + 1) * share]):
                    for press in range(2 if place % DOUBLE == 0 else 1):
                        due = place / share * PRESSES_S
                        group.create_task(
                            self._apply(position, key, f"bench-{turn}-{place:06d}-{press}", due)
                        )

    async def _apply(self, position: dict[str, Any], session: str, key: str, due: float) -> None:
        await asyncio.sleep(due)
        began = time.perf_counter()
        body = {
            "resume": "form",
            "source": "livestream",
            "source_ref": position["reference"],
            "consent_text_version": self.seed["consent"],
        }
        status, answer = await self._post(f"/api/positions/{position['id']}/applications", session, key, body)
        if status in {200, 201}:
            self.applied.waits.append(time.perf_counter() - began)
            self.applied.acknowledged[json.loads(answer)["id"]] = (position["id"], position["reference"])
        else:
            self.applied.refused.append(f"{status} {answer.decode()[:200]}")

    async def _post(self, path: str, session: str, key: str, body: dict[str, Any]) -> tuple[int, bytes]:
        connection = await self._free.get()
        try:
            return await connection.post(path, session, key, json.dumps(body).encode())
        finally:
            self._free.put_nowait(connection)


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
    applied: Applied
    late: list[float]
    viewers: list[Viewer]
    rows: list[tuple[int, int, int, str, str]] = field(default_factory=list)  # of applications
    cpu: float = 0.0  # seconds of the server processes
    took: float = 0.0
    figure: list[int] = field(default_factory=list)
    figure_after: float = 0.0
    killed: tuple[float, int] | None = None


async def measure(servers: list[Server], seed: dict[str, Any], options: argparse.Namespace) -> Measured:
    addresses, room = [Address.of(one.url) for one in servers], seed["room"]
    crowd = Crowd(servers[0].port, seed)
    found = Measured(Said(), crowd.applied, [], [])
    loop = asyncio.get_running_loop()
    for number in range(options.viewers):
        address = addresses[number % len(addresses)]
        viewer = Viewer(address, room, looks=number % 20 == 0, late=found.late)
        await loop.create_connection(lambda made=viewer: made, address.host, address.port)
        found.viewers.append(viewer)
        await viewer.joined
    speakers = [
        await Socket.open(addresses[n % len(addresses)], f"sessionid={key}")
        for n, key in enumerate(seed["speakers"])
    ]
    print(f"{options.viewers} viewers and {len(speakers)} speakers connected", file=sys.stderr)
    found.figure_after, found.figure = await figure_is(addresses[0], room, options.viewers, SETTLES)
    before, began = cpu_of([one.pid for one in servers]), time.monotonic()
    until = time.time() + options.seconds
    async with asyncio.TaskGroup() as group:
        for number, socket in enumerate(speakers):
            group.create_task(speak(socket, room, number, until, found.said))
        group.create_task(crowd.run(options.seconds))
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
    if others := [one for one in found.viewers if one.lines != order]:
        theirs = others[0].lines
        pairs = zip(order, theirs, strict=False)
        place = next(
            (at for at, (one, other) in enumerate(pairs) if one != other), min(len(order), len(theirs))
        )
        wrong.append(
            f"{len(others)} viewers were told something else than the first, from line {place} of {len(order)} on: "
            f"{theirs[place : place + 3]} instead of {order[place : place + 3]}"
        )
    if len(order) != len(set(order)):
        wrong.append("a line was told twice")
    if missing := set(found.said.acknowledged) - set(order):
        wrong.append(f"{len(missing)} acknowledged lines were not told")
    if strays := sum(one.cues != found.applied.cues for one in found.viewers):
        wrong.append(f"{strays} viewers saw other cues than {found.applied.cues}")
    wrong += broken_applications(found, options)
    if found.said.refused:
        wrong.append(f"{len(found.said.refused)} lines refused: {found.said.refused[0]}")
    off = [one for one in found.figure if abs(one - options.viewers) > max(1, options.viewers // 100)]
    if off or found.figure_after > SETTLES:
        wrong.append(f"the viewer figure was off: {off[:5]}, right after {found.figure_after:.1f} s")
    if found.killed is not None and found.killed[0] > SETTLES:
        wrong.append(f"after the kill the figure was right only after {found.killed[0]:.1f} s")
    return wrong


def broken_applications(found: Measured, options: argparse.Namespace) -> list[str]:
    wrong, applied = [], found.applied
    stored = {pk: (position, source, copy) for pk, _, position, source, copy in found.rows}
    lost = [
        pk
        for pk, (position, copy) in applied.acknowledged.items()
        if stored.get(pk) != (position, "livestream", copy)
    ]
    doubled = len(found.rows) - len({(seeker, position) for _, seeker, position, _, _ in found.rows})
    people = options.submissions // CUES * CUES
    if lost or doubled or len(found.rows) != people:
        wrong.append(
            f"{len(lost)} applications lost, {doubled} doubled, {len(found.rows)} stored of {people}"
        )
    if applied.refused:
        wrong.append(f"{len(applied.refused)} applications refused: {applied.refused[0]}")
    return wrong


def row(name: str, values: list[float]) -> str:
    ordered = sorted(values)
    shown = [1000 * ordered[min(len(ordered) - 1, int(len(ordered) * one))] for one in (0.5, 0.95, 0.99, 1.0)]
    return f"| {name} | " + " | ".join(f"{one:.0f}" for one in shown) + " |"


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--quick", action="store_true", help="60 viewers, 10 lines/s, 50 applicants, 9 s: does it work at all"
    )
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--viewers", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=50, help="a second")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--submissions", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.viewers, options.lines, options.submissions, options.seconds = 60, 10, 50, 9
    return options


def crowd_at(
    servers: list[Server], options: argparse.Namespace, state: Path, *, worker_apart: bool
) -> Measured:
    """Start the servers over an empty database, and measure."""
    servers[0].manage("migrate", "--verbosity", "0")
    code = SEED.format(speakers=int(options.lines / EACH_S), submissions=options.submissions)
    seed = json.loads(servers[0].manage("shell", "-v", "0", "-c", code).splitlines()[-1])
    worker = None
    try:
        for one in servers:
            one.start()
        if worker_apart:
            worker = spawn(servers[0].command("work"), log=state / "work.log", env=servers[0].env, cwd=ROOT)
        found = asyncio.run(measure(servers, seed, options))
        found.rows = json.loads(servers[0].manage("shell", "-v", "0", "-c", ROWS).splitlines()[-1])
        return found
    finally:
        for one in servers:
            one.stop()
        if worker is not None:
            worker.terminate()
            worker.wait(20)


def show(found: Measured, options: argparse.Namespace, processes: int, load: float) -> list[str]:
    """Prints the table; returns what was wrong."""
    told = len(found.viewers[0].lines)
    print(
        f"{options.viewers} viewers, {told} lines in {found.took:.0f} s ({told / found.took:.0f}/s), {options.store}, "
        f"{processes} processes, {os.cpu_count()} cores, load {load:.1f} before; server CPU "
        f"{found.cpu / found.took:.2f} cores; {len(found.applied.cues)} cues, {len(found.applied.waits)} presses, "
        f"{len(found.rows)} applications; viewer figure right after {found.figure_after:.1f} s"
        + (f", {found.killed[0]:.1f} s after a kill" if found.killed else "")
        + "\n\n| ms | p50 | p95 | p99 | most |\n|---|---|---|---|---|"
    )
    print(row("from the command to a viewer", found.late))
    print(row("to the speaker's own reply", found.said.waits))
    print(row("from a press on the card to its receipt", found.applied.waits))
    wrong = broken_promises(found, options)
    for one in wrong:
        print(f"WRONG: {one}")
    late = sorted(found.late)
    p99_ms = 1000 * late[int(len(late) * 0.99)]
    print(f"p99 {p99_ms:.0f} ms, goal {P99_MS:.0f}", file=sys.stderr)
    if options.json:
        cores, rate = found.cpu / found.took, told / found.took
        print(json.dumps({"p99_ms": p99_ms, "cores": cores, "lines_s": rate, "wrong": len(wrong)}))
    return wrong


def main() -> int:
    options = parse()
    stores = [start_postgres(), start_valkey()] if options.store == "postgres" else []
    urls = {"database_url": stores[0].url, "redis_url": stores[1].url} if stores else {}
    state = Path(tempfile.mkdtemp(prefix="jobfair-live-"))
    env = SETTINGS | ({"JOBFAIR_WORKER": "off"} if stores else {})
    servers = [Server(state, **urls, env=env) for _ in range(2 if stores else 1)]
    load = os.getloadavg()[0]
    try:
        found = crowd_at(servers, options, state, worker_apart=bool(stores))
    finally:
        for store in reversed(stores):
            store.stop()
    return 1 if show(found, options, len(servers), load) else 0


if __name__ == "__main__":
    raise SystemExit(main())
