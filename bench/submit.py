"""Submissions at an even rate through the real service on PostgreSQL, and what each part of it costs.

    python bench/submit.py [--quick] [--json] [--rate 250] [--seconds 60] [--servers 2]

Its own PostgreSQL (each commit flushed to disk) and Valkey, `--servers` WSGI processes as in service and the worker;
signed-in seekers with résumés, each applying once, over kept-alive connections. Submissions start on the clock whether
or not earlier ones have been answered, and each latency counts from the moment it was due. Afterwards the tables are
read by raw SQL: every acknowledged application is there once, and nothing is there that was not acknowledged. Then the
same without a clock, every connection as fast as it is answered: that is the capacity. CPU is of each component's
processes, in milliseconds for each submission, the generator's included: it shares this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

from tests.faults.server import Server  # noqa: E402
from tests.invariants import violations  # noqa: E402
from tests.stores import spawn, start_postgres, start_valkey  # noqa: E402

CONNECTIONS = 64
# As in service: without DEBUG, which would keep every query's text; the worker is a process of its own.
SETTINGS = {
    "JOBFAIR_DEBUG": "",
    "JOBFAIR_SECRET_KEY": secrets.token_hex(32),
    "JOBFAIR_WORKER": "off",
    "JOBFAIR_DB_POOL": "40",
    "JOBFAIR_LOG_LEVEL": "ERROR",
}
EMPLOYERS, POSITIONS = 200, 5
TICK = os.sysconf("SC_CLK_TCK")
SEED = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from datetime import timedelta
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.employers.models import Employer, Participation, Recruiter
from jobfair.resumes.models import Resume
from tests.applications.scene import COMPLETE, make_position
from tests.factories import make_employer, make_fair
now = clock.now()
fair = make_fair(now=now)
employers = [make_employer() for _ in range({employers})]
Participation.objects.bulk_create(Participation(fair=fair, employer=one) for one in employers)
recruiters = User.objects.bulk_create(User(username=f"r{{n}}", password="!x") for n in range({employers}))
Recruiter.objects.bulk_create(Recruiter(employer=e, user=u) for e, u in zip(employers, recruiters))
positions = [make_position(fair, one, now=now).pk for one in employers for _ in range({positions})]
seekers = User.objects.bulk_create(
    [User(username=f"s{{n}}", password="!x", phone=f"bench-{{n}}", phone_verified=True, display_name="王小明")
     for n in range({seekers})], batch_size=2000)
Resume.objects.bulk_create(
    [Resume(seeker=one, form=dict(COMPLETE, name="王小明"), revision=1) for one in seekers], batch_size=2000)
store = SessionStore()
rows = [
    Session(session_key=f"bench{{n:027d}}", expire_date=now + timedelta(days=1), session_data=store.encode({{
        SESSION_KEY: str(one.pk), BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
        HASH_SESSION_KEY: one.get_session_auth_hash()}}))
    for n, one in enumerate(seekers)
]
Session.objects.bulk_create(rows, batch_size=2000)
print(json.dumps(positions))
"""


class ApiServer(Server):
    """Plain HTTP as it is served beside the socket processes: WSGI workers with threads."""

    workers, threads = 2, 32

    def serve(self) -> list[str]:
        address = ["--host", "127.0.0.1", "--port", str(self.port)]
        size = ["--workers", str(self.workers), "--blocking-threads", str(self.threads)]
        options = ["--interface", "wsgi", "--no-ws", "--log-level", "error"]
        return [sys.executable, "-m", "granian", *address, *size, *options, "jobfair.config.wsgi:application"]


