"""Polls: one vote a person, exact to the row, on every screen, over when they are over."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import DomainError, NotFound
from jobfair.core.models import AuditEntry
from jobfair.realtime.gathering import do_by_http
from jobfair.realtime.models import StreamEvent
from jobfair.realtime.reading import read_topic
from jobfair.realtime.registry import Asked, registry
from livestream import interaction
from livestream.live.audience import figures
from livestream.live.polls import desk_snapshot, room_snapshot
from livestream.models import Poll, PollVote
from livestream.queries import polls as queries
from livestream.rules import polls as rules
from livestream.schemas.polls import VoteArgs
from livestream.services import directing
from livestream.services import polls as services
from tests.booths.test_concurrency import at_once
from tests.factories import make_seeker
from tests.livestream.scene import Studio, make_director
from tests.livestream.talking import make_viewer

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
GOLDEN = Path(__file__).resolve().parents[2] / "frontend" / "tests" / "livestream" / "polls.golden.json"
TEXTS = ["薪酬待遇", "离家近", "包吃住"]


class Voting:
    """A broadcast that is on, and a poll of three answers."""

    def __init__(self, *, minutes: int | None = None) -> None:
        self.studio = Studio()
        self.studio.go_live()
        self.room, self.director = self.studio.room, self.studio.director
        self.poll = self.prepare(minutes=minutes)
        self.choices = [one.pk for one in self.poll.choices.all()]

    def prepare(self, question: str = "找工作最看重什么", *, minutes: int | None = None) -> Poll:
        return services.prepare_poll(
            room=self.room, question=question, choices=TEXTS, minutes=minutes, by=self.director, now=clock.now()
        )  # fmt: skip

    def open(self) -> Poll:
        return services.open_poll(poll=self.poll, by=self.director, now=clock.now())

    def close(self) -> Poll:
        return services.close_poll(poll=self.poll, by=self.director, now=clock.now())

    def put_away(self) -> Poll:
        return services.put_away_poll(poll=self.poll, by=self.director, now=clock.now())

    def vote(self, by: User | None, place: int = 0, *, late: timedelta = timedelta()) -> services.Voted:
        ballot = services.Vote(by.pk if by else None, self.poll.pk, self.choices[place])
        [outcome] = services.vote_many(votes=[ballot], now=clock.now() + late)
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome

    def rows(self) -> dict[int, int]:
        """By choice; counted by the store itself."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.id, (SELECT COUNT(*) FROM livestream_pollvote v WHERE v.choice_id = c.id)"
                " FROM livestream_pollchoice c WHERE c.poll_id = %s",
                [self.poll.pk],
            )
            return dict(cursor.fetchall())

    def result(self) -> dict[int, int]:
        """As the push that closed it told everyone."""
        told = StreamEvent.objects.filter(topic=f"live:{self.room.pk}:poll").order_by("-offset")[0]
        return {one["choice_id"]: one["votes"] for one in told.payload["poll"]["counts"]}


def test_one_vote_a_person_which_may_be_changed_while_it_is_open() -> None:
    voting = Voting()
    voting.open()
    first, second = make_viewer(), make_viewer()
    for place in (0, 0, 2):
        voting.vote(first, place)
    voted = voting.vote(second, 1)
    assert list(voted.counts.values()) == [0, 1, 1]
    assert voted.counts == voting.rows()
    assert figures(voting.room.pk)["poll"] == {
        "id": voting.poll.pk,
        "counts": {str(choice): n for choice, n in voting.rows().items()},
    }
    assert queries.choice_of(voting.poll.pk, first.pk) == voting.choices[2]


def test_the_last_of_what_one_person_pressed_stands_also_within_one_batch() -> None:
    voting = Voting()
    voting.open()
    viewer, other = make_viewer(), make_viewer()
    ballots = [
        services.Vote(viewer.pk, voting.poll.pk, choice) for choice in (*voting.choices, voting.choices[1])
    ]
    ballots.append(services.Vote(other.pk, voting.poll.pk, voting.choices[0]))
    outcomes = services.vote_many(votes=ballots, now=clock.now())
    assert [one.choice_id for one in outcomes if isinstance(one, services.Voted)] == [
        *[voting.choices[1]] * 4,
        voting.choices[0],
    ]
    assert list(voting.rows().values()) == [1, 1, 0]


def test_who_may_not_vote_and_what_may_not_be_chosen() -> None:
    voting = Voting()
    viewer = make_viewer()
    with pytest.raises(NotFound):  # nobody is asked yet
        voting.vote(viewer)
    voting.open()
    for nobody in (None, make_seeker(guest=True)):
        with pytest.raises(rules.PhoneNeeded) as refused:
            voting.vote(nobody)
        assert "登录" in str(refused.value.text)
    elsewhere = Voting()
    ballot = services.Vote(viewer.pk, voting.poll.pk, elsewhere.choices[0])
    [outcome] = services.vote_many(votes=[ballot], now=clock.now())
    assert isinstance(outcome, rules.ChoiceElsewhere)
    assert PollVote.objects.count() == 0


