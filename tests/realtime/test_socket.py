"""The socket as a page meets it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from booths import services
from booths.models import Booth, Ticket
from jobfair.accounts.models import User
from jobfair.config.asgi import application
from jobfair.core import clock
from jobfair.realtime import doorbell, hub, log
from jobfair.realtime.epoch import renew_epoch
from jobfair.realtime.models import Stream
from tests.factories import NOON, desks_of, make_booth, make_fair, make_recruiter, make_seeker
from tests.realtime.sockets import HEADERS, hub_knows, phone

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@sync_to_async
def scene() -> tuple[Booth, User, User]:
    booth = make_booth(make_fair())
    return booth, make_recruiter(booth), make_seeker()


@sync_to_async
def take(booth: Booth, seeker: User | None = None) -> Ticket:
    return services.take_ticket(booth=booth, seeker=seeker or make_seeker(), channel="onsite", now=NOON)


@sync_to_async
def call(booth: Booth, recruiter: User) -> Ticket:
    return services.call_next_ticket(desk=desks_of(booth)[0], by=recruiter, now=clock.now())


async def test_join_gives_a_snapshot_then_pushes_in_order() -> None:
    booth, recruiter, seeker = await scene()
    topic = f"booth:{booth.pk}"
    async with phone() as socket:
        joined = await socket.join(topic)
        line = joined["snapshot"]
        assert (line["booth_id"], line["state"], line["waiting"]) == (booth.pk, "open", [])
        await take(booth, seeker)
        await call(booth, recruiter)
        pushes = [await socket.push() for _ in range(3)]
        assert [push["at"] - joined["offset"] for push in pushes] == [1, 2, 3]
        assert [push["is"].removeprefix("booths.") for push in pushes] == [
            "ticket_taken",
            "booth_state_changed",  # whoever calls is on duty
            "ticket_called",
        ]
        assert (pushes[0]["on"], pushes[2]["data"]["ticket"]["state"]) == (topic, "called")


async def test_what_was_missed_is_replayed_whole() -> None:
    booth, _, _ = await scene()
    topic = f"booth:{booth.pk}"
    async with phone() as socket:
        joined = await socket.join(topic)
    for _ in range(3):
        await take(booth)
    async with phone() as socket:
        again = await socket.join(topic, {"epoch": joined["epoch"], "offset": joined["offset"]})
        assert [push["at"] for push in again["missed"]] == [joined["offset"] + n for n in (1, 2, 3)]
        assert "snapshot" not in again
        await take(booth)
        assert (await socket.push())["at"] == joined["offset"] + 4


@pytest.mark.parametrize("since", [{"epoch": "other", "offset": 1}, {"epoch": None, "offset": 99_999}, None])
async def test_an_unknown_history_gets_a_snapshot(since: dict[str, Any] | None) -> None:
    booth, _, _ = await scene()
    async with phone() as socket:
        joined = await socket.join(f"booth:{booth.pk}")
        if since and since["epoch"] is None:
            since = {**since, "epoch": joined["epoch"]}
        assert "snapshot" in await socket.join(f"booth:{booth.pk}", since)


async def test_too_much_missed_is_a_snapshot_never_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    booth, _, _ = await scene()
    monkeypatch.setattr(log, "MISSED_EVENTS", 2)
    async with phone() as socket:
        joined = await socket.join(f"booth:{booth.pk}")
        since = {"epoch": joined["epoch"], "offset": joined["offset"]}
        for _ in range(3):
            await take(booth)
        again = await socket.join(f"booth:{booth.pk}", since)
        assert len(again["snapshot"]["waiting"]) == 3
        assert "missed" not in again


async def test_below_the_floor_nothing_is_replayed() -> None:
    booth, _, _ = await scene()
    topic = f"booth:{booth.pk}"
    async with phone() as socket:
        joined = await socket.join(topic)
        await take(booth)
        await sync_to_async(Stream.objects.filter(topic=topic).update)(floor=joined["offset"] + 1)
        assert "snapshot" in await socket.join(topic, {"epoch": joined["epoch"], "offset": joined["offset"]})


async def test_without_any_doorbell_the_poll_heals(monkeypatch: pytest.MonkeyPatch) -> None:
    booth, _, _ = await scene()
    monkeypatch.setattr(doorbell, "ring", lambda *_: None)
    async with phone() as socket:
        joined = await socket.join(f"booth:{booth.pk}")
        await take(booth)
        await take(booth)
        offsets = [(await socket.push())["at"] for _ in range(2)]
        assert offsets == [joined["offset"] + 1, joined["offset"] + 2]


async def test_doubled_and_shuffled_doorbells_show_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    booth, _, _ = await scene()
    rung: list[tuple[str, Any]] = []
    honest: Callable[..., None] = doorbell.ring
    monkeypatch.setattr(doorbell, "ring", lambda epoch, appends: rung.append((epoch, appends)))
    async with phone() as socket:
        joined = await socket.join(f"booth:{booth.pk}")
        for _ in range(4):
            await take(booth)
        for epoch, appends in [*reversed(rung), *rung]:
            honest(epoch, appends)
        offsets = [(await socket.push())["at"] for _ in range(4)]
        assert offsets == [joined["offset"] + n for n in (1, 2, 3, 4)]
        assert await socket.silent(1.2)


async def test_a_commit_between_read_and_fan_out_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The state changes after the join read its snapshot and before the subscription takes part."""
    booth, _, _ = await scene()
    topic = f"booth:{booth.pk}"
    from jobfair.realtime import consumer

    honest = consumer.read_join

    def read_then_change(*args: Any) -> Any:
        reply = honest(*args)
        services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)
        return reply

    async with phone() as early:
        joined = await early.join(topic)
        monkeypatch.setattr(consumer, "read_join", read_then_change)
        async with phone() as late:
            late_joined = await late.join(topic)
            monkeypatch.setattr(consumer, "read_join", honest)
            assert late_joined["offset"] == joined["offset"]
            assert (await late.push())["at"] == joined["offset"] + 1
            assert (await early.push())["at"] == joined["offset"] + 1
            await take(booth)
            assert (await late.push())["at"] == joined["offset"] + 2
            assert await late.silent()


