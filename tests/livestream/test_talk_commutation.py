"""Old snapshot + pushes == new snapshot, for every act on a room's chat and questions, on each page that shows them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jobfair.core import clock
from jobfair.realtime.models import StreamEvent
from jobfair.realtime.reading import read_topic
from livestream.models import LiveLine, Question
from livestream.services import questions, talk
from tests.livestream import views
from tests.livestream.talking import make_viewer
from tests.livestream.test_questions import Desk

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
GOLDEN = Path(__file__).resolve().parents[2] / "frontend" / "tests" / "livestream" / "talk.golden.json"


class Watched:
    """A viewer's, a moderator's, a recruiter's and one speaker's page, each kept as a browser would keep it."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.speaker = make_viewer()
        room = f"live:{self.desk.room.pk}"
        self.who: dict[str, int | None] = {
            f"{room}:talk": None,
            f"{room}:questions": None,
            f"{room}:moderation": self.desk.moderator.pk,
            f"{room}:held": self.desk.moderator.pk,
            self.desk.desk_topic: self.desk.recruiter.pk,
            f"user:{self.speaker.pk}:live": self.speaker.pk,
        }
        self.views = {topic: self.snapshot(topic) for topic in self.who}
        self.before = dict(self.views)
        self.record: dict[str, list[dict[str, Any]]] = {topic: [] for topic in self.who}

    def snapshot(self, topic: str) -> views.Json:
        found = read_topic(topic, self.who[topic], None).snapshot
        assert found is not None
        return found

    @contextmanager
    def expect(self, *kinds: str) -> Iterator[None]:
        """The block pushes exactly these, on whichever pages, and all of them commute."""
        last = StreamEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        yield
        fresh = list(StreamEvent.objects.filter(id__gt=last, topic__in=self.who).order_by("id"))
        assert sorted({one.type.removeprefix("livestream.") for one in fresh}) == sorted(kinds)
        for event in fresh:
            self.views[event.topic] = views.apply(self.views[event.topic], event.type, event.payload)
            self.record[event.topic].append({"is": event.type, "data": event.payload})
        for topic in self.who:
            assert self.views[topic] == self.snapshot(topic), topic


def say(watched: Watched) -> None:
    """Lines said together, held, let through, pinned, deleted; slow mode; a mute and its end."""
    chatter, by = watched.desk.chatter, watched.desk.moderator
    with watched.expect("lines_posted"):
        several = [chatter.said(f"第{number}句", make_viewer()) for number in range(3)]
        talk.say_many(said=several, now=clock.now())
    with watched.expect("line_held"):
        held = chatter.say("看 www.example.com")
    with watched.expect("line_held"):
        refused = chatter.say("加我微信13800001234")
    with watched.expect("held_line_settled", "lines_posted"):
        talk.settle_held(line=held, show=True, by=by, now=clock.now())
    with watched.expect("held_line_settled"):
        talk.settle_held(line=refused, show=False, by=by, now=clock.now())
    with watched.expect("talk_changed"):
        talk.set_talk(room=chatter.room, slow_seconds=5, closed=False, by=by, now=clock.now())
    pinned = LiveLine.objects.filter(state="shown").order_by("pk")[1]
    with watched.expect("talk_changed"):
        talk.pin(room=chatter.room, line=pinned, by=by, now=clock.now())
    with watched.expect("lines_deleted", "talk_changed"):
        talk.delete_line(line=pinned, by=by, now=clock.now())
    silence(watched)


def silence(watched: Watched) -> None:
    chatter, by = watched.desk.chatter, watched.desk.moderator
    with watched.expect("lines_posted"):
        spam = chatter.say("刷屏", by=watched.speaker)
    with watched.expect("lines_deleted", "my_standing_changed", "sanctions_changed"):
        sanction = talk.silence(
            line=spam, minutes=5, reason="刷屏", delete_lines=True, by=by, now=clock.now()
        )
    with watched.expect("my_standing_changed", "sanctions_changed"):
        talk.free(sanction=sanction, room=chatter.room, by=by, now=clock.now())


def ask(watched: Watched) -> None:
    """Questions asked, held, joined, tagged, merged, answered, corrected, dropped, overdue."""
    desk, by = watched.desk, watched.desk.moderator
    with watched.expect("question_changed"):
        first = desk.ask()
    with watched.expect("question_changed"):
        second = desk.ask("夜班有补贴吗")
    with watched.expect("question_held"):
        held = desk.ask("打13800001234可以吗")
    with watched.expect("held_question_settled", "question_changed"):
        questions.settle_held_question(question=held, show=True, by=by, now=clock.now())
    with watched.expect("question_held"):
        refused = desk.ask("看 www.example.com")
    with watched.expect("held_question_settled", "question_gone"):
        questions.settle_held_question(question=refused, show=False, by=by, now=clock.now())
    with watched.expect("question_changed"):
        questions.tag(question=first, position_id=desk.position.pk, by=by, now=clock.now())
    with watched.expect("question_changed", "question_gone"):
        questions.tag(question=held, position_id=None, by=by, now=clock.now())
    with watched.expect("question_changed", "question_gone"):
        questions.merge(question=second, into=first, by=by, now=clock.now())
    for text in ("每班补贴30元。", "每班补贴35元。"):
        with watched.expect("question_changed"):
            desk.answer(first, text)
    with watched.expect("question_changed"):
        questions.escalate(question_id=held.pk, now=Question.objects.get(pk=held.pk).due_at)
    with watched.expect("held_question_settled", "question_gone"):
        questions.drop(question=held, by=by, now=clock.now())


def test_every_act_tells_what_it_changed() -> None:
    watched = Watched()
    say(watched)
    ask(watched)
    if os.environ.get("UPDATE_GOLDEN"):
        golden = [
            {"of": of(topic), "before": watched.before[topic], "pushes": watched.record[topic], "after": view}
            for topic, view in watched.views.items()
        ]
        GOLDEN.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n")


def of(topic: str) -> str:
    """`live:7:talk` → `live:talk`."""
    kind, _, part = topic.split(":")
    return f"{kind}:{part}"


def test_the_browsers_golden_conversation_is_current() -> None:
    """vitest replays this file through the browser's reducers. `UPDATE_GOLDEN=1` writes it anew."""
    told: set[str] = set()
    for one in json.loads(GOLDEN.read_text()):
        view = one["before"]
        for push in one["pushes"]:
            view = views.apply(view, push["is"], push["data"])
            told.add(push["is"])
        assert view == one["after"], one["of"]
    assert told == {f"livestream.{name}" for name in views.TALK}
