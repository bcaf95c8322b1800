"""From a recruiter's "call next" to the called seeker's phone, with thousands of sockets connected.

    python bench/latency.py [--store postgres|sqlite] [--sockets 2000] [--calls 300] [--quick] [--json]

Without DEBUG. On SQLite one server process with the worker in it, as run.py serves; on PostgreSQL and Valkey (its
own, from wheels) the worker is a process of its own, as in service. Booths with waiting lines, each watched by an even
share of the sockets, which stay connected to their booth's line and their own notices and read all they are sent. A
recruiter calls, serves and finishes, one booth after another, at an even pace. The clock starts before the request's
first byte is written and stops when the push "you are called" has been read on the seeker's own socket, in the
client's process: client and server share this machine, and the client's time is in the figure. Beside it: the time
to the reply of the request itself, which is most of it, and to the last of the booth's watchers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from jobfair.config.simulation.wire import Address, Broken, Connection, Reply, Socket  # noqa: E402
from tests.faults.server import Server  # noqa: E402
from tests.stores import spawn, start_postgres, start_valkey  # noqa: E402

GOAL_MS = 100.0
SETTINGS = {"JOBFAIR_DEBUG": "", "JOBFAIR_SECRET_KEY": secrets.token_hex(32), "JOBFAIR_LOG_LEVEL": "ERROR"}
CSRF = "c" * 32
SEED = """
import json
from django.utils import timezone
from booths import services
from jobfair.core import clock
from tests.applications.scene import session_of
from tests.factories import desks_of, make_booth, make_fair, make_recruiter, make_seeker
now = clock.now()
fair = make_fair(now=now)
booths = []
for _ in range({booths}):
    booth = make_booth(fair, desks=1, now=now)
    line = []
    for _ in range({line}):
        seeker = make_seeker()
        ticket = services.take_ticket(booth=booth, seeker=seeker, channel="onsite", now=now)
        line.append(dict(ticket=ticket.pk, user=seeker.pk, session=session_of(seeker)))
    booths.append(dict(
        id=booth.pk, desk=desks_of(booth)[0].pk, recruiter=session_of(make_recruiter(booth)), line=line))
