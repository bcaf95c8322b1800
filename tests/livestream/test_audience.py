"""Audience figures that can be defended: who watched, for how long, through which cue; right after any kill."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from asgiref.sync import sync_to_async
from openpyxl import load_workbook

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.realtime import hub as hub_module
from jobfair.realtime import presence
from jobfair.realtime.reading import read_topic
from livestream.live.audience import count_minutes, figures
from livestream.models import AudienceMinute, Cue, LiveSession, OutsideViews, Viewing
from livestream.queries import audience as queries
from livestream.queries.audience import Watched
from livestream.schemas.audience import AudienceOut
from livestream.services import audience as services
from livestream.workbook import write_audience
from tests.livestream.talking import Chatter
from tests.realtime.sockets import PATIENCE, phone

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
TICK = timedelta(seconds=10)


class Broadcast:
    """A room with a broadcast that is on, and two cues."""

    def __init__(self) -> None:
        self.chatter = Chatter()
        self.room = self.chatter.room
        self.began = self.now = clock.now()
        self.session = LiveSession.objects.create(
            room=self.room, title="上午场", state=LiveSession.State.LIVE, starts_at=self.now, live_at=self.now,
            ends_at=self.now + timedelta(hours=2),
        )  # fmt: skip
        self.cues = [Cue.objects.create(session=self.session, rank=n, title=f"环节{n}") for n in (1, 2)]

    def tick(self, *who: str, times: int = 1, after: timedelta = TICK) -> None:
        """Ten seconds pass and one process tells who is playing."""
        for _ in range(times):
            self.now += after
            services.note_watching(playing={self.room.pk: who}, now=self.now)

    def air(self, cue: int | None) -> None:
        Cue.objects.filter(session=self.session, state="on_air").update(state="done")
        if cue is not None:
            Cue.objects.filter(pk=self.cues[cue].pk).update(state="on_air")

    def watched(self) -> Watched:
        return queries.watched(self.session.pk)


@pytest.fixture
def broadcast() -> Broadcast:
    queries.views._known.clear()
    presence._announced._read_at = 0.0
    return Broadcast()


def test_one_person_watching_is_one_view_however_long(broadcast: Broadcast) -> None:
    broadcast.tick("user:1", times=7)
    assert broadcast.watched() == Watched(views=1, people=1, seconds=60)
    assert Viewing.objects.count() == 1


def test_a_short_break_continues_and_a_minute_away_begins_anew(broadcast: Broadcast) -> None:
    broadcast.tick("user:1", times=2)  # 10 s
    broadcast.tick("user:1", after=timedelta(seconds=24))  # 24 s: a reload
    assert broadcast.watched() == Watched(views=1, people=1, seconds=34)
    broadcast.tick("user:1", after=timedelta(seconds=40))  # away, but not long enough for another view
    assert broadcast.watched() == Watched(views=1, people=1, seconds=34)
    broadcast.tick("user:1", after=timedelta(seconds=61))
    broadcast.tick("user:1")
    assert broadcast.watched() == Watched(views=2, people=1, seconds=44)


def test_two_processes_and_two_tabs_see_one_person(broadcast: Broadcast) -> None:
    for _ in range(4):
        broadcast.tick("user:1", "device:aa", "user:1")
        broadcast.tick("user:1", after=timedelta(seconds=1))
    assert broadcast.watched().people == 2
    assert broadcast.watched().views == 2
    assert Viewing.objects.filter(who="user:1").count() == 1


def test_cues_share_a_view_and_lose_no_second(broadcast: Broadcast) -> None:
    broadcast.air(0)
    broadcast.tick("user:1", "user:2", times=4)  # 30 s each
    broadcast.air(1)
    broadcast.tick("user:1", times=3)  # 10 s carried over, then 20
    broadcast.air(None)
    broadcast.tick("user:1")
    assert broadcast.watched() == Watched(views=2, people=2, seconds=30 + 30 + 30 + 10)
    cues = [(one.cue.title, one.watched) for one in queries.watched_by_cue(broadcast.session.pk)]
    assert cues == [("环节1", Watched(2, 2, 60)), ("环节2", Watched(1, 1, 30))]


def test_what_a_killed_process_leaves_ends_by_itself(broadcast: Broadcast) -> None:
    broadcast.tick("user:1", "user:2", times=3)
    broadcast.tick("user:2", times=6)  # user:1's process was killed
    assert broadcast.watched().seconds == 20 + 80
    assert Viewing.objects.get(who="user:1").seen_until == broadcast.began + 3 * TICK


def test_nothing_is_recorded_while_no_broadcast_is_on(broadcast: Broadcast) -> None:
    LiveSession.objects.update(state="ended", ended_at=broadcast.now)
    broadcast.tick("user:1", times=3)
    assert Viewing.objects.count() == 0


def test_a_guest_who_signs_in_is_one_person(broadcast: Broadcast) -> None:
    broadcast.tick("user:1", times=2)
    services.rename_watcher(was="user:1", now_is="user:9")
    broadcast.tick("user:9", times=2)
    assert broadcast.watched() == Watched(views=1, people=1, seconds=30)


def told(process: str, room: int, playing: int, present: int, now: datetime) -> None:
    presence.announce(process, {f"live:{room}": {"present": present, "playing": playing}}, now)
    presence._announced._read_at = 0.0


def test_the_gauge_sums_the_living_and_forgets_the_killed(broadcast: Broadcast) -> None:
    room, now = broadcast.room.pk, clock.now()
    told("a", room, 600, 700, now)
    told("b", room, 400, 400, now)
    seen = figures(room)
    assert (seen["playing"], seen["present"], seen["likes"]) == (1000, 1100, 0)
    told("b", room, 400, 400, now - timedelta(seconds=11))  # it has been silent for eleven seconds
    assert figures(room)["playing"] == 600


def test_each_minute_is_kept_once(broadcast: Broadcast) -> None:
    room = broadcast.room.pk
    minute = broadcast.now.replace(second=0, microsecond=0)
    told("a", room, 5, 6, clock.now())
    for second in (1, 2, 30, 59, 61):
        count_minutes(minute + timedelta(seconds=second))
    assert list(AudienceMinute.objects.values_list("at", "playing", "present")) == [
        (minute, 5, 6),
        (minute + timedelta(minutes=1), 5, 6),
    ]
    assert queries.peak_of(broadcast.session.pk) == 5


def test_likes_are_summed_by_the_minute(broadcast: Broadcast) -> None:
    now = clock.now()
    services.like(liked={broadcast.room.pk: 7, 999_999: 5}, now=now)
    services.like(liked={broadcast.room.pk: 3}, now=now + timedelta(minutes=1))
    assert queries.likes_in([broadcast.room.pk]) == {broadcast.room.pk: 10}
    assert figures(broadcast.room.pk)["likes"] == 10
    assert AudienceOut.of(broadcast.session).likes == 10


def test_the_export_says_what_the_page_says(broadcast: Broadcast) -> None:
    broadcast.session.title = "=HYPERLINK(1)"
    broadcast.air(0)
    broadcast.tick("user:1", "user:2", times=7)
    OutsideViews.objects.create(
        session=broadcast.session, platform="=1+1", views=775_300, read_at=clock.now(), source="后台",
        by=broadcast.chatter.moderator,
    )  # fmt: skip
    audience = AudienceOut.of(broadcast.session)
    assert {one.name: one.value for one in audience.figures}["minutes"] == 2
    assert all(one.definition for one in audience.figures)
    assert (audience.whole.views, audience.whole.people, audience.whole.average_seconds) == (2, 2, 60)
    book = load_workbook(BytesIO(write_audience(broadcast.session, audience)))
    whole = {row[0]: row[1] for row in book["总计"].iter_rows(values_only=True)}
    assert (whole["累计观看次数"], whole["观看人数"], whole["观看总时长（分钟）"]) == (2, 2, 2)
    assert whole["直播"] == "'=HYPERLINK(1)"
    assert [row[:2] for row in book["站外观看"].iter_rows(values_only=True)][1] == ("'=1+1", 775_300)
    assert [row[0] for row in book["各环节"].iter_rows(values_only=True)] == ["环节", "环节1"]
    assert all(row[2] for row in list(book["总计"].iter_rows(values_only=True))[2:]), (
        "each has its definition"
    )


async def test_sockets_that_play_are_watched_and_counted(
    broadcast: Broadcast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "ANNOUNCE_SECONDS", 0.1)
    monkeypatch.setattr(hub_module, "ATTEND_SECONDS", 0.1)
    monkeypatch.setattr(presence, "REREAD_SECONDS", 0.0)
    topic, viewer = f"live:{broadcast.room.pk}", broadcast.chatter.viewer

    async def becomes(wanted: tuple[int, int]) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                seen = await sync_to_async(figures)(broadcast.room.pk)
                if (seen["playing"], seen["present"]) == wanted:
                    return
                await asyncio.sleep(0.05)

    async with phone(viewer) as one, phone() as nobody:
        for socket in (one, nobody):
            joined = await socket.ask({"do": "join", "topic": topic, "presence": "playing"})
            assert "ok" in joined
        await becomes((2, 2))
        await nobody.ask({"do": "present", "topic": topic, "state": "present"})
        await becomes((1, 2))
        await watchers(broadcast, {f"user:{viewer.pk}"})
        refused = await nobody.ask({"do": "livestream.like", "cid": "like-00001", "args": {"room_id": broadcast.room.pk, "count": 21}})  # noqa: E501  # fmt: skip
        assert refused["error"]["code"] == "core.invalid"
        liked = await nobody.ask({"do": "livestream.like", "cid": "like-00002", "args": {"room_id": broadcast.room.pk, "count": 5}})  # noqa: E501  # fmt: skip
        assert liked["ok"] == {}
    assert (await sync_to_async(read_topic)(f"{topic}:figures", None, None)).gauge["likes"] == 5  # type: ignore[index]


@sync_to_async
def who_watched(broadcast: Broadcast) -> set[str]:
    return set(Viewing.objects.filter(session=broadcast.session).values_list("who", flat=True))


async def watchers(broadcast: Broadcast, known: Iterable[str]) -> None:
    """Those are recorded, and whoever is nobody in particular as one socket."""
    async with asyncio.timeout(PATIENCE):
        while True:
            seen = await who_watched(broadcast)
            if set(known) <= seen:
                break
            await asyncio.sleep(0.05)
    assert all(one.startswith(("user:", "page:")) for one in seen)


def test_figures_are_for_those_who_run_it(broadcast: Broadcast) -> None:
    from tests.realtime.test_http import client_of

    path = f"/api/live-sessions/{broadcast.session.pk}/audience"
    stranger: User = broadcast.chatter.viewer
    assert client_of(stranger).get(path).status_code == 404
    seen = client_of(broadcast.chatter.moderator).get(path)
    assert (seen.status_code, seen.json()["whole"]["views"]) == (200, 0)
    book = client_of(broadcast.chatter.moderator).get(path + ".xlsx")
    assert book["Content-Disposition"] == f'attachment; filename="audience-{broadcast.session.pk}.xlsx"'
