"""Old snapshot + pushes == new snapshot, for every service that changes a room or its rundown."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jobfair.fairs.models import Fair
from jobfair.fairs.services import change_state
from jobfair.positions.services.review import close_position
from jobfair.realtime.models import StreamEvent
from livestream.live.rooms import room_snapshot, studio_snapshot
from livestream.models import Cue, LiveSession
from livestream.services import directing, rundown
from livestream.services import rooms as services
from livestream.services.rooms import PersonPlan
from tests.factories import make_recruiter_of
from tests.livestream import views
from tests.livestream.scene import MINUTE, Studio
from tests.livestream.test_corrections import change

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
GOLDEN = Path(__file__).resolve().parents[2] / "frontend" / "tests" / "livestream" / "commutation.golden.json"
Step = dict[str, Any]


class Watched:
    """A studio with two open pages, a viewer's and a director's, each kept as a browser would keep it."""

    def __init__(self) -> None:
        self.studio = Studio()
        self.room = f"live:{self.studio.room.pk}"
        self.control = f"{self.room}:control"
        self.topics: dict[str, Callable[[], views.Json]] = {
            self.room: lambda: room_snapshot(None, self.studio.room.pk).wire(),
            self.control: lambda: studio_snapshot(self.studio.director, self.studio.room.pk).wire(),
        }
        self.views = {topic: snapshot() for topic, snapshot in self.topics.items()}
        self.record: dict[str, list[Step]] = {
            topic: [{"snapshot": view}] for topic, view in self.views.items()
        }

    @contextmanager
    def expect(self, *kinds: str) -> Iterator[None]:
        """The block pushes exactly these to viewers and the whole studio to directors, and both views commute."""
        last = StreamEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        yield
        told: dict[str, list[str]] = {self.room: [], self.control: []}
        for event in StreamEvent.objects.filter(id__gt=last, topic__in=told).order_by("id"):
            told[event.topic].append(event.type.removeprefix("livestream."))
            self.views[event.topic] = views.apply(self.views[event.topic], event.type, event.payload)
            self.record[event.topic].append({"is": event.type, "data": event.payload})
        assert told == {self.room: list(kinds), self.control: ["studio_changed"] * len(kinds)}
        for topic, snapshot in self.topics.items():
            assert self.views[topic] == snapshot(), topic


def run(watched: Watched) -> None:
    """A broadcast through every service of the rundown."""
    studio, by, now = watched.studio, watched.studio.director, watched.studio.now
    session = studio.session
    with watched.expect("room_changed"):
        services.correct_room(room=studio.room, name="演播厅", about="玻璃演播厅", by=by, now=now)
    with watched.expect("room_changed"):
        services.correct_session(
            session=session,
            title="早场",
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            by=by,
            now=now,
        )
    with watched.expect("room_changed"):
        people = [PersonPlan(session.people.get().pk, "host", "周岚", "周岚", "")]
        services.name_people(session=session, people=people, by=by, now=now)
    plan_more(watched)
    with watched.expect("room_changed"):
        studio.go_live()
    for minutes in (1, 2):
        with watched.expect("card_changed"):
            studio.next(after=minutes * MINUTE)
    with watched.expect("card_changed"):
        studio.back(after=3 * MINUTE)
    with watched.expect("card_changed"):
        studio.next(after=4 * MINUTE)
    correct_and_close(watched)
    with watched.expect("card_changed"):
        directing.jump_to(cue=studio.cues[2], seen=studio.on_air, by=by, now=now + 5 * MINUTE)
    with watched.expect("card_changed"):
        directing.clear_card(session=session, seen=studio.on_air, by=by, now=now + 6 * MINUTE)
    with watched.expect("room_changed"):
        directing.interrupt(session=session, by=None, now=now)
    with watched.expect("room_changed"):
        directing.resume(session=session, by=None, now=now)
    end_and_show_again(watched)


def plan_more(watched: Watched) -> None:
    studio, by, now = watched.studio, watched.studio.director, watched.studio.now
    with watched.expect("room_changed"):
        [more] = rundown.add_cues(session=studio.session, plans=[studio.plan_of(0)], by=by, now=now)
    with watched.expect("room_changed"):
        rundown.correct_cue(cue=more, plan=studio.plan_of(1), by=by, now=now)
    with watched.expect("room_changed"):
        order = [more.pk, *(one.pk for one in studio.cues)]
        rundown.arrange(session=studio.session, order=order, by=by, now=now)
    for _ in range(2):
        with watched.expect("room_changed"):
            directing.skip(cue=more, by=by, now=now)
    with watched.expect("room_changed"):
        rundown.remove_cue(cue=more, by=by, now=now)


def correct_and_close(watched: Watched) -> None:
    """What is on air is corrected, then closed."""
    studio = watched.studio
    position = studio.positions[0]
    with watched.expect("room_changed"):
        change(position, pay_max=7500)
    position.refresh_from_db()
    recruiter = make_recruiter_of(studio.employers[0])
    with watched.expect("room_changed"):
        close_position(position=position, closing="filled", by=recruiter, now=studio.now)


def end_and_show_again(watched: Watched) -> None:
    studio, now = watched.studio, watched.studio.now
    with watched.expect("card_changed"):
        directing.jump_to(cue=studio.cues[0], seen=None, by=studio.director, now=now + 7 * MINUTE)
    with watched.expect("card_changed", "room_changed"):
        directing.end(session=studio.session, by=studio.director, now=now + 8 * MINUTE)
    with watched.expect("room_changed"):
        directing.publish(session=studio.session, by=studio.director, now=now)
    with watched.expect("room_changed"):
        directing.take_back_replay(session=studio.session, by=studio.director, now=now)
    with watched.expect("room_changed"):
        later = services.plan_session(
            room=studio.room, title="下午场", starts_at=now + 60 * MINUTE, ends_at=now + 90 * MINUTE,
            by=studio.director, now=now,
        )  # fmt: skip
    with watched.expect("room_changed"):
        services.cancel_session(session=later, by=studio.director, now=now)
    with watched.expect("room_changed"):
        change_state(fair=studio.fair, state=Fair.State.CLOSED, by=None, now=now)


def test_every_act_tells_what_it_changed() -> None:
    watched = Watched()
    run(watched)
    assert LiveSession.objects.get().state == "ended"
    assert not Cue.objects.filter(state="on_air").exists()
    if os.environ.get("UPDATE_GOLDEN"):
        before, *pushes = watched.record[watched.room]
        golden = {"before": before["snapshot"], "pushes": pushes, "after": watched.views[watched.room]}
        GOLDEN.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n")


def test_the_browsers_golden_conversation_is_current() -> None:
    """vitest replays this file through the browser's reducer. `UPDATE_GOLDEN=1` writes it anew."""
    golden = json.loads(GOLDEN.read_text())
    view = golden["before"]
    for push in golden["pushes"]:
        view = views.apply(view, push["is"], push["data"])
    assert view == golden["after"]
    assert {push["is"] for push in golden["pushes"]} == {"livestream.room_changed", "livestream.card_changed"}
