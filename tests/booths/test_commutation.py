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

from booths import live, rules, services
from booths.merging import move_tickets
from booths.models import Booth, Ticket
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.realtime.models import StreamEvent
from tests.booths import views
from tests.factories import desks_of, make_booth, make_fair, make_recruiter, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
NOW = clock.now()  # the console counts today's talks
LATER = NOW + timedelta(minutes=10)
GOLDEN = Path(__file__).resolve().parents[2] / "frontend" / "tests" / "booths" / "commutation.golden.json"
Step = dict[str, Any]


class Watcher:
    """Holds a view per topic as a browser would, and compares it with a fresh snapshot."""

    def __init__(self) -> None:
        self.topics: dict[str, Callable[[], views.Json]] = {}
        self.views: dict[str, views.Json] = {}
        self.record: dict[str, list[Step]] = {}

    def watch_booth(self, booth: Booth, recruiter: User) -> None:
        self._watch(f"booth:{booth.pk}", lambda: live.line_snapshot(None, booth.pk).wire())
        self._watch(f"booth:{booth.pk}:desk", lambda: live.desk_snapshot(recruiter, booth.pk).wire())

    def watch_seeker(self, seeker: User) -> None:
        self._watch(f"user:{seeker.pk}", lambda: live.my_snapshot(seeker, seeker.pk).wire())

    def _watch(self, topic: str, snapshot: Callable[[], views.Json]) -> None:
        self.topics[topic] = snapshot
        self.views[topic] = snapshot()
        self.record[topic] = [{"snapshot": self.views[topic]}]

    @contextmanager
    def expect(self, *topics: str) -> Iterator[None]:
        """The block pushes to exactly `topics` (by their first word and rest), and every view commutes."""
        last = StreamEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        yield
        touched = set()
        told = StreamEvent.objects.filter(id__gt=last).exclude(topic__endswith=":notices")  # another domain's
        for event in told.order_by("id"):
            touched.add(event.topic)
            if event.topic in self.views:
                self.views[event.topic] = views.apply(self.views[event.topic], event.type, event.payload)
                self.record[event.topic].append({"is": event.type, "data": event.payload})
        assert touched == set(topics)
        for topic, snapshot in self.topics.items():
            assert self.views[topic] == snapshot(), topic


class Scene:
    def __init__(self) -> None:
        self.fair = make_fair(now=NOW)
        self.booth, self.other = make_booth(self.fair, now=NOW), make_booth(self.fair, now=NOW)
        self.recruiter, self.colleague = make_recruiter(self.booth), make_recruiter(self.other)
        self.seekers = [make_seeker() for _ in range(6)]
        self.watcher = Watcher()
        self.watcher.watch_booth(self.booth, self.recruiter)
        self.watcher.watch_booth(self.other, self.colleague)
        for seeker in self.seekers:
            self.watcher.watch_seeker(seeker)

    def topics(self, booth: Booth, *seekers: User) -> list[str]:
        return [f"booth:{booth.pk}", f"booth:{booth.pk}:desk", *(f"user:{one.pk}" for one in seekers)]

    def take(self, booth: Booth, seeker: User) -> Ticket:
        return services.take_ticket(booth=booth, seeker=seeker, channel="onsite", now=NOW)

    def call(self, booth: Booth, by: User, desk: int = 0) -> Ticket | None:
        return services.call_next_ticket(desk=desks_of(booth)[desk], by=by, now=NOW)


