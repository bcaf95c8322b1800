"""Old snapshot + pushes == new snapshot, for every service that emits; a withdrawal starts the topics over."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jobfair.chat import live, services, showing
from jobfair.realtime.models import Stream, StreamEvent
from jobfair.realtime.registry import registry
from tests.applications.test_commutation import shape
from tests.chat import views
from tests.chat.scene import Talk, make_speaker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
GOLDEN = Path(__file__).resolve().parents[2] / "frontend" / "tests" / "chat" / "commutation.golden.json"
Step = dict[str, Any]


class Scene:
    """Open pages of the seeker and of a recruiter, each kept as a browser would keep it."""

    def __init__(self) -> None:
        self.talk = Talk()
        talk = self.talk
        pk, seeker, recruiter = talk.conversation.pk, talk.seeker, talk.recruiters[0]
        self.chat, self.mine, self.desk = f"chat:{pk}", f"user:{seeker.pk}:chats", f"{talk.topic}:chats"
        desk = registry.topics["booth:{id}:chats"].snapshot
        assert desk is not None
        self.topics: dict[str, Callable[[], views.Json]] = {
            self.chat: lambda: showing.chat_of(seeker, pk).wire(),
            self.mine: lambda: live.my_snapshot(seeker, seeker.pk).wire(),
            self.desk: lambda: desk(recruiter, talk.booth.pk).wire(),
        }
        self.start_over()
        self.record: dict[str, list[Step]] = {
            topic: [{"snapshot": view}] for topic, view in self.views.items()
        }

    def start_over(self) -> None:
        self.views = {topic: snapshot() for topic, snapshot in self.topics.items()}

    @contextmanager
    def expect(self, *topics: str) -> Iterator[None]:
        """The block pushes to exactly `topics`, and every view commutes."""
        self.talk.now += timedelta(seconds=1)
        last = StreamEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        yield
        touched = set()
        new = StreamEvent.objects.filter(id__gt=last).exclude(topic__endswith=":notices")
        for event in new.order_by("id"):
            touched.add(event.topic)
            self.views[event.topic] = views.apply(self.views[event.topic], event.type, event.payload)
            self.record[event.topic].append({"is": event.type, "data": event.payload})
        assert touched == set(topics)
        for topic, snapshot in self.topics.items():
            assert self.views[topic] == snapshot(), topic


def run(scene: Scene) -> None:
    talk = scene.talk
    first, second = talk.recruiters
    everywhere = (scene.chat, scene.mine, scene.desk)
    with scene.expect(*everywhere):
        asked = talk.ask()
    with scene.expect():
        talk.ask(cid=asked.cid)
    with scene.expect(scene.chat):
        _see(talk, "booth", asked.pk, 0)
    with scene.expect(*everywhere):
        talk.claim(first)
    with scene.expect(scene.chat, scene.desk):
        _see(talk, "booth", asked.pk, asked.pk)
    with scene.expect(*everywhere):
        answered = talk.answer(first, "有，先交押金。")
    with scene.expect(scene.chat, scene.mine):
        _see(talk, "seeker", answered.pk, answered.pk)
    with scene.expect(*everywhere):
        services.transfer(conversation=talk.conversation, to_id=second.pk, by=first, now=talk.now)
    with scene.expect(*everywhere):
        talk.ask("谢谢")
    with scene.expect(*everywhere):
        services.settle(conversation=talk.conversation, by=second, now=talk.now)
    for verb in (services.block, services.unblock):
        with scene.expect(*everywhere):
            verb(conversation=talk.conversation, side="seeker", by=talk.seeker, now=talk.now)


def _see(talk: Talk, side: Any, delivered_to: int, read_to: int) -> None:
    by = talk.seeker if side == "seeker" else talk.recruiters[0]
    services.mark_seen(
        conversation=talk.conversation,
        side=side,
        delivered_to=delivered_to,
        read_to=read_to,
        by=by,
        now=talk.now,
    )


def test_every_service_commutes() -> None:
    scene = Scene()
    run(scene)
    talk = scene.talk
    with scene.expect(scene.chat, scene.mine, scene.desk):
        talk.ask("还在吗")
    with scene.expect(scene.chat, scene.mine, scene.desk):
        assert services.pass_on(
            topic=talk.topic, recruiter_id=talk.recruiters[1].pk, why="off_duty", now=talk.now
        )
    talk.now += timedelta(minutes=6)
    with scene.expect(scene.chat, scene.mine, scene.desk):
        assert services.escalate(conversation_id=talk.conversation.pk, now=talk.now)
    with scene.expect():
        services.report(
            conversation=talk.conversation,
            side="seeker",
            reason="spam",
            text="",
            by=talk.seeker,
            now=talk.now,
        )
    heard = {step["is"] for steps in scene.record.values() for step in steps if "is" in step}
    assert heard == views.PUSHES


def test_a_withdrawn_line_is_in_no_log_and_no_list() -> None:
    scene = Scene()
    talk = scene.talk
    kept, secret = talk.ask("有夜班吗"), talk.ask("我的证件号是四五六")
    assert _told("四五六")
    services.withdraw_message(message=secret, by=talk.seeker, now=talk.now)
    assert not _told("四五六")
    for topic, snapshot in scene.topics.items():
        stream = Stream.objects.get(topic=topic)
        assert stream.floor == stream.top, topic
        assert "四五六" not in json.dumps(snapshot(), ensure_ascii=False)
    shown = scene.topics[scene.chat]()["messages"]
    assert [(one["id"], one["text"]) for one in shown] == [(kept.pk, "有夜班吗"), (secret.pk, "")]


def _told(words: str) -> bool:
    told = StreamEvent.objects.values_list("payload", flat=True)
    return any(words in json.dumps(payload, ensure_ascii=False) for payload in told)


def test_more_than_fifty_keep_the_newest() -> None:
    scene = Scene()
    talk = scene.talk
    for number in range(views.NEWEST + 2):
        talk.ask(f"第{number}句")
        talk.ask(seeker=make_speaker(name=f"张{number}"))
    scene.start_over()
    assert len(scene.views[scene.chat]["messages"]) == len(scene.views[scene.desk]["chats"]) == views.NEWEST
    with scene.expect(scene.chat, scene.mine, scene.desk):
        talk.ask("最后一句")


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
    assert [shape(one) for one in recorded] == [shape(one) for one in record_golden()]


def record_golden() -> list[Step]:
    scene = Scene()
    run(scene)
    return [
        {
            "topic": ":".join("{id}" if part.isdigit() else part for part in topic.split(":")),
            "before": steps[0]["snapshot"],
            "pushes": [step for step in steps if "is" in step],
            "after": scene.topics[topic](),
        }
        for topic, steps in scene.record.items()
    ]
