"""Doorbells dropped, doubled, shuffled and late across a whole run: the poll makes good what they miss."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections, transaction

from booths import services
from booths.models import Booth, Ticket
from jobfair.core import clock
from jobfair.realtime import doorbell
from tests.factories import NOON, desks_of, make_booth, make_fair, make_recruiter, make_seeker
from tests.faults.watcher import Follower
from tests.invariants import violations
from tests.pace import Pace
from tests.realtime.sockets import Socket, phone

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
Ring = Callable[..., None]
HEALED_WITHIN = 3.0  # seconds; the poll needs one


def drop_all(honest: Ring, chance: random.Random) -> Ring:
    return lambda *bell: None


def drop_half(honest: Ring, chance: random.Random) -> Ring:
    return lambda *bell: honest(*bell) if chance.random() < 0.5 else None


def double(honest: Ring, chance: random.Random) -> Ring:
    def ring(*bell: Any) -> None:
        honest(*bell)
        honest(*bell)

    return ring


def shuffle(honest: Ring, chance: random.Random) -> Ring:
    """Each rings up to half a second late, so later ones overtake it."""

    def ring(*bell: Any) -> None:
        late = threading.Timer(chance.uniform(0, 0.5), honest, bell)
        late.daemon = True
        late.start()

    return ring


def all_at_once(honest: Ring, chance: random.Random) -> Ring:
    def ring(*bell: Any) -> None:
        for _ in range(chance.choice([0, 1, 2])):
            shuffle(honest, chance)(*bell)

    return ring


def work(booth: Booth, acts: int, seed: int) -> None:
    """A day at the booth, shortened."""
    chance = random.Random(seed)
    recruiter, (desk, *_) = make_recruiter(booth), desks_of(booth)
    for _ in range(acts):
        services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)
        match chance.randrange(3):
            case 0:
                last = Ticket.objects.filter(booth=booth, state="waiting").order_by("-place").first()
                assert last is not None
                services.leave_line(ticket=last, by=last.seeker, now=NOON)
            case 1:
                called = services.call_next_ticket(desk=desk, by=recruiter, now=clock.now())
                assert called is not None
                services.start_interview(ticket=called, by=recruiter, now=clock.now())
                services.finish_interview(
                    ticket=called, result="talked", note="", by=recruiter, now=clock.now()
                )
        time.sleep(chance.uniform(0, 0.04))
    connections.close_all()


async def follow(socket: Socket, follower: Follower, done: asyncio.Event, top: list[int]) -> float:
    """Take frames until the view stands at the top; returns the seconds that took after the last change."""
    while True:
        try:
            frame = await socket.receive(timeout=60)
        except TimeoutError:
            pytest.fail(f"stands at {follower.offset} of {top}")
        if "is" in frame:
            assert follower.pushed(frame), frame["at"]
        if done.is_set() and follower.offset == top[0]:
            return follower.seen[-1].when


@pytest.mark.parametrize("fault", [drop_all, drop_half, double, shuffle, all_at_once])
async def test_views_are_whole_whatever_becomes_of_the_doorbells(
    fault: Callable[[Ring, random.Random], Ring],
    monkeypatch: pytest.MonkeyPatch,
    rounds: Callable[[int, int], int],
) -> None:
    acts = rounds(40, 600)
    booth = await sync_to_async(lambda: make_booth(make_fair()))()
    topic = f"booth:{booth.pk}"
    monkeypatch.setattr(doorbell, "ring", fault(doorbell.ring, random.Random(3)))
    async with phone() as one, phone() as two:
        followers = [Follower(topic), Follower(topic)]
        for socket, follower in zip((one, two), followers, strict=True):
            follower.joined(await socket.join(topic))
        done, top = asyncio.Event(), [0]
        following = [
            asyncio.create_task(follow(socket, follower, done, top))
            for socket, follower in zip((one, two), followers, strict=True)
        ]
        await sync_to_async(work)(booth, acts, 5)
        async with phone() as late:
            top[0] = (await late.join(topic))["offset"] + 1
        done.set()
        with Pace() as pace:
            ended = time.monotonic()
            await sync_to_async(pause)(booth)  # wakes also who is whole
            healed = max([await task for task in following]) - ended
            allowed = pace.allows(HEALED_WITHIN)
        async with phone() as late:
            shown = await late.join(topic)
    for follower in followers:
        assert follower.view == shown["snapshot"]
        assert [one.at for one in follower.seen] == list(range(follower.seen[0].at, shown["offset"] + 1))
        assert not follower.counts["doubles"]
    print(f"{fault.__name__}: {len(followers[0].seen)} pushes, whole {healed:.2f} s after the last change")
    assert healed < allowed
    assert await sync_to_async(read_violations)() == []


def pause(booth: Booth) -> None:
    services.pause_booth(booth=booth, by=None, now=NOON)
    connections.close_all()


def read_violations() -> list[str]:
    with connection.cursor() as cursor:
        found = violations(cursor)
    connections.close_all()
    return found


async def test_nothing_is_shown_before_it_has_committed() -> None:
    """A doorbell carries its pushes along, so one that rang early would show what may never be."""
    booth = await sync_to_async(lambda: make_booth(make_fair()))()

    def take_and_take_back() -> None:
        with transaction.atomic():
            services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)
            time.sleep(0.3)
            transaction.set_rollback(True)
        connections.close_all()

    async with phone() as socket:
        await socket.join(f"booth:{booth.pk}")
        await sync_to_async(take_and_take_back)()
        assert await socket.silent(1.3)
        await sync_to_async(pause)(booth)
        assert (await socket.push())["is"] == "booths.booth_state_changed"