@dataclass
class Run:
    """What was sent and what came back."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)  # seconds
    acknowledged: dict[int, str] = field(default_factory=dict)  # application id: client id
    failed: int = 0
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)  # component: cores

    @property
    def rate(self) -> float:
        return len(self.acknowledged) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


class Connection:
    """One kept-alive connection; opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, session: str, key: str, body: bytes) -> tuple[int, bytes]:
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        csrf = "c" * 32
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"Cookie: sessionid={session}; csrftoken={csrf}\r\nX-CSRFToken: {csrf}\r\n"
            f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        try:
            answer = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
            lines = answer.split("\r\n")
            length = next(int(line[16:]) for line in lines if line.startswith("content-length: "))
            return int(lines[0].split()[1]), await self.reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError):
            self.writer.close()
            self.writer = None
            raise


class Generator:
    """Hands out seekers one after another; each applies once."""

    def __init__(self, port: int, positions: list[int]) -> None:
        self.positions = positions
        self.free: asyncio.Queue[Connection] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            self.free.put_nowait(Connection(port))
        self.next = 0
        self.body = json.dumps(
            {"resume": "form", "source": "web", "source_ref": "", "consent_text_version": consent_version()}
        ).encode()

    async def one(self, run: Run, due: float) -> None:
        number, self.next = self.next, self.next + 1
        connection = await self.free.get()
        key = f"bench-{number:08d}"
        position = self.positions[number * 7919 % len(self.positions)]
        path = f"/api/positions/{position}/applications"
        try:
            status, body = await connection.post(path, f"bench{number:027d}", key, self.body)
            run.statuses[status] += 1
            if status == 201:
                run.acknowledged[json.loads(body)["id"]] = key
            run.latencies.append(time.perf_counter() - due)
        except (OSError, asyncio.IncompleteReadError):
            run.failed += 1
        finally:
            self.free.put_nowait(connection)

    async def evenly(self, rate: int, seconds: float) -> Run:
        run, started, tasks = Run(), time.perf_counter(), []
        for index in range(int(rate * seconds)):
            due = started + index / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(self.one(run, due)))
        await asyncio.gather(*tasks)
        run.seconds = time.perf_counter() - started
        return run

    async def as_fast_as_it_goes(self, seconds: float, most: int) -> Run:
        run, started = Run(), time.perf_counter()

        async def press() -> None:
            while time.perf_counter() < started + seconds and self.next < most:
                await self.one(run, time.perf_counter())

        await asyncio.gather(*(press() for _ in range(CONNECTIONS)))
        run.seconds = time.perf_counter() - started
        return run


def consent_version() -> str:
    from jobfair.applications.consent import VERSION

    return VERSION


def cpu_of(pids: list[int]) -> float:
    """CPU seconds of these processes and their children, living and reaped."""
    parents: dict[int, list[int]] = {}
    times: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        times[int(entry.name)] = sum(int(ticks) for ticks in stat[11:15]) / TICK
        parents.setdefault(int(stat[1]), []).append(int(entry.name))
    waiting, total = list(pids), 0.0
    while waiting:
        pid = waiting.pop()
        total += times.get(pid, 0.0)
        waiting += parents.get(pid, [])
    return total


async def measured(run: Any, components: dict[str, list[int]]) -> Run:
    before, own = {name: cpu_of(pids) for name, pids in components.items()}, time.process_time()
    done: Run = await run
    done.cpu = {name: (cpu_of(pids) - before[name]) / done.seconds for name, pids in components.items()}
    done.cpu["generator"] = (time.process_time() - own) / done.seconds
    return done


def lost_and_doubled(url: str, runs: list[Run]) -> tuple[int, int, int]:
    """(acknowledged without a row, rows or facts twice, rows nobody was told of), by raw SQL."""
    acknowledged = {pk: key for run in runs for pk, key in run.acknowledged.items()}
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, cid FROM applications_application")
        stored = dict(cursor.fetchall())
        lost = sum(stored.get(pk) != key for pk, key in acknowledged.items())
        cursor.execute(
            "SELECT COUNT(*) - COUNT(DISTINCT (seeker_id, position_id, fair_id)) FROM applications_application"
        )
        doubled = int((cursor.fetchone() or (0,))[0])
        cursor.execute(
            "SELECT COUNT(*) - COUNT(DISTINCT subject) FROM core_auditentry "
            "WHERE action = 'applications.submitted'"
        )
        doubled += int((cursor.fetchone() or (0,))[0])
        found = violations(cursor)
        assert not found, found[:5]
    return lost, doubled, len(stored) - len(acknowledged)


