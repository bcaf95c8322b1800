"""Valkey and PostgreSQL killed, flushed, hung: commands and sign-in go on or fail cleanly, and views heal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from tests.faults.client import Crowd, Visitor
from tests.faults.oracle import cursor_of, lags, lost_or_doubled, seen_wrongly
from tests.faults.scene import Scene, make_scene
from tests.faults.server import Server
from tests.faults.test_kill import watch_everything
from tests.faults.watcher import Watcher, agree, told, watching
from tests.pace import Pace
from tests.stores import Postgres, Valkey

pytestmark = pytest.mark.faults
HEALED_WITHIN = 5.0  # seconds after a change was acknowledged


def everyone_signs_in(server: Server, scene: Scene, phone: str) -> float:
    """A guest, a recruiter, and a seeker by code; returns the seconds all three took."""
    started = time.monotonic()
    assert Visitor([server]).enter_as_guest()["is_guest"]
    assert Visitor([server]).sign_in_staff(scene.booths[0].recruiter, scene.password)
    assert not Visitor([server]).sign_in_by_phone(phone)["is_guest"]
    return time.monotonic() - started


def ends_well(server: Server, crowd: Crowd, watchers: list[Watcher], what: str, within: float) -> None:
    late = lags(crowd.acknowledged, watchers)
    print(f"{what}: {crowd.told()}; {told(watchers)}; slowest view {late[-1]:.2f} s after its reply")
    with cursor_of(server) as cursor:
        assert lost_or_doubled(cursor, crowd.acknowledged) == []
        assert seen_wrongly(cursor, watchers) == []
    assert late[-1] < within


@pytest.mark.concurrency  # Valkey rings for processes over PostgreSQL; SQLite's one process rings for itself
async def test_valkey_killed_flushed_and_hung_stops_nobody(
    make_server: Callable[..., Server], own_valkey: Valkey, rounds: Callable[[int, int], int]
) -> None:
    hung = rounds(6, 60)
    server = await asyncio.to_thread(lambda: make_server(REDIS_URL=own_valkey.url))
    scene = await asyncio.to_thread(make_scene, server, desks=2)
    watchers = await asyncio.to_thread(watch_everything, [server], scene)
    crowd = Crowd([server], scene, seekers=rounds(4, 8))
    took: dict[str, float] = {}
    done: dict[str, int] = {}

    async def meanwhile(what: str, seconds: float, phone: str) -> None:
        before = len(crowd.acknowledged)
        took[what] = await asyncio.to_thread(everyone_signs_in, server, scene, phone)
        await asyncio.sleep(seconds)
        done[what] = len(crowd.acknowledged) - before

    with Pace() as pace:
        async with watching(watchers):
            await asyncio.to_thread(crowd.start)
            await asyncio.sleep(1)
            with redis.Redis.from_url(own_valkey.url) as client:
                client.flushall()
            await meanwhile("flushed", 1, "13800000001")
            own_valkey.pause()
            await meanwhile("hung", hung, "13800000002")
            own_valkey.unpause()
            own_valkey.kill()
            await meanwhile("killed", 3, "13800000003")
            await asyncio.to_thread(own_valkey.start)
            await meanwhile("back", 1, "13800000004")
            await asyncio.to_thread(crowd.stop)
            await agree(watchers, server)
            within = pace.allows(HEALED_WITHIN)
    print({what: f"{n} commands, three sign-ins in {took[what]:.1f} s" for what, n in done.items()})
    assert min(done.values()) > 0
    assert crowd.failures == []
    ends_well(server, crowd, watchers, "Valkey flushed, hung, killed", within)


def seconds_until_acknowledged(crowd: Crowd) -> float:
    started, before = time.monotonic(), len(crowd.acknowledged)
    while len(crowd.acknowledged) == before and time.monotonic() - started < 120:
        time.sleep(0.02)
    return time.monotonic() - started


@contextmanager
def on_own_postgres(postgres: Postgres, redis_url: str, state: Path) -> Iterator[Server]:
    server = Server(state, database_url=postgres.make_database("jobfair"), redis_url=redis_url)
    server.manage("migrate", "--verbosity", "0")
    server.start()
    yield server
    server.stop()


@pytest.mark.concurrency
async def test_postgresql_killed_and_restarted_loses_nothing(
    own_postgres: Postgres, own_valkey: Valkey, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    times = rounds(2, 20)
    with on_own_postgres(own_postgres, own_valkey.url, tmp_path) as server, Pace() as pace:
        scene = await asyncio.to_thread(make_scene, server, desks=2)
        watchers = await asyncio.to_thread(watch_everything, [server], scene)
        crowd = Crowd([server], scene)
        back = []
        async with watching(watchers):
            await asyncio.to_thread(crowd.start)
            for _ in range(times):
                await asyncio.sleep(2)
                own_postgres.kill()
                await asyncio.sleep(1.5)
                await asyncio.to_thread(own_postgres.start)
                back.append(await asyncio.to_thread(seconds_until_acknowledged, crowd))
            await asyncio.sleep(1)
            await asyncio.to_thread(crowd.stop)
            await agree(watchers, server)
            within = pace.allows(HEALED_WITHIN)
        print(f"first command after the database was back: {', '.join(f'{one:.2f} s' for one in back)}")
        unclean = [reply.text[:300] for reply in crowd.failures if not reply.is_json]
        assert unclean == []
        ends_well(server, crowd, watchers, f"PostgreSQL killed {times}×", within)
        assert all(watcher.follower.counts["snapshots"] <= 1 + times for watcher in watchers)