def run(scene: Scene) -> None:
    """A conversation through every service of the lines."""
    watcher, booth, recruiter = scene.watcher, scene.booth, scene.recruiter
    tickets = []
    for seeker in scene.seekers[:5]:
        with watcher.expect(*scene.topics(booth, seeker)):
            tickets.append(scene.take(booth, seeker))
    first, second = scene.seekers[0], scene.seekers[1]
    with watcher.expect(*scene.topics(booth, *scene.seekers[:5])):  # four are near now, and asked
        scene.call(booth, recruiter)
    with watcher.expect(*scene.topics(booth, first)):
        services.miss_call(ticket=tickets[0], by=None, now=LATER)
    with watcher.expect(*scene.topics(booth, second)):
        scene.call(booth, recruiter)
    with watcher.expect(*scene.topics(booth, second)):
        services.arrive(ticket=tickets[1], by=second, now=NOW)
    with watcher.expect(*scene.topics(booth, second)):
        services.start_interview(ticket=tickets[1], by=recruiter, now=NOW)
    hold_and_release(scene, second, tickets[1])
    with watcher.expect(*scene.topics(booth, scene.seekers[2])):
        services.leave_line(ticket=tickets[2], by=scene.seekers[2], now=NOW)
    away_and_back(scene, tickets[3], tickets[4])
    with watcher.expect(f"booth:{booth.pk}", f"booth:{booth.pk}:desk"):
        services.pause_booth(booth=booth, by=recruiter, now=NOW)
    with watcher.expect(f"booth:{booth.pk}", f"booth:{booth.pk}:desk"):
        services.open_booth(booth=booth, by=recruiter, now=NOW)
    with watcher.expect(*scene.topics(booth, first, scene.seekers[4])):
        services.close_booth(booth=booth, by=recruiter, now=NOW)


def away_and_back(scene: Scene, one: Ticket, other: Ticket) -> None:
    """Everything a place may go through while it waits."""
    watcher, booth, recruiter = scene.watcher, scene.booth, scene.recruiter
    here = scene.topics(booth, one.seeker)
    with watcher.expect(f"booth:{booth.pk}:desk", f"user:{one.seeker_id}"):
        services.say_ready(ticket=one, by=one.seeker, now=NOW)
    with watcher.expect(*here):
        services.pause_ticket(ticket=one, minutes=5, by=one.seeker, now=NOW)
    with watcher.expect(*here):
        services.resume_ticket(ticket=one, by=None, now=LATER)
    with watcher.expect(f"booth:{booth.pk}", f"booth:{booth.pk}:desk", *scene.topics(scene.other)):
        services.set_line_rule(
            fair=scene.fair,
            interleave_onsite=2,
            interleave_online=1,
            priorities=["veteran"],
            by=None,
            now=NOW,
        )
    with watcher.expect(*scene.topics(booth, other.seeker)):
        services.give_priority(
            ticket=other, kind="veteran", certificate="veteran_card", by=scene.colleague, now=NOW
        )
    with watcher.expect(*here):
        services.call_ticket(ticket=one, desk=desks_of(booth)[0], reason="已约好时间", by=recruiter, now=NOW)
    with watcher.expect(f"booth:{booth.pk}:desk", f"user:{one.seeker_id}"):
        services.recall_ticket(ticket=one, by=recruiter, now=NOW + timedelta(seconds=10))
    with watcher.expect(*here):
        services.undo_call(ticket=one, by=recruiter, now=NOW)
    with watcher.expect(*scene.topics(booth, other.seeker)):
        scene.call(booth, recruiter)
    with watcher.expect(*scene.topics(booth, other.seeker)):
        services.postpone_call(ticket=other, by=other.seeker, now=NOW)
    with watcher.expect(*scene.topics(booth, other.seeker)):
        services.resume_ticket(ticket=other, by=other.seeker, now=NOW)
    with watcher.expect(*scene.topics(booth, other.seeker)):
        services.hold_ticket(ticket=other, minutes=10, by=recruiter, now=NOW)
    talk_and_talk_on(scene, one)


