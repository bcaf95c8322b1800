"""The server killed with -9 at random points under load: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence

import pytest

from tests.faults.client import Crowd, Visitor
from tests.faults.oracle import cursor_of, lags, lost_or_doubled, seen_wrongly
from tests.faults.scene import Scene, make_scene
from tests.faults.server import Server
from tests.faults.watcher import Watcher, agree, told, watching

pytestmark = [pytest.mark.faults, pytest.mark.timeout(2400)]


def watch_everything(servers: Sequence[Server], scene: Scene, *, each: int = 2) -> list[Watcher]:
    """`each` strangers per booth and one recruiter at every console; they start on different servers."""
    watchers = []
    for booth in scene.booths:
        recruiter = Visitor(servers)
        recruiter.sign_in_staff(booth.recruiter, scene.password)
        watchers += [Watcher(servers, f"booth:{booth.id}") for _ in range(each)]
        watchers.append(Watcher(servers, f"booth:{booth.id}:desk", recruiter.cookie_header))
    for turn, watcher in enumerate(watchers):
        watcher.turn = turn
    return watchers


async def test_a_server_killed_under_load_loses_and_doubles_nothing(
    make_server: Callable[..., Server], rounds: Callable[[int, int], int]
) -> None:
    times = rounds(4, 100)
    server = await asyncio.to_thread(make_server)
    scene = await asyncio.to_thread(make_scene, server, desks=2)
    watchers = await asyncio.to_thread(watch_everything, [server], scene)
    crowd = Crowd([server], scene)
    async with watching(watchers):
        await asyncio.to_thread(crowd.start)
        for _ in range(times):
            await asyncio.sleep(random.uniform(0.5, 2.5))
            server.kill9()
            await asyncio.to_thread(server.start)
        await asyncio.sleep(1)
        await asyncio.to_thread(crowd.stop)
        await agree(watchers, server)
    late = lags(crowd.acknowledged, watchers)
    print(
        f"{times} × kill -9: {crowd.told()}; {told(watchers)}; slowest view {late[-1]:.2f} s after its reply"
    )
    with cursor_of(server) as cursor:
        assert lost_or_doubled(cursor, crowd.acknowledged) == []
        assert seen_wrongly(cursor, watchers) == []
    assert len(crowd.acknowledged) > 2 * times
    assert crowd.in_doubt > 0
