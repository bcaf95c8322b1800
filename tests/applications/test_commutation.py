"""Old snapshot + pushes == new snapshot, for every service that emits."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jobfair.applications import live, rules, services
from jobfair.applications.jobs import escalate_overdue, settle_decisions
from jobfair.applications.models import Application
from jobfair.realtime.models import StreamEvent
from tests.applications import views
from tests.applications.scene import NOW, Hiring, make_applicant, make_position

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
GOLDEN = (
    Path(__file__).resolve().parents[2] / "frontend" / "tests" / "applications" / "commutation.golden.json"
)
Step = dict[str, Any]


class Scene:
    """Two open pages, the recruiter's and one seeker's, each kept as a browser would keep it."""

    def __init__(self) -> None:
        self.hiring = Hiring()
        self.seeker = make_applicant()
        self.inbox, self.mine = f"inbox:{self.hiring.inbox.pk}", f"user:{self.seeker.pk}:applications"
        self.topics: dict[str, Callable[[], views.Json]] = {
            self.inbox: lambda: live.inbox_snapshot(self.hiring.recruiter, self.hiring.inbox.pk).wire(),
            self.mine: lambda: live.my_snapshot(self.seeker, self.seeker.pk).wire(),
        }
        self.views = {topic: snapshot() for topic, snapshot in self.topics.items()}
        self.record: dict[str, list[Step]] = {
            topic: [{"snapshot": view}] for topic, view in self.views.items()
        }

    @contextmanager
    def expect(self, *topics: str) -> Iterator[None]:
        """The block pushes to exactly `topics`, and every view commutes."""
        last = StreamEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        yield
        touched = set()
        new = StreamEvent.objects.filter(id__gt=last).exclude(topic__endswith=":notices")
        for event in new.order_by("id"):
            touched.add(event.topic)
            if event.topic in self.views:
                self.views[event.topic] = views.apply(self.views[event.topic], event.type, event.payload)
                self.record[event.topic].append({"is": event.type, "data": event.payload})
        assert touched == set(topics)
        for topic, snapshot in self.topics.items():
            assert self.views[topic] == snapshot(), topic


def run(scene: Scene) -> None:
    hiring, seeker, both = scene.hiring, scene.seeker, (scene.inbox, scene.mine)
    second = make_position(hiring.fair, hiring.employer, title="焊工")
    with scene.expect(*both):
        first = hiring.submit(seeker)
    with scene.expect():
        hiring.submit(seeker)  # once more
    with scene.expect(*both):
        welding = hiring.submit(seeker, position=second)
    stranger = make_applicant(name="钱二")
    with scene.expect(scene.inbox, f"user:{stranger.pk}:applications"):
        other = hiring.submit(stranger)
    with scene.expect(*both):
        hiring.open(first)
    with scene.expect():
        hiring.open(first)  # another look
    for one in (welding, other):
        hiring.open(one)
    scene.views = {topic: snapshot() for topic, snapshot in scene.topics.items()}
    decide_and_undo(scene, first, welding, other)
    answers_come_late(scene)
    with scene.expect(*both):
        services.withdraw(application=welding, by=seeker, now=NOW)


def decide_and_undo(scene: Scene, first: Application, welding: Application, other: Application) -> None:
    hiring, others = scene.hiring, f"user:{other.seeker_id}:applications"
    with scene.expect(scene.inbox):
        decision = hiring.decide(first, other, to="rejected", reason="filled")
    with scene.expect(scene.inbox):
        services.undo(decision_id=decision, inbox=hiring.inbox, by=hiring.recruiter, now=NOW)
    with scene.expect(scene.inbox):
        hiring.decide(first, other, to="shortlisted")
    with scene.expect(scene.inbox):
        hiring.decide(other, to="rejected", reason="other", text="请一个月后再来")
    with scene.expect(scene.inbox, scene.mine, others):
        assert settle_decisions(NOW + rules.UNDO) == 2
    with scene.expect(scene.inbox):
        services.add_note(application=welding, text="周五再看", by=hiring.recruiter, now=NOW)


def answers_come_late(scene: Scene) -> None:
    late = rules.answer_due(NOW)
    with scene.expect(scene.inbox):
        assert escalate_overdue(late) == 1
    with scene.expect(scene.inbox):
        assert escalate_overdue(late + timedelta(days=9)) == 1


def test_every_service_commutes() -> None:
    scene = Scene()
    run(scene)
    heard = {step["is"] for steps in scene.record.values() for step in steps if "is" in step}
    assert heard == views.PUSHES


def test_a_removed_recruiters_answers_move_on_every_screen() -> None:
    scene = Scene()
    application = scene.hiring.open(scene.hiring.submit(scene.seeker))
    scene.views = {topic: snapshot() for topic, snapshot in scene.topics.items()}
    gone, colleague = scene.hiring.recruiters
    gone.recruiter_roles.all().delete()
    scene.hiring.recruiters = [colleague]
    with scene.expect(scene.inbox):
        services.reassign(employer_id=scene.hiring.employer.pk, user_id=gone.pk, now=NOW)
    application.refresh_from_db()
    assert (application.owner, application.owner_level) == (colleague, "recruiter")


def test_a_refused_service_pushes_nothing() -> None:
    scene = Scene()
    application = scene.hiring.submit(scene.seeker)
    scene.views = {topic: snapshot() for topic, snapshot in scene.topics.items()}
    with scene.expect(), pytest.raises(rules.NotOpened):
        scene.hiring.decide(application, to="invited")


def test_more_than_fifty_keep_the_newest() -> None:
    hiring = Hiring()
    for _ in range(views.NEWEST):
        hiring.submit()
    topic = f"inbox:{hiring.inbox.pk}"
    view = live.inbox_snapshot(hiring.recruiter, hiring.inbox.pk).wire()
    last = StreamEvent.objects.latest("id").pk
    hiring.submit()
    hiring.open(Application.objects.earliest("id"))  # no longer among the newest
    for event in StreamEvent.objects.filter(id__gt=last, topic=topic).order_by("id"):
        view = views.apply(view, event.type, event.payload)
    fresh = live.inbox_snapshot(hiring.recruiter, hiring.inbox.pk).wire()
    assert (
        view["counts"]
        == fresh["counts"]
        == {**dict.fromkeys(fresh["counts"], 0), "submitted": 50, "opened": 1}
    )
    assert view["applications"] == fresh["applications"]


def test_the_browsers_golden_conversation_is_current() -> None:
    """vitest replays this file through the browser's reducers. `UPDATE_GOLDEN=1` writes it anew."""
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(record_golden(), ensure_ascii=False, indent=1) + "\n")
    recorded = json.loads(GOLDEN.read_text())
    for conversation in recorded:
        view = conversation["before"]
        for push in conversation["pushes"]:
            view = views.apply(view, push["is"], push["data"])
        assert view == conversation["after"]
    assert {push["is"] for conversation in recorded for push in conversation["pushes"]} == views.PUSHES
    fresh = record_golden()
    assert [shape(one) for one in recorded] == [shape(one) for one in fresh]