def talk_and_talk_on(scene: Scene, ticket: Ticket) -> None:
    watcher, booth, recruiter = scene.watcher, scene.booth, scene.recruiter
    here = scene.topics(booth, ticket.seeker)
    with watcher.expect(*here):
        services.call_ticket(
            ticket=ticket, desk=desks_of(booth)[0], reason="已约好时间", by=recruiter, now=NOW
        )
    with watcher.expect(*here):
        services.start_interview(ticket=ticket, by=recruiter, now=NOW)
    with watcher.expect(*here):
        services.finish_interview(ticket=ticket, result="talked", note="", by=recruiter, now=NOW)
    with watcher.expect(*here):
        services.undo_finish(ticket=ticket, by=recruiter, now=NOW)
    with watcher.expect(*here):
        services.finish_interview(ticket=ticket, result="talked", note="", by=recruiter, now=NOW)
    with watcher.expect(*scene.topics(booth)):
        services.set_duty(desk=desks_of(booth)[0], recruiter=recruiter, state="away", now=NOW)
    with watcher.expect(*scene.topics(booth)):
        services.set_last_ticket(booth=booth, on=True, by=recruiter, now=NOW)


def hold_and_release(scene: Scene, busy: User, talk: Ticket) -> None:
    watcher, other = scene.watcher, scene.other
    with watcher.expect(*scene.topics(other, busy)):
        scene.take(other, busy)
    stranger = scene.seekers[5]
    with watcher.expect(*scene.topics(other, stranger)):
        scene.take(other, stranger)
    with watcher.expect(f"user:{busy.pk}", *scene.topics(other, stranger)):
        scene.call(other, scene.colleague)
    with watcher.expect(f"booth:{other.pk}:desk", *scene.topics(scene.booth, busy)):
        services.finish_interview(ticket=talk, result="talked", note="", by=scene.recruiter, now=NOW)


def test_every_service_commutes() -> None:
    scene = Scene()
    run(scene)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(json.dumps(record_golden(scene), ensure_ascii=False, indent=1) + "\n")
    heard = {step["is"] for steps in scene.watcher.record.values() for step in steps if "is" in step}
    assert heard == views.ROWS | views.ENDED | views.HEADS | {"booths.my_ticket_changed"}


def test_a_refused_service_pushes_nothing() -> None:
    scene = Scene()
    with scene.watcher.expect(), pytest.raises(rules.LineEmpty):
        scene.call(scene.booth, scene.recruiter)


def test_a_merged_guests_places_move_on_every_screen() -> None:
    scene = Scene()
    guest, account = make_seeker(guest=True), scene.seekers[0]
    scene.watcher.watch_seeker(account)
    ticket = scene.take(scene.booth, guest)
    scene.watcher.watch_booth(scene.booth, scene.recruiter)
    with scene.watcher.expect(f"booth:{scene.booth.pk}:desk", f"user:{account.pk}"):
        assert move_tickets(guest_id=guest.pk, account_id=account.pk, now=NOW) == 1
    ticket.refresh_from_db()
    assert ticket.seeker_id == account.pk


def test_the_browsers_golden_conversation_is_current() -> None:
    """vitest replays this file through the browser's reducers. `UPDATE_GOLDEN=1` writes it anew."""
    recorded = json.loads(GOLDEN.read_text())
    for conversation in recorded:
        view = conversation["before"]
        for push in conversation["pushes"]:
            view = views.apply(view, push["is"], push["data"])
        assert view == conversation["after"]
    pushed = {push["is"] for conversation in recorded for push in conversation["pushes"]}
    assert pushed == views.ROWS | views.ENDED | views.HEADS | {"booths.my_ticket_changed"}


def record_golden(scene: Scene) -> list[Step]:
    conversations = []
    for topic, steps in scene.watcher.record.items():
        pushes = [step for step in steps if "is" in step]
        if pushes:
            kind = ":".join("{id}" if part.isdigit() else part for part in topic.split(":"))
            after = scene.watcher.topics[topic]()
            conversations.append(
                {"topic": kind, "before": steps[0]["snapshot"], "pushes": pushes, "after": after}
            )
    return conversations
