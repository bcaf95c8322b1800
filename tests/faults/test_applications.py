"""Applications under real concurrency: fifty at once, a fair that closes meanwhile, a server that is killed."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.client import Reply
from tests.faults.hiring import HiringScene, make_hiring, submission
from tests.faults.oracle import cursor_of, rows
from tests.faults.server import Server
from tests.invariants import violations

pytestmark = pytest.mark.faults
TIMES = 50
CLOSE = """
from django.db import transaction
from jobfair.applications.models import Application
from jobfair.core import clock
from jobfair.fairs.models import Fair
from jobfair.fairs.services import change_state
import time
print("ready", flush=True)
input()
change_state(fair=Fair.objects.get(pk={fair}), state=Fair.State.CLOSED, by=None, now=clock.now())
print(Application.objects.count(), flush=True)
"""


def at_once(count: int, act: Callable[[int], Reply]) -> list[Reply]:
    """`act(0)`, `act(1)`, … each in a thread and on a connection of its own, starting together."""
    start = threading.Barrier(count)

    def run(number: int) -> Reply:
        start.wait(60)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def count(server: Server, what: str) -> int:
    with cursor_of(server) as cursor:
        return int(rows(cursor, f"SELECT COUNT(*) FROM {what}")[0][0])


def sound(server: Server) -> None:
    with cursor_of(server) as cursor:
        assert violations(cursor) == []


def test_the_same_submission_fifty_times_at_once_is_one_row_and_fifty_equal_replies(
    make_server: Callable[..., Server],
) -> None:
    server = make_server()
    scene = make_hiring(server, seekers=2)
    path, key = f"positions/{scene.positions[0]}/applications", uuid.uuid4().hex
    people = [scene.seeker(0, [server]) for _ in range(TIMES)]
    started = time.monotonic()
    replies = at_once(TIMES, lambda number: people[number].settle("POST", path, submission(), key))
    seconds = time.monotonic() - started
    assert Counter((reply.status, reply.text) for reply in replies) == {(201, replies[0].text): TIMES}
    assert count(server, "applications_application") == 1
    for other in ({"source": "booth"}, {"consent_text_version": None}):
        refused = people[0].settle("POST", path, {**submission(), **other}, key)
        assert (refused.status, refused.code) == (409, "core.command_conflict")
    others = at_once(
        TIMES, lambda number: people[number].settle("POST", path, submission(agreed=False), uuid.uuid4().hex)
    )
    assert Counter(reply.status for reply in others) == {200: TIMES}
    assert {reply.text for reply in others} == {replies[0].text}
    first = [scene.seeker(1, [server]) for _ in range(TIMES)]
    own_keys = at_once(
        TIMES, lambda number: first[number].settle("POST", path, submission(), uuid.uuid4().hex)
    )
    assert Counter(reply.status for reply in own_keys) == {201: 1, 200: TIMES - 1}
    assert len({reply.text for reply in own_keys}) == 1
    assert count(server, "applications_application") == 2
    assert count(server, "applications_consent") == 2
    sound(server)
    print(
        f"{TIMES} equal submissions at once in {seconds:.1f} s: 1 row, {TIMES} equal replies of 201; {TIMES} under "
        f"other ids: {TIMES} times the first with 200; another body under the same id: 409"
    )


async def test_a_fair_that_closes_meanwhile_takes_nothing_afterwards(
    make_server: Callable[..., Server],
) -> None:
    """The count taken right after the closing has committed is the last one there ever is."""
    server = await asyncio.to_thread(make_server)
    people = 40
    scene = await asyncio.to_thread(make_hiring, server, seekers=people)
    closer = await asyncio.create_subprocess_exec(
        *server.command("shell", "-v", "0", "-c", CLOSE.format(fair=scene.fair)),
        env=server.env, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert closer.stdin is not None
    assert closer.stdout is not None
    assert (await closer.stdout.readline()).strip() == b"ready"
    rush = asyncio.create_task(asyncio.to_thread(hand_in, scene, server, people))
    await asyncio.to_thread(until_some, server)
    closer.stdin.write(b"\n")
    await closer.stdin.drain()
    at_closing = int(await closer.stdout.readline())
    await closer.wait()
    replies = await rush
    said = Counter(reply.status for reply in replies)
    made = await asyncio.to_thread(count, server, "applications_application")
    print(f"{people} people, closed after {at_closing}: {dict(said)}, {made} rows")
    assert made == at_closing == said[201]
    assert said[409] == people - made
    assert {reply.code for reply in replies if reply.status == 409} <= {"applications.fair_over"}
    await asyncio.to_thread(sound, server)


def until_some(server: Server) -> None:
    deadline = time.monotonic() + 180
    while count(server, "applications_application") < 5:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def hand_in(scene: HiringScene, server: Server, people: int) -> list[Reply]:
    path = f"positions/{scene.positions[0]}/applications"

    def act(number: int) -> Reply:
        return scene.seeker(number, [server]).settle("POST", path, submission(), uuid.uuid4().hex)

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(act, range(people)))


def test_a_server_killed_while_people_apply_loses_and_doubles_nothing(
    make_server: Callable[..., Server], rounds: Callable[[int, int], int]
) -> None:
    """Everyone repeats under one key until answered, as the page's outbox does."""
    server, people, kills = make_server(), 60, rounds(2, 20)
    scene = make_hiring(server, seekers=people)
    path = f"positions/{scene.positions[0]}/applications"
    keys = [uuid.uuid4().hex for _ in range(people)]
    visitors = [scene.seeker(number, [server]) for number in range(people)]
    done: list[Reply] = []

    def act(number: int) -> Reply:
        time.sleep(number * 0.05)
        reply = visitors[number].settle("POST", path, submission(), keys[number])
        done.append(reply)
        return reply

    with ThreadPoolExecutor(people) as pool:
        pending = [pool.submit(act, number) for number in range(people)]
        for _ in range(kills):
            time.sleep(1)
            server.kill9()
            server.start()
        replies = [one.result() for one in pending]
    assert Counter(reply.status for reply in replies) == {201: people}
    with cursor_of(server) as cursor:
        stored = {cid: pk for pk, cid in rows(cursor, "SELECT id, cid FROM applications_application")}
        assert violations(cursor) == []
    assert stored == {key: reply.json["id"] for key, reply in zip(keys, replies, strict=True)}
    doubt = sum(visitor.in_doubt for visitor in visitors)
    print(
        f"killed {kills} times: {people} people, {doubt} submissions cut off and repeated, {len(stored)} rows"
    )