def test_after_it_is_closed_no_vote_counts_but_one_that_was_counted_is_told_again() -> None:
    voting = Voting()
    voting.open()
    viewer = make_viewer()
    voting.vote(viewer, 1)
    voting.close()
    assert voting.vote(viewer, 1).choice_id == voting.choices[1]  # its reply was lost on the way
    for by, place in ((viewer, 0), (make_viewer(), 1)):
        with pytest.raises(rules.PollOver) as refused:
            voting.vote(by, place)
        assert "投票已经结束" in str(refused.value.text)
    assert voting.result() == voting.rows() == dict(zip(voting.choices, (0, 1, 0), strict=True))


def test_its_time_is_over_before_a_worker_says_so() -> None:
    voting = Voting(minutes=2)
    poll = voting.open()
    assert poll.closes_at is not None
    with pytest.raises(rules.PollOver):
        voting.vote(make_viewer(), late=timedelta(minutes=2))
    voting.vote(make_viewer(), late=timedelta(seconds=119))
    assert interaction.close_due_polls(poll.closes_at - timedelta(seconds=1)) == 0
    assert interaction.close_due_polls(poll.closes_at) == 1
    assert Poll.objects.get().state == "closed"
    assert voting.result() == voting.rows()


def test_it_ends_with_the_broadcast() -> None:
    voting = Voting()
    voting.open()
    directing.end(session=voting.studio.session, by=voting.director, now=clock.now())
    assert Poll.objects.get().state == "closed"
    with pytest.raises(rules.NoBroadcast):
        services.open_poll(poll=voting.prepare("再问一个"), by=voting.director, now=clock.now())


def test_a_room_shows_one_poll_and_the_next_takes_the_place_of_a_result() -> None:
    voting = Voting()
    later = voting.prepare("愿意去外地吗")
    voting.open()
    assert voting.open().state == "open"  # pressed twice
    with pytest.raises(rules.OtherPoll):
        services.open_poll(poll=later, by=voting.director, now=clock.now())
    voting.close()
    services.open_poll(poll=later, by=voting.director, now=clock.now())
    assert [one.state for one in Poll.objects.order_by("pk")] == ["gone", "open"]
    for act in (voting.open, lambda: services.remove_poll(poll=later, by=voting.director, now=clock.now())):
        with pytest.raises(rules.PollMoved):
            act()


def test_what_cannot_be_put_to_the_vote() -> None:
    voting = Voting()
    for choices in (["一样", "一样 "], ["只有一个"], [str(number) for number in range(7)]):
        with pytest.raises(rules.ChoicesUnclear):
            services.prepare_poll(
                room=voting.room, question="问", choices=choices, minutes=None, by=voting.director, now=clock.now()
            )  # fmt: skip
    gone = voting.poll
    services.remove_poll(poll=gone, by=voting.director, now=clock.now())
    with pytest.raises(NotFound):
        services.open_poll(poll=gone, by=voting.director, now=clock.now())


def test_directors_acts_are_audited_and_votes_name_nobody() -> None:
    voting = Voting()
    voting.open()
    voting.vote(make_viewer())
    voting.close()
    voting.put_away()
    acts = AuditEntry.objects.filter(action__startswith="livestream.poll").order_by("id")
    assert [(one.action.removeprefix("livestream.poll_"), one.by) for one in acts] == [
        (name, voting.director.pk) for name in ("prepared", "opened", "closed", "put_away")
    ]
    assert acts[2].detail["votes"] == 1


def test_votes_of_many_at_once_are_all_counted_or_refused(rounds: Callable[[int, int], int]) -> None:
    """Two directors close it in the middle: whoever was told "counted" is in the result, nobody else is."""
    voting = Voting()
    voting.open()
    kind = registry.commands["livestream.vote"]
    people = [make_viewer() for _ in range(rounds(48, 400))]

    def press(number: int) -> Callable[[], tuple[int, int] | None]:
        voter, choice = people[number % len(people)], voting.choices[number % 3]
        args = VoteArgs(poll_id=voting.poll.pk, choice_id=choice)

        def act() -> tuple[int, int] | None:
            if number in {len(people), len(people) + 1}:
                voting.close()
                return None
            try:
                do_by_http(kind, Asked(voter.pk, f"vote-{number:05d}", args))
            except rules.PollOver:
                return None
            return voter.pk, choice

        return act

    told = at_once([press(number) for number in range(2 * len(people))], threads=8)
    counted = {one for one in told if one is not None}
    stand = {(row.voter_id, row.choice_id) for row in PollVote.objects.all()}
    assert stand <= counted
    assert {voter for voter, _ in counted} == {voter for voter, _ in stand}
    assert voting.result() == voting.rows()
    assert sum(voting.rows().values()) == len(stand)
    print(f"{len(told)} presses, {len(counted)} told as counted, {len(stand)} rows, bars {voting.rows()}")


