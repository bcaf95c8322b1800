"""Everybody at once at one booth."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.client import Acknowledged, Visitor
from tests.faults.oracle import cursor_of, lost_or_doubled, seen_wrongly
from tests.faults.scene import make_scene
from tests.faults.server import Server
from tests.faults.watcher import Watcher, agree, watching

pytestmark = pytest.mark.faults
PEOPLE = 200


def rush(server: Server, booth: int) -> list[Acknowledged]:
    """200 guests who take a ticket at the same instant, each on a connection of their own."""
    people = [Visitor([server]) for _ in range(PEOPLE)]
    with ThreadPoolExecutor(8) as doors:
        list(doors.map(Visitor.enter_as_guest, people))
    start = threading.Barrier(PEOPLE)

    def take(person: Visitor) -> Acknowledged:
        key, path = uuid.uuid4().hex, f"booths/{booth}/tickets"
        start.wait(60)
        reply = person.settle("POST", path, {"channel": "onsite"}, key)
        assert reply.status == 201, reply.text
        return Acknowledged(path, key, reply.json, time.monotonic())

    with ThreadPoolExecutor(PEOPLE) as hall:
        return list(hall.map(take, people))


async def test_200_people_at_once_get_200_consecutive_numbers(make_server: Callable[..., Server]) -> None:
    server = await asyncio.to_thread(make_server)
    scene = await asyncio.to_thread(make_scene, server)
    watchers = [Watcher([server], f"booth:{scene.booth}") for _ in range(3)]
    async with watching(watchers):
        started = time.monotonic()
        taken = await asyncio.to_thread(rush, server, scene.booth)
        seconds = time.monotonic() - started
        await agree(watchers, server)
    assert sorted(one.reply["number"] for one in taken) == list(range(1, PEOPLE + 1))
    for watcher in watchers:
        assert [row["ticket_id"] for row in watcher.follower.view["waiting"]] == [
            one.reply["id"] for one in sorted(taken, key=lambda one: one.reply["number"])
        ]
    with cursor_of(server) as cursor:
        assert lost_or_doubled(cursor, taken) == []
        assert seen_wrongly(cursor, watchers) == []
    print(f"{PEOPLE} people signed in and joined one booth in {seconds:.1f} s: numbers 1..{PEOPLE}")