print(json.dumps(booths))
"""


@dataclass
class Watch:
    """When each push about a call was read, by ticket."""

    phone: dict[int, float] = field(default_factory=dict)  # on the seeker's own topic
    line: dict[int, list[float]] = field(default_factory=dict)  # on every watcher of the booth
    lost: int = 0


@dataclass
class Measured:
    phone: list[float] = field(default_factory=list)  # seconds
    last_watcher: list[float] = field(default_factory=list)
    reply: list[float] = field(default_factory=list)
    missing: int = 0


async def follow(address: Address, session: str, topics: list[str], watch: Watch) -> Socket:
    """Connected and joined; afterwards a task reads for as long as the run lasts."""
    socket = await Socket.open(address, f"sessionid={session}" if session else "")
    for number, topic in enumerate(topics):
        socket.send({"id": number, "do": "join", "topic": topic, "since": None})
    joined = 0
    while joined < len(topics):
        frame = await socket.receive()
        assert "error" not in frame, frame
        joined += "ok" in frame
    reading = asyncio.create_task(read(socket, watch))
    reading.add_done_callback(lambda task: task.cancelled() or task.exception())
    KEPT.add(reading)
    return socket


KEPT: set[asyncio.Task[None]] = set()


async def read(socket: Socket, watch: Watch) -> None:
    try:
        while True:
            frame = await socket.receive()
            if frame.get("is") == "booths.ticket_called":
                watch.line.setdefault(frame["data"]["ticket"]["ticket_id"], []).append(time.perf_counter())
            elif (
                frame.get("is") == "booths.my_ticket_changed" and frame["data"]["ticket"]["state"] == "called"
            ):
                watch.phone.setdefault(frame["data"]["ticket"]["id"], time.perf_counter())
    except Broken:
        watch.lost += 1


async def press(connection: Connection, session: str, path: str, body: Any, key: str) -> Reply:
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={CSRF}",
        "X-CSRFToken": CSRF,
        "Idempotency-Key": key,
        "Content-Type": "application/json",
    }
    data = json.dumps(body).encode() if body is not None else b""
    reply = await connection.send("POST", f"/api/{path}", headers, data)
    assert reply.status < 300, (path, reply.status, reply.body)
    return reply


async def measure(address: Address, booths: list[Any], options: argparse.Namespace) -> Measured:
    watch, found = Watch(), Measured()
    sockets = [
        await follow(address, one["session"], [f"user:{one['user']}", f"booth:{booth['id']}"], watch)
        for booth in booths
        for one in booth["line"]
    ]
    lines = [f"booth:{booth['id']}" for booth in booths]
    watchers = range(options.sockets - len(sockets))
    sockets += [await follow(address, "", [lines[number % len(lines)]], watch) for number in watchers]
    print(f"{len(sockets)} sockets connected", file=sys.stderr)
    connection, numbers = Connection(address), iter(range(10**9))
    for turn in range(options.calls):
        booth = booths[turn % len(booths)]
        started = time.perf_counter()
        reply = await press(
            connection,
            booth["recruiter"],
            f"desks/{booth['desk']}/call-next",
            None,
            f"latency-{next(numbers)}",
        )
        replied, ticket = time.perf_counter(), reply.json["ticket"]["id"]
        await asyncio.sleep(options.pace)
        found.reply.append(replied - started)
        if ticket in watch.phone:
            found.phone.append(watch.phone[ticket] - started)
            found.last_watcher.append(max(watch.line.get(ticket, [started])) - started)
        else:
            found.missing += 1
        for verb, body in (("serve", None), ("finish", {"result": "talked"})):
            await press(
                connection, booth["recruiter"], f"tickets/{ticket}/{verb}", body, f"latency-{next(numbers)}"
            )
    found.missing += watch.lost
    for socket in sockets:
        socket.close()
    connection.close()
    return found


def percentile(values: list[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def row(name: str, values: list[float]) -> str:
    return (
        f"| {name} | " + " | ".join(f"{percentile(values, one):.1f}" for one in (0.5, 0.95, 0.99, 1.0)) + " |"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="100 sockets, 10 calls: does it work at all")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument(
        "--pace", type=float, default=0.15, help="seconds between a call and the next command"
    )
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    options = parser.parse_args()
    if options.quick:
        options.sockets, options.calls = 100, 10
    booths = max(2, min(40, options.sockets // 50))
    stores = [start_postgres(), start_valkey()] if options.store == "postgres" else []
    urls = {"database_url": stores[0].url, "redis_url": stores[1].url} if stores else {}
    state = Path(tempfile.mkdtemp(prefix="jobfair-latency-"))
    apart = {"JOBFAIR_WORKER": "off"} if stores else {}
    server = Server(state, **urls, env=SETTINGS | apart)
    worker = None
    load = os.getloadavg()[0]
    try:
        server.manage("migrate", "--verbosity", "0")
        code = SEED.format(booths=booths, line=-(-options.calls // booths))
        seed = json.loads(server.manage("shell", "-v", "0", "-c", code).splitlines()[-1])
        server.start()
        if apart:
            worker = spawn(server.command("work"), log=state / "work.log", env=server.env, cwd=ROOT)
        print(f"server process {server.pid}", file=sys.stderr)
        found = asyncio.run(measure(Address.of(server.url), seed, options))
    finally:
        server.stop()
        if worker is not None:
            worker.terminate()
            worker.wait(20)
        for store in reversed(stores):
            store.stop()
    print(
        f"{options.sockets} sockets at {booths} booths, {len(found.phone)} calls, {options.store}, "
        f"{os.cpu_count()} cores, load {load:.1f} before and {os.getloadavg()[0]:.1f} after; {found.missing} lost\n\n"
        "| from the press, ms | p50 | p95 | p99 | most |\n|---|---|---|---|---|"
    )
    print(row("to the seeker's phone", found.phone))
    print(row("to the last of the booth's watchers", found.last_watcher))
    print(row("to the reply", found.reply))
    p99 = percentile(found.phone, 0.99)
    if options.json:
        print(json.dumps({"p50_ms": percentile(found.phone, 0.5), "p99_ms": p99, "lost": found.missing}))
    print(f"median {statistics.median(found.phone) * 1000:.1f} ms", file=sys.stderr)
    return 0 if p99 <= GOAL_MS and not found.missing else 1


if __name__ == "__main__":
    raise SystemExit(main())