def test_two_directors_open_two_polls_and_one_is_shown(rounds: Callable[[int, int], int]) -> None:
    for _ in range(rounds(3, 40)):
        voting = Voting()
        polls = [voting.poll, voting.prepare("愿意去外地吗")]

        def press(poll: Poll) -> Callable[[], bool]:
            director = make_director(poll.room.fair)

            def act() -> bool:
                try:
                    services.open_poll(poll=poll, by=director, now=clock.now())
                except rules.OtherPoll:
                    return False
                return True

            return act

        assert sorted(at_once([press(one) for one in polls], threads=2)) == [False, True]
        assert Poll.objects.filter(room=voting.room, state="open").count() == 1


def test_questions_to_the_store_do_not_grow_with_the_votes() -> None:
    voting = Voting()
    voting.open()

    def cost(people: int) -> int:
        ballots = [services.Vote(make_viewer().pk, voting.poll.pk, voting.choices[0]) for _ in range(people)]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            services.vote_many(votes=ballots, now=clock.now())
        return len(asked)

    assert cost(1) == cost(20) <= 9


class Watched:
    """A viewer's and a director's page, each kept as a browser would keep it: every push is the whole."""

    def __init__(self) -> None:
        self.voting = Voting()
        room = self.voting.room.pk
        self.snapshots: dict[str, Callable[[], dict[str, Any]]] = {
            f"live:{room}:poll": lambda: room_snapshot(None, room).wire(),
            f"live:{room}:polls": lambda: desk_snapshot(None, room).wire(),
        }
        self.views = {topic: snapshot() for topic, snapshot in self.snapshots.items()}
        self.before = dict(self.views)
        self.record: dict[str, list[dict[str, Any]]] = {topic: [] for topic in self.views}

    @contextmanager
    def expect(self, *, viewers: bool) -> Iterator[None]:
        last = StreamEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        yield
        fresh = StreamEvent.objects.filter(id__gt=last, topic__in=self.views).order_by("id")
        assert sorted(one.topic.rsplit(":", 1)[1] for one in fresh) == ["poll", "polls"][not viewers :]
        for event in fresh:
            self.views[event.topic] = event.payload
            self.record[event.topic].append({"is": event.type, "data": event.payload})
        for topic, snapshot in self.snapshots.items():
            assert self.views[topic] == snapshot(), topic


def test_old_snapshot_and_pushes_are_the_new_snapshot() -> None:
    watched = Watched()
    voting = watched.voting
    with watched.expect(viewers=False):
        other = voting.prepare("愿意去外地吗", minutes=3)
    with watched.expect(viewers=True):
        voting.open()
    voting.vote(make_viewer(), 1)
    with watched.expect(viewers=True):
        voting.close()
    with watched.expect(viewers=True):
        services.open_poll(poll=other, by=voting.director, now=clock.now())
    with watched.expect(viewers=True):
        services.close_poll(poll=other, by=None, now=clock.now())
    with watched.expect(viewers=True):
        services.put_away_poll(poll=other, by=voting.director, now=clock.now())
    with watched.expect(viewers=False):
        last = voting.prepare("再来一个")
    with watched.expect(viewers=False):
        services.remove_poll(poll=last, by=voting.director, now=clock.now())
    if os.environ.get("UPDATE_GOLDEN"):
        golden = [
            {"before": watched.before[topic], "pushes": watched.record[topic], "after": watched.views[topic]}
            for topic in watched.views
        ]
        GOLDEN.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n")
    golden = json.loads(GOLDEN.read_text())
    shapes = [[push["is"] for push in one["pushes"]] for one in golden]
    assert shapes == [[push["is"] for push in watched.record[topic]] for topic in watched.views]
    assert [set(one["after"]) for one in golden] == [set(view) for view in watched.views.values()]


def test_whoever_comes_late_sees_it_and_prepared_ones_are_the_studios_alone() -> None:
    voting = Voting()
    topic = f"live:{voting.room.pk}:poll"
    assert "看重" not in str(read_topic(topic, None, None).wire())
    voting.open()
    voting.vote(make_viewer(), 2)
    snapshot = read_topic(topic, None, None).snapshot
    assert snapshot is not None
    assert (snapshot["poll"]["state"], snapshot["poll"]["counts"]) == ("open", None)
    voting.close()
    snapshot = read_topic(topic, None, None).snapshot
    assert snapshot is not None
    assert [one["votes"] for one in snapshot["poll"]["counts"]] == [0, 0, 1]
    with pytest.raises(NotFound):
        read_topic(f"{topic}s", make_viewer().pk, None)