def record_golden() -> list[Step]:
    scene = Scene()
    hiring = scene.hiring
    with scene.expect(scene.inbox, scene.mine):
        first = hiring.submit(scene.seeker)
    with scene.expect(scene.inbox, scene.mine):
        second = hiring.submit(
            scene.seeker, position=make_position(hiring.fair, hiring.employer, title="焊工")
        )
    for one in (first, second):
        with scene.expect(scene.inbox, scene.mine):
            hiring.open(one)
    with scene.expect(scene.inbox):
        hiring.decide(first, to="rejected", reason="other", text="请一个月后再来")
    with scene.expect(scene.inbox, scene.mine):
        settle_decisions(NOW + rules.UNDO)
    with scene.expect(scene.inbox, scene.mine):
        services.withdraw(application=second, by=scene.seeker, now=NOW)
    return [
        {
            "topic": ":".join("{id}" if part.isdigit() else part for part in topic.split(":")),
            "before": steps[0]["snapshot"],
            "pushes": [step for step in steps if "is" in step],
            "after": scene.topics[topic](),
        }
        for topic, steps in scene.record.items()
    ]


def shape(value: Any) -> Any:
    """Names and kinds, without the values: ids and names differ from run to run."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items() if name != "is"} | (
            {"is": value["is"]} if "is" in value else {}
        )
    if isinstance(value, list):
        return [shape(one) for one in value]
    return type(value).__name__
