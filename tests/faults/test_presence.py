"""Two processes, one of them killed with -9: who is there is right again within fifteen seconds, Valkey or not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection

from tests.faults.client import Visitor
from tests.faults.scene import BoothScene, Scene, make_scene
from tests.faults.server import Server
from tests.faults.watcher import open_socket
from tests.pace import Pace
from tests.stores import Valkey

pytestmark = pytest.mark.faults
RIGHT_WITHIN = 15.0  # seconds, after any kill


@pytest.fixture
def second_of(tmp_path: Path) -> Iterator[Callable[[Server], Server]]:
    """`second_of(server)` starts another process over the same stores."""
    made: list[Server] = []

    def make(first: Server) -> Server:
        made.append(Server(first.state, env={**first.env}))
        return made[-1].start()

    yield make
    for server in made:
        server.stop()


def recruiters_at(server: Server, scene: Scene, booth: BoothScene) -> int:
    gauge = Visitor([server]).settle("GET", f"streams/fair:{scene.fair}").json["gauge"]
    count: int = gauge[f"booth:{booth.id}"]["recruiters"]
    return count


async def becomes(servers: list[Server], scene: Scene, booth: BoothScene, wanted: int) -> float:
    """Wait until every process tells of `wanted` recruiters; returns the seconds it took."""
    started = time.monotonic()
    with Pace() as pace:
        while True:
            seen = [await asyncio.to_thread(recruiters_at, server, scene, booth) for server in servers]
            took = time.monotonic() - started
            if seen == [wanted] * len(servers):
                return took
            assert took < pace.allows(RIGHT_WITHIN), f"{seen}, not {wanted}, after {took:.1f} s"
            await asyncio.sleep(0.2)


@contextlib.asynccontextmanager
async def at_console(server: Server, scene: Scene, booth: BoothScene) -> AsyncIterator[ClientConnection]:
    recruiter = Visitor([server])
    await asyncio.to_thread(recruiter.sign_in_staff, booth.recruiter, scene.password)
    async with open_socket(server, recruiter.cookie_header) as socket:
        await socket.send(json.dumps({"id": 1, "do": "join", "topic": f"booth:{booth.id}:desk"}))
        assert "ok" in json.loads(await socket.recv())
        yield socket


async def test_who_is_there_is_right_again_after_a_kill(
    make_server: Callable[..., Server], second_of: Callable[[Server], Server], request: pytest.FixtureRequest
) -> None:
    first = await asyncio.to_thread(make_server)
    valkey: Valkey | None = None
    if first.env.get("REDIS_URL"):
        valkey = request.getfixturevalue("own_valkey")
        first = await asyncio.to_thread(make_server, REDIS_URL=valkey.url)
    second = await asyncio.to_thread(second_of, first)
    scene = await asyncio.to_thread(make_scene, first)
    mine, theirs = scene.booths
    both = [first, second]
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(at_console(first, scene, mine))
        await stack.enter_async_context(at_console(second, scene, theirs))
        came = await becomes(both, scene, mine, 1), await becomes(both, scene, theirs, 1)
        if valkey is not None:
            valkey.kill()  # nothing here hangs on it
        second.kill9()
        gone = await becomes([first], scene, theirs, 0)
        assert await asyncio.to_thread(recruiters_at, first, scene, mine) == 1
        await asyncio.to_thread(second.start)
        async with at_console(second, scene, theirs):
            back = await becomes(both, scene, theirs, 1)
            await becomes(both, scene, mine, 1)
    print(
        f"seen by both {max(came):.1f} s after coming, gone {gone:.1f} s after kill -9, back in {back:.1f} s"
    )