def told(name: str, run: Run) -> str:
    others = {status: count for status, count in run.statuses.items() if status != 201}
    each = {part: cores / max(run.rate, 1e-9) * 1000 for part, cores in run.cpu.items()}
    cpu = ", ".join(f"{part} {ms:.2f}" for part, ms in each.items())
    return (
        f"| {name} | {run.rate:.0f} | {run.percentile(0.5):.0f} | {run.percentile(0.95):.0f} | "
        f"{run.percentile(0.99):.0f} | {others or 0} | {cpu} | {sum(each.values()):.1f} |"
    )


async def bench(options: argparse.Namespace, server: Server, url: str, seed: list[int], parts: Any) -> bool:
    generator = Generator(server.port, seed)
    warm = await measured(generator.as_fast_as_it_goes(2, options.warm), parts)
    even = await measured(generator.evenly(options.rate, options.seconds), parts)
    most = await measured(generator.as_fast_as_it_goes(options.flat_out, options.seekers), parts)
    lost, doubled, untold = lost_and_doubled(url, [warm, even, most])
    print(
        f"\n{options.servers} server processes, {CONNECTIONS} connections, {EMPLOYERS} employers, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n\n"
        "| run | acknowledged/s | p50 ms | p95 ms | p99 ms | other answers | CPU ms of each submission | in all |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    print(told(f"{options.rate}/s for {options.seconds} s", even))
    print(told("as fast as it goes", most))
    print(f"\n{lost} lost, {doubled} doubled, {untold} stored without an answer; invariants hold")
    if options.json:
        print(json.dumps({"rate": even.rate, "p95_ms": even.percentile(0.95), "capacity": most.rate}))
    kept_up = even.rate >= 0.98 * options.rate and not even.failed
    return lost == doubled == 0 and (kept_up or options.quick)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="a few seconds at 20/s: does it work at all")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rate", type=int, default=250)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--flat-out", type=int, default=15, help="seconds without a clock")
    parser.add_argument("--servers", type=int, default=2)
    options = parser.parse_args()
    options.warm = 200
    if options.quick:
        options.rate, options.seconds, options.flat_out = 20, 4, 3
    options.seekers = options.warm + options.rate * options.seconds + (600 if options.quick else 8_000)
    return options


def main() -> int:
    options = parse()
    postgres, valkey = start_postgres(durable=True), start_valkey()
    state = Path(tempfile.mkdtemp(prefix="jobfair-bench-"))
    server = ApiServer(state, database_url=postgres.url, redis_url=valkey.url, env=SETTINGS)
    server.workers = options.servers
    worker = None
    try:
        server.manage("migrate", "--verbosity", "0")
        code = SEED.format(employers=EMPLOYERS, positions=POSITIONS, seekers=options.seekers)
        seed = json.loads(server.manage("shell", "-v", "0", "-c", code).splitlines()[-1])
        server.start()
        worker = spawn(server.command("work"), log=state / "work.log", env=server.env, cwd=ROOT)
        parts = {
            "servers": [server.pid],
            "worker": [worker.pid],
            "PostgreSQL": [postgres.pid],
            "Valkey": [valkey.pid],
        }
        return 0 if asyncio.run(bench(options, server, postgres.url, seed, parts)) else 1
    finally:
        server.stop()
        if worker is not None:
            worker.terminate()
            worker.wait(20)
        for store in (valkey, postgres):
            store.stop()


if __name__ == "__main__":
    raise SystemExit(main())
