"""Keys, cuts, relays and what the station tells, on the tables."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.models import AuditEntry
from jobfair.fairs.models import FairStaff
from livestream.broadcasting import DatabaseDesk
from livestream.models import (
    CameraTake,
    LiveSession,
    PictureCut,
    Recording,
    RelayTarget,
    Room,
    Signal,
    StreamKey,
)
from livestream.queries import media as queries
from livestream.rules import media as rules
from livestream.schemas.media import PictureOut
from livestream.services import media as services
from livestream.services.signals import Told, note_signals
from tests.factories import make_fair

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


class Studio:
    """A room that is live, and two people who direct it."""

    def __init__(self) -> None:
        self.now = clock.now()
        self.fair = make_fair(now=self.now)
        self.room = Room.objects.create(fair=self.fair, name="主会场")
        self.session = LiveSession.objects.create(
            room=self.room, title="直播带岗", starts_at=self.now, ends_at=self.now + timedelta(hours=2),
            state="live", live_at=self.now,
        )  # fmt: skip
        self.director, self.colleague = self._director("one"), self._director("two")

    def _director(self, name: str) -> User:
        user = User.objects.create_user(f"director-{name}-{self.fair.pk}")
        FairStaff.objects.create(fair=self.fair, user=user, role=FairStaff.Role.DIRECTOR)
        return user

    def tells(self, source: str, *, has_shown: bool = True, later: int = 0) -> None:
        """The station says what is shown, so many seconds later."""
        told = Told(
            room_id=self.room.pk, session_id=self.session.pk, source=source, has_shown=has_shown,
            health={"kbps": 900}, kept_bytes=5000, kept_seconds=4.0,
        )  # fmt: skip
        note_signals(told=[told], now=self.now + timedelta(seconds=later))
        self.session.refresh_from_db()

    def state(self) -> str:
        return PictureOut.of(self.room.pk, queries.picture_in(self.room.pk)).state


def test_a_key_is_told_once_and_the_next_takes_its_place() -> None:
    studio, desk = Studio(), DatabaseDesk()
    first, words = services.make_stream_key(room=studio.room, by=studio.director, now=studio.now)
    assert len(words) >= 43, "256 bits"
    admission = desk.admission(words)
    assert admission is not None
    assert (admission.room_id, admission.key_id) == (studio.room.pk, first.pk)
    assert desk.admission(words[:-1]) is None
    second, other = services.make_stream_key(room=studio.room, by=studio.director, now=studio.now)
    assert desk.admission(words) is None
    assert [wish.keys for wish in desk.wishes()] == [frozenset({second.pk})]
    services.revoke_stream_key(room=studio.room, by=studio.director, now=studio.now)
    assert desk.admission(other) is None
    stored = " ".join(map(str, StreamKey.objects.values_list())) + " ".join(
        map(str, AuditEntry.objects.values_list())
    )
    assert words not in stored
    assert other not in stored


def test_whoever_cut_cannot_restore() -> None:
    studio = Studio()
    studio.tells("rtmp")
    assert studio.state() == "on"
    cut = services.cut_picture(session=studio.session, reason="违规", by=studio.director, now=studio.now)
    again = services.cut_picture(session=studio.session, reason="", by=studio.colleague, now=studio.now)
    assert again == cut, "pressed by two it is one cut"
    assert studio.state() == "cut"
    assert [wish.is_cut for wish in DatabaseDesk().wishes()] == [True]
    with pytest.raises(rules.SecondPerson):
        services.restore_picture(session=studio.session, by=studio.director, now=studio.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        PictureCut.objects.filter(pk=cut.pk).update(restored_at=studio.now, restored_by=studio.director)
    services.restore_picture(session=studio.session, by=studio.colleague, now=studio.now)
    assert studio.state() == "on"
    with pytest.raises(rules.NotCut):
        services.restore_picture(session=studio.session, by=studio.colleague, now=studio.now)


def test_only_a_broadcast_that_is_on_is_cut() -> None:
    studio = Studio()
    LiveSession.objects.update(state="ended", ended_at=studio.now)
    with pytest.raises(rules.NothingToCut):
        services.cut_picture(session=studio.session, reason="", by=studio.director, now=studio.now)


def test_a_dropped_source_interrupts_and_its_return_goes_on() -> None:
    studio = Studio()
    studio.tells("", has_shown=False)
    assert (studio.session.state, studio.state()) == ("live", "none"), "it never had a picture"
    for source, state, picture in (
        ("rtmp", "live", "on"),
        ("", "interrupted", "interrupted"),
        ("fallback", "interrupted", "interrupted"),
        ("camera", "live", "on"),
    ):
        studio.tells(source)
        assert (studio.session.state, studio.state()) == (state, picture)
    assert (studio.session.interrupted_at, Recording.objects.get().seconds) == (None, 4.0)


def test_whoever_ended_the_broadcast_has_the_last_word() -> None:
    studio = Studio()
    studio.tells("rtmp")
    LiveSession.objects.update(state="ended", ended_at=studio.now)
    studio.tells("")
    assert studio.session.state == "ended"


def test_saying_the_same_again_is_no_fact() -> None:
    studio = Studio()
    studio.tells("rtmp")
    facts = AuditEntry.objects.count()
    for second in range(3):
        studio.tells("rtmp", later=second)
    assert AuditEntry.objects.count() == facts


def test_a_camera_waits_for_the_encoder_and_needs_the_station() -> None:
    studio = Studio()

    def begin(by: User, later: int = 0) -> CameraTake:
        now = studio.now + timedelta(seconds=later)
        return services.begin_camera(room=studio.room, is_h264=True, by=by, now=now)

    with pytest.raises(rules.StationAway):
        begin(studio.director)
    studio.tells("rtmp")
    with pytest.raises(rules.SourceBusy):
        begin(studio.director)
    studio.tells("")
    with pytest.raises(rules.StationAway):
        begin(studio.director, later=60)
    first = begin(studio.director)
    second = begin(studio.colleague)
    assert list(CameraTake.objects.filter(ended_at=None)) == [second]
    services.end_camera(take=first, by=studio.director, now=studio.now)
    assert [wish.take.id for wish in DatabaseDesk().wishes() if wish.take] == [second.pk]
    assert queries.lost_takes(studio.now + timedelta(minutes=2)) == [second]
    studio.tells("camera")
    assert queries.lost_takes(studio.now + timedelta(minutes=2)) == []


def test_a_relays_address_is_sealed_and_three_are_the_most() -> None:
    studio = Studio()
    address = "rtmps://push.example.cn:443/live/secret-stream-key?sign=abc"

    def add(to: str) -> RelayTarget:
        return services.add_relay(
            room=studio.room, platform="示例平台", address=to, by=studio.director, now=studio.now
        )

    target = add(address)
    assert target.host == "rtmps://push.example.cn:443"
    assert "secret" not in " ".join(map(str, RelayTarget.objects.values_list()))
    assert "secret" not in " ".join(map(str, AuditEntry.objects.values_list()))
    [wish] = DatabaseDesk().wishes()
    assert [one.address for one in wish.relays] == [address]
    services.switch_relay(target=target, is_on=False, by=studio.director)
    assert DatabaseDesk().wishes()[0].relays == ()
    for bad in (
        "http://push.example/live/key",
        "rtmp://",
        "rtmp://host",
        "rtmp://host:x/live/k",
        "rtmp://h/a b/key",
    ):
        with pytest.raises(rules.AddressUnfit):
            add(bad)
    add(address)
    add(address)
    with pytest.raises(rules.RelaysFull):
        add(address)


def test_a_room_of_a_draft_fair_has_nothing_on_air() -> None:
    studio = Studio()
    studio.fair.state = "draft"
    studio.fair.save()
    assert [wish.session_id for wish in DatabaseDesk().wishes()] == [None]


def test_what_the_station_asks_costs_the_same_for_many_rooms() -> None:
    Studio()
    count = questions()
    for _ in range(3):
        Studio()
    assert questions() == count <= 7


def questions() -> int:
    with CaptureQueriesContext(connection) as asked:
        queries.list_wanted()
    return len(asked)


def test_signals_keep_one_row_a_room() -> None:
    studio = Studio()
    studio.tells("rtmp")
    studio.tells("camera", later=1)
    assert [one.source for one in Signal.objects.all()] == ["camera"]


def test_an_rtmp_server_asks_with_its_secret(settings: Any) -> None:
    studio, client = Studio(), Client()
    _key, words = services.make_stream_key(room=studio.room, by=studio.director, now=studio.now)

    def asks(name: str, secret: str) -> int:
        return client.post(
            f"/api/ingest/publish?secret={secret}", {"name": name, "call": "publish"}
        ).status_code

    assert asks(words, "") == 404, "without a secret set nobody may ask"
    settings.INGEST_SECRET = "between-us"
    assert (asks(words, "between-us"), asks("wrong", "between-us"), asks(words, "other")) == (200, 404, 404)
