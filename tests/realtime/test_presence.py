"""Who is there: counted anew each time, told by every process, forgotten ten seconds after it last spoke."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from booths.models import Booth
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.realtime import hub as hub_module
from jobfair.realtime import presence
from jobfair.realtime.models import Announcement
from jobfair.realtime.presence import Audience, audience_of, audiences_of
from jobfair.realtime.registry import TopicKind, registry
from tests.factories import make_booth, make_fair, make_recruiter, make_seeker
from tests.realtime.sockets import PATIENCE, Socket, phone

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def room() -> Iterator[str]:
    """A topic whose viewers are counted and not named."""
    kind = TopicKind("room:{id}", lambda _viewer, _id: None, gauge=lambda _: {}, presence="count")
    registry.topics[kind.pattern] = kind
    yield "room:1"
    del registry.topics[kind.pattern]


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "ANNOUNCE_SECONDS", 0.1)
    monkeypatch.setattr(presence, "REREAD_SECONDS", 0.0)


async def becomes(topic: str, wanted: Audience, within: float = PATIENCE) -> None:
    until = time.monotonic() + within
    while (seen := await sync_to_async(audience_of)(topic)) != wanted:
        assert time.monotonic() < until, f"{seen}, not {wanted}"
        await asyncio.sleep(0.05)


async def says(socket: Socket, topic: str, state: str) -> dict[str, Any]:
    return await socket.ask({"do": "present", "topic": topic, "state": state})


def announce(process: str, said: dict[str, Any], *, ago: float = 0) -> None:
    """What another process said `ago` seconds ago."""
    presence.announce(process, said, clock.now() - timedelta(seconds=ago))


async def test_playing_viewers_are_those_who_say_so(room: str) -> None:
    async with phone() as one, phone() as two, phone() as three:
        await one.join(room)
        assert "ok" in await two.ask({"do": "join", "topic": room, "presence": "playing"})
        assert "ok" in await three.ask({"do": "join", "topic": room, "presence": "playing"})
        await becomes(room, Audience(present=3, playing=2))
        assert (await says(three, room, "paused"))["ok"] == {}
        await becomes(room, Audience(present=2, playing=1))
        await says(one, room, "playing")
        await says(three, room, "playing")
        await becomes(room, Audience(present=3, playing=3))
        await two.ask({"do": "leave", "topic": room})
        await becomes(room, Audience(present=2, playing=2))
    assert (await sync_to_async(audience_of)(room)).who == frozenset()


async def test_staff_are_named_and_two_windows_are_one_person() -> None:
    booth: Booth = await sync_to_async(lambda: make_booth(make_fair()))()
    recruiter: User = await sync_to_async(make_recruiter)(booth)
    desk = f"booth:{booth.pk}:desk"
    async with phone(recruiter) as here, phone(recruiter) as there, phone() as nobody:
        await here.join(desk)
        await there.join(desk)
        await nobody.join(f"booth:{booth.pk}")
        await becomes(desk, Audience(present=2, who=frozenset({recruiter.pk})))
        await says(here, desk, "paused")
        await says(there, desk, "paused")
        await becomes(desk, Audience())
    assert (
        await sync_to_async(audience_of)(f"booth:{booth.pk}") == Audience()
    )  # strangers at a booth aren't counted


async def test_a_closed_socket_is_counted_no_more(room: str) -> None:
    async with phone() as stays:
        await stays.join(room)
        async with phone() as leaves:
            await leaves.join(room)
            await becomes(room, Audience(present=2))
        await becomes(room, Audience(present=1))


async def test_presence_in_a_topic_one_has_not_joined_is_refused(room: str) -> None:
    async with phone() as socket:
        for topic in (room, "user:1", "no:such:topic"):
            assert (await says(socket, topic, "playing"))["error"]["code"] == "core.not_found"
        await socket.join(room)
        assert (await says(socket, room, "dancing"))["error"]["code"] == "core.invalid"
        await becomes(room, Audience(present=1))


def test_everyone_sums_what_has_not_expired() -> None:
    announce("one", {"room:1": {"present": 5, "playing": 3}, "room:2": {"present": 1, "playing": 0}})
    announce("two", {"room:1": {"present": 2, "playing": 2, "who": [7, 8]}})
    announce("three", {"room:1": {"present": 1, "playing": 0, "who": [8, 9]}}, ago=9)
    announce("dead", {"room:1": {"present": 100, "playing": 100, "who": [1]}}, ago=10.5)
    assert audience_of("room:1") == Audience(present=8, playing=5, who=frozenset({7, 8, 9}))
    assert audiences_of(["room:2", "room:3"]) == {"room:2": Audience(present=1), "room:3": Audience()}


def test_a_process_speaks_for_itself_only_and_its_last_word_counts() -> None:
    announce("one", {"room:1": {"present": 5, "playing": 3}})
    announce("one", {"room:1": {"present": 4, "playing": 4}})
    assert audience_of("room:1") == Audience(present=4, playing=4)
    announce("one", {})
    assert audience_of("room:1") == Audience()


def test_what_the_dead_said_is_swept_away() -> None:
    announce("dead", {"room:1": {"present": 5, "playing": 3}}, ago=3700)
    announce("alive", {"room:1": {"present": 1, "playing": 1}})
    assert presence.sweep(clock.now()) == 1
    assert list(Announcement.objects.values_list("process", flat=True)) == ["alive"]


async def test_an_announcement_that_failed_is_made_again(room: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest, failures = presence.announce, [OSError("no database"), OSError("no database")]

    def sometimes(*args: Any) -> None:
        if failures:
            raise failures.pop()
        honest(*args)

    monkeypatch.setattr(presence, "announce", sometimes)
    async with phone() as socket:
        await socket.join(room)
        await becomes(room, Audience(present=1))


async def test_a_process_with_nobody_to_tell_of_writes_nothing(count_writes: Callable[[], int]) -> None:
    booth: Booth = await sync_to_async(lambda: make_booth(make_fair()))()
    async with phone(await sync_to_async(make_seeker)()) as socket:
        await socket.join(f"booth:{booth.pk}")
        await asyncio.sleep(0.5)
    assert count_writes() == 0


@pytest.fixture
def count_writes(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    written: list[Any] = []
    monkeypatch.setattr(presence, "announce", lambda *said: written.append(said))
    return lambda: len(written)


async def test_a_booths_gauge_tells_how_many_recruiters_are_at_its_console() -> None:
    booth: Booth = await sync_to_async(lambda: make_booth(make_fair()))()
    recruiters = [await sync_to_async(make_recruiter)(booth) for _ in range(2)]
    async with phone() as seeker, phone(recruiters[0]) as one, phone(recruiters[1]) as two:
        shown = (await seeker.join(f"fair:{booth.fair_id}"))["gauge"][f"booth:{booth.pk}"]
        assert shown["recruiters"] == 0
        for socket in (one, two):
            await socket.join(f"booth:{booth.pk}:desk")
        while shown["recruiters"] < 2:
            shown = (await seeker.push())["gauge"][f"booth:{booth.pk}"]
        assert shown == {"state": "open", "waiting": 0, "recruiters": 2}
