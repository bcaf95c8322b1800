"""A broadcast planned, run and watched by HTTP, as the pages do it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobfair.config import demo
from jobfair.fairs.models import FairStaff
from livestream.models import LiveSession, Recording
from livestream.services import directing
from tests.applications.browser import get, post
from tests.livestream.scene import MINUTE, Studio, make_director

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def error_of(reply: Any) -> str:
    return str(reply.json()["error"]["code"])


def test_a_broadcast_from_nothing_to_its_first_card() -> None:
    studio = Studio()
    by = studio.director
    organiser = make_director(studio.fair, FairStaff.Role.ORGANISER)
    room = post(organiser, f"/fairs/{studio.fair.slug}/rooms", {"name": "二号直播间"}).json()["id"]
    assert (
        error_of(post(organiser, f"/fairs/{studio.fair.slug}/rooms", {"name": "二号直播间"}))
        == "livestream.name_taken"
    )
    times = {"starts_at": studio.now.isoformat(), "ends_at": (studio.now + timedelta(hours=1)).isoformat()}
    session = post(by, f"/rooms/{room}/sessions", {"title": "夜场", **times}).json()["session"]["id"]
    path = f"/live-sessions/{session}"
    assert error_of(post(by, f"{path}/act", {"act": "go_live"})) == "livestream.nobody_named"
    host = {"role": "host", "real_name": "周岚"}
    [person] = post(by, f"{path}/people", {"people": [host]}).json()["people"]
    assert (person["shown_name"], person["paper"]) == ("周岚", "")
    post(by, f"/session-people/{person['id']}/paper", {"paper": "id_card"})
    [choice] = [
        one for one in get(by, f"/fairs/{studio.fair.slug}/cue-choices", q="岗位1").json()
        if one["id"] == studio.employers[0].pk
    ]  # fmt: skip
    cue = {"employer_id": choice["id"], "positions": [one["id"] for one in choice["positions"]]}
    [row] = post(by, f"{path}/cues", {"cues": [cue]}).json()["cues"]
    assert post(by, f"{path}/act", {"act": "go_live"}).json()["session"]["state"] == "live"
    assert post(by, f"{path}/air", {"act": "next", "seen": None}).status_code == 200
    card = get(None, f"/rooms/{room}").json()["shown"]["card"]
    assert (card["cue_id"], [one["face"] for one in card["pinned"]]) == (row["id"], ["open", "open"])


def test_a_repeated_press_is_one_step_and_a_late_one_is_told() -> None:
    studio = Studio()
    studio.go_live()
    path, body = f"/live-sessions/{studio.session.pk}/air", {"act": "next", "seen": None}
    first = post(studio.director, path, body, "key-pressed-twice")
    again = post(studio.director, path, body, "key-pressed-twice")
    assert first.json() == again.json()
    late = post(studio.director, path, body)
    assert (late.status_code, error_of(late)) == (409, "livestream.cue_moved")
    assert studio.on_air == studio.cues[0].pk


def test_a_rooms_reads_do_not_grow_with_its_rundown() -> None:
    studio = Studio()
    studio.go_live()
    for minutes in range(3):
        studio.next(after=minutes * MINUTE)
    path = f"/rooms/{studio.room.pk}"
    few = queries_of(path)
    post(
        studio.director,
        f"/live-sessions/{studio.session.pk}/cues",
        {"cues": [{"employer_id": one.pk, "positions": []} for one in studio.employers] * 5},
    )
    assert queries_of(path) == few
    assert few <= 12
    assert queries_of(f"/fairs/{studio.fair.slug}/rooms") <= 5


def queries_of(path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert get(None, path).status_code == 200
    return len(asked)


def test_a_replay_has_a_chapter_for_each_stretch() -> None:
    studio = Studio()
    studio.go_live()
    for minutes in range(2):
        studio.next(after=minutes * MINUTE)
    studio.back(after=3 * MINUTE)
    directing.end(session=studio.session, by=None, now=studio.now + 5 * MINUTE)
    assert get(None, f"/replays/{studio.session.pk}").status_code == 404
    directing.publish(session=studio.session, by=None, now=studio.now + 6 * MINUTE)
    replay = get(None, f"/replays/{studio.session.pk}").json()
    opening, first = studio.cues[0].pk, studio.cues[1].pk
    assert [one["cue_id"] for one in replay["chapters"]] == [opening, first, opening]
    assert len(replay["chapters"][1]["pinned"]) == 2
    assert replay["address"] == "", "nothing was recorded"
    Recording.objects.create(session=studio.session, bytes=1000, seconds=5, told_at=studio.now)
    address = get(None, f"/replays/{studio.session.pk}").json()["address"]
    assert address == f"/hls/kept/{studio.session.pk}/index.m3u8"
    assert [one["id"] for one in get(None, f"/rooms/{studio.room.pk}/replays").json()] == [studio.session.pk]


@pytest.mark.once
def test_the_demo_has_a_broadcast_on_air_and_loading_it_again_makes_no_other(
    settings: Any, tmp_path: Any
) -> None:
    settings.DEBUG, settings.STATE_DIR = False, tmp_path
    now = Studio().now
    fair = demo.load(now=now).fair
    mine = LiveSession.objects.filter(room__fair=fair)
    assert sorted(mine.values_list("state", flat=True)) == ["live", "planned", "published"]
    demo.load(now=now)
    assert mine.count() == 3