async def test_private_topics_are_for_their_own() -> None:
    booth, recruiter, seeker = await scene()
    stranger = await sync_to_async(make_seeker)()
    for topic in (f"booth:{booth.pk}:desk", f"user:{seeker.pk}"):
        for viewer in (None, stranger):
            async with phone(viewer) as socket:
                reply = await socket.ask({"do": "join", "topic": topic, "since": None})
                assert reply["error"]["code"] == "core.not_found"
                assert await socket.silent()
    async with phone(recruiter) as socket:
        assert "snapshot" in await socket.join(f"booth:{booth.pk}:desk")
    async with phone(seeker) as socket:
        assert (await socket.join(f"user:{seeker.pk}"))["snapshot"] == {"tickets": []}


async def test_strangers_see_numbers_and_recruiters_masked_names() -> None:
    booth, recruiter, seeker = await scene()
    await take(booth, seeker)
    async with phone() as public, phone(recruiter) as desk:
        line = await public.join(f"booth:{booth.pk}")
        console = await desk.join(f"booth:{booth.pk}:desk")
    assert "王" not in str(line)
    assert console["snapshot"]["waiting"][0]["who"] == "王**"


async def test_the_fairs_gauge_sends_only_what_changed() -> None:
    booth, _, _ = await scene()
    other = await sync_to_async(make_booth)(booth.fair)
    async with phone() as socket:
        joined = await socket.join(f"fair:{booth.fair_id}")
        assert joined["gauge"] == {
            f"booth:{booth.pk}": {"state": "open", "waiting": 0, "recruiters": 0},
            f"booth:{other.pk}": {"state": "open", "waiting": 0, "recruiters": 0},
        }
        await take(booth)
        push = await socket.push()
        assert push == {
            "on": f"fair:{booth.fair_id}",
            "gauge": {f"booth:{booth.pk}": {"state": "open", "waiting": 1, "recruiters": 0}},
        }


