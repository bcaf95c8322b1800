"""Several processes over one database: whoever writes, and whichever of them dies, every view stays whole."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.client import Crowd
from tests.faults.oracle import cursor_of, lags, lost_or_doubled, rows, seen_wrongly
from tests.faults.scene import make_scene
from tests.faults.server import ROOT, Server
from tests.faults.test_kill import watch_everything
from tests.faults.watcher import Watcher, agree, told, watching
from tests.pace import Pace

pytestmark = pytest.mark.faults
MakeServer = Callable[..., Server]
HEALED_WITHIN = 2.0  # seconds; the poll reads the tops once a second
TAKES = """
import json, os, time, uuid
from booths import services
from booths.models import Booth
from jobfair.core import clock
from jobfair.realtime import doorbell
from jobfair.accounts.models import User
booth = Booth.objects.get(pk={booth})
seekers = [User.objects.create_user(uuid.uuid4().hex) for _ in range({times})]
if {dies}:
    doorbell.ring = lambda *_: os._exit(9)
for seeker in seekers:
    services.take_ticket(booth=booth, seeker=seeker, channel="onsite", now=clock.now())
    print(json.dumps(time.time()), flush=True)
    time.sleep({pause})
"""


def shell(server: Server, code: str) -> subprocess.Popen[str]:
    """A process of its own on the server's stores, as a WSGI worker is one."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
        env=server.env | {"PYTHONDONTWRITEBYTECODE": "1"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[Callable[[Server], Server]]:
    """`beside(server)` starts a second process over the same database and Valkey."""
    made: list[Server] = []

    def make(first: Server) -> Server:
        state = tmp_path / f"second-{len(made)}"
        state.mkdir()
        urls = {"database_url": first.env["DATABASE_URL"], "redis_url": first.env["REDIS_URL"]}
        made.append(Server(state, **urls))
        return made[-1].start()

    yield make
    for server in made:
        server.stop()


@pytest.mark.concurrency
async def test_a_killed_processes_clients_continue_on_the_other_by_offset(
    make_server: MakeServer, beside: Callable[[Server], Server], rounds: Callable[[int, int], int]
) -> None:
    times = rounds(2, 20)
    first = await asyncio.to_thread(make_server)
    second = await asyncio.to_thread(beside, first)
    servers = [first, second]
    scene = await asyncio.to_thread(make_scene, first, desks=2)
    watchers = await asyncio.to_thread(watch_everything, servers, scene)
    crowd = Crowd(servers, scene)
    async with watching(watchers):
        await asyncio.to_thread(crowd.start)
        for turn in range(times):
            victim = servers[turn % 2]
            await asyncio.sleep(2)
            victim.kill9()
            await asyncio.sleep(3)
            await asyncio.to_thread(victim.start)
        await asyncio.sleep(1)
        await asyncio.to_thread(crowd.stop)
        await agree(watchers, first)
        await agree(watchers, second)
    late = lags(crowd.acknowledged, watchers)
    print(
        f"{times} × one of two killed: {crowd.told()}; {told(watchers)}; slowest view {late[-1]:.2f} s after"
    )
    with cursor_of(first) as cursor:
        assert lost_or_doubled(cursor, crowd.acknowledged) == []
        assert seen_wrongly(cursor, watchers) == []
    # Nobody started afresh: every return was a replay from one's own offset.
    assert all(watcher.follower.counts["snapshots"] == 1 for watcher in watchers)
    assert all(watcher.follower.counts["replays"] > 0 for watcher in watchers)


@pytest.mark.concurrency
async def test_a_process_without_sockets_rings_the_sockets_of_the_others(
    make_server: MakeServer, beside: Callable[[Server], Server]
) -> None:
    """The doorbell, not the poll: half of what a third process commits shows far sooner than a poll could."""
    first = await asyncio.to_thread(make_server)
    second = await asyncio.to_thread(beside, first)
    scene = await asyncio.to_thread(make_scene, first)
    watchers = [Watcher([server], f"booth:{scene.booth}") for server in (first, second)]
    async with watching(watchers):
        await asyncio.sleep(1.5)  # the hubs have joined their group
        code = TAKES.format(booth=scene.booth, times=12, pause=0.43, dies=False)
        with Pace() as pace:
            printed = await asyncio.to_thread(lambda: shell(first, code).communicate(timeout=240)[0])
            slowest, middle = pace.allows(HEALED_WITHIN), pace.allows(0.2)
        committed = [json.loads(line) - time.time() + time.monotonic() for line in printed.splitlines()]
        await agree(watchers, first)
    late = sorted(
        one.when - at
        for watcher in watchers
        for one, at in zip(watcher.follower.seen, committed, strict=True)
    )
    print(f"third writer, {len(late)} pushes: median {late[len(late) // 2]:.3f} s, slowest {late[-1]:.3f} s")
    assert late[-1] < slowest
    assert late[len(late) // 2] < middle


async def test_a_writer_killed_between_commit_and_doorbell_is_seen_within_two_seconds(
    make_server: MakeServer, rounds: Callable[[int, int], int]
) -> None:
    times = rounds(3, 30)
    server = await asyncio.to_thread(make_server)
    scene = await asyncio.to_thread(make_scene, server)
    watchers = [Watcher([server], f"booth:{scene.booth}") for _ in range(3)]
    code = TAKES.format(booth=scene.booth, times=1, pause=0, dies=True)
    late = []
    async with watching(watchers):
        for number in range(1, times + 1):
            writer = shell(server, code)
            await asyncio.to_thread(committed, server, number)
            with Pace() as pace:
                started = time.monotonic()
                top = await asyncio.to_thread(top_of, server, f"booth:{scene.booth}")
                took = [time.monotonic() - started + await one.caught_up(top) for one in watchers]
                assert max(took) < pace.allows(HEALED_WITHIN)
            late += took
            await asyncio.to_thread(writer.communicate, timeout=120)
            assert writer.returncode == 9
        await agree(watchers, server)
    print(f"{times} × kill -9 between COMMIT and doorbell: slowest view {max(late):.2f} s after")
    with cursor_of(server) as cursor:
        assert seen_wrongly(cursor, watchers) == []
        assert len(watchers[0].follower.seen) == times


def committed(server: Server, tickets: int, within: float = 120) -> None:
    """Return as soon as the table holds so many tickets."""
    deadline = time.monotonic() + within
    with cursor_of(server) as cursor:
        while rows(cursor, "SELECT COUNT(*) FROM booths_ticket")[0][0] < tickets:
            cursor.connection.rollback()
            assert time.monotonic() < deadline
            time.sleep(0.01)


def top_of(server: Server, topic: str) -> int:
    with cursor_of(server) as cursor:
        return int(rows(cursor, f"SELECT top FROM realtime_stream WHERE topic = '{topic}'")[0][0])