async def test_whoever_is_called_hears_it_before_the_hall() -> None:
    """One commit, two topics: the called person's own goes out before the one that everybody watches."""
    booth, recruiter, seeker = await scene()
    await take(booth, seeker)
    async with phone(seeker) as own, phone() as other:
        for socket, topic in (
            (other, f"booth:{booth.pk}"),
            (own, f"booth:{booth.pk}"),
            (own, f"user:{seeker.pk}"),
        ):
            await socket.join(topic)
        await call(booth, recruiter)
        heard = [(await own.push())["on"] for _ in range(3)]
        assert heard == [f"user:{seeker.pk}", f"booth:{booth.pk}", f"booth:{booth.pk}"]
        told = [(await other.push())["is"] for _ in range(2)]
        assert told == ["booths.booth_state_changed", "booths.ticket_called"]


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        '"x"',
        "[" * 5000,
        '{"id":1}',
        '{"id":1,"do":"nothing.known"}',
        '{"id":1,"do":"join"}',
        '{"id":1,"do":"join","topic":5}',
        '{"id":1,"do":"join","topic":"booth:1","more":1}',
        '{"id":1,"do":"join","topic":"nowhere:1"}',
        '{"id":1,"do":"join","topic":"booth:99999999999999"}',
        '{"id":"x","do":"leave","topic":"booth:1"}',
        '{"id":1,"do":"join","topic":"' + "b" * 20_000 + '"}',
    ],
)
async def test_a_bad_frame_gets_an_error_and_the_socket_lives(frame: str) -> None:
    booth, _, _ = await scene()
    async with phone() as socket:
        await socket.send(frame)
        error = (await socket.receive())["error"]
        assert error["code"] in {"core.invalid", "core.not_found"}
        assert error["message"]
        assert "snapshot" in await socket.join(f"booth:{booth.pk}")


async def test_121_commands_in_a_minute_are_too_many() -> None:
    async with phone() as socket:
        for _ in range(120):
            assert "ok" in await socket.ask({"do": "leave", "topic": "booth:1"})
        error = (await socket.ask({"do": "leave", "topic": "booth:1"}))["error"]
        assert error["code"] == "core.too_many"
        assert 0 < error["retry_after"] <= 61


async def test_leaving_stops_the_pushes() -> None:
    booth, _, _ = await scene()
    async with phone() as socket:
        await socket.join(f"booth:{booth.pk}")
        assert (await socket.ask({"do": "leave", "topic": f"booth:{booth.pk}"}))["ok"] == {}
        await take(booth)
        assert await socket.silent(1.3)


async def test_a_renewed_epoch_closes_the_sockets_so_that_they_start_afresh() -> None:
    booth, _, _ = await scene()
    async with phone() as socket:
        old = await socket.join(f"booth:{booth.pk}")
        await hub_knows(old["epoch"])
        await sync_to_async(renew_epoch)()
        assert await socket.closed() == 4000
    async with phone() as socket:
        again = await socket.join(f"booth:{booth.pk}", {"epoch": old["epoch"], "offset": old["offset"]})
        assert "snapshot" in again
        assert again["epoch"] != old["epoch"]


async def test_the_heartbeat_carries_the_tops(monkeypatch: pytest.MonkeyPatch) -> None:
    booth, _, _ = await scene()
    monkeypatch.setattr(hub, "BEAT_SECONDS", 0.3)
    await take(booth)
    async with phone() as socket:
        joined = await socket.join(f"booth:{booth.pk}")
        socket.pushes.clear()  # a beat before the answer knows of no topic
        beat = (await socket.push())["beat"]
        assert beat["tops"] == {f"booth:{booth.pk}": joined["offset"]}
        assert beat["now"].endswith("+00:00")


async def test_sockets_that_came_one_after_another_have_their_heartbeats_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub, "BEAT_SECONDS", 1.5)
    async with phone() as first:
        await asyncio.sleep(0.2)  # many ticks
        async with phone() as second:
            assert len({one.beat_tick for one in hub.get_hub().connections}) == 2
            for socket in (first, second):
                assert "beat" in await socket.push()


@pytest.mark.parametrize("origin", [b"http://evil.example", b"null", None, b"http://localhost:81"])
async def test_a_foreign_page_cannot_open_a_socket(origin: bytes | None) -> None:
    headers = [HEADERS[0], *([(b"origin", origin)] if origin else [])]
    communicator = WebsocketCommunicator(application, "/ws/", headers=headers)
    connected, _ = await communicator.connect()
    assert connected is False
