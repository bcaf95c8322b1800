"""Random commands against conversations: nothing waits without an owner, by raw SQL after every one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from jobfair.accounts.models import User
from jobfair.chat import jobs, services
from jobfair.chat.models import Conversation, Message
from jobfair.core.errors import DomainError
from jobfair.employers.models import Recruiter
from jobfair.employers.services import appoint_recruiter, remove_recruiter
from tests.chat.scene import Talk, make_speaker, tell_presence
from tests.databases import empty_what_was_written

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
SEEKERS, RECRUITERS = 3, 3
picks = st.integers(0, 99)

WAITS_ALONE = """
SELECT id FROM chat_conversation WHERE waiting_since IS NOT NULL AND locked_at IS NULL AND NOT (
  (level = 'recruiter' AND escalates_at IS NOT NULL AND recruiter_id IN (
     SELECT r.user_id FROM employers_recruiter r JOIN booths_booth b ON b.employer_id = r.employer_id
     WHERE chat_conversation.topic = 'booth:' || CAST(b.id AS varchar(20))))
  OR (level = 'booth' AND escalates_at IS NOT NULL AND EXISTS (
     SELECT 1 FROM employers_recruiter r JOIN booths_booth b ON b.employer_id = r.employer_id
     WHERE chat_conversation.topic = 'booth:' || CAST(b.id AS varchar(20))))
  OR level = 'organiser')
"""
OVERDUE = "SELECT id FROM chat_conversation WHERE escalates_at <= %s AND locked_at IS NULL"
TWICE = "SELECT sender_id, cid FROM chat_message GROUP BY sender_id, cid HAVING COUNT(*) > 1"
UNSEEN = """
SELECT c.id FROM chat_conversation c WHERE c.waiting_since IS NULL AND c.locked_at IS NULL AND c.blocked_by = ''
AND (SELECT m.side FROM chat_message m WHERE m.conversation_id = c.id AND m.withdrawn_at IS NULL
     ORDER BY m.id DESC LIMIT 1) = 'seeker'
"""


class ChatMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk(recruiters=RECRUITERS)
        self.seekers = [self.talk.seeker, *(make_speaker(name=f"孙{n}") for n in range(SEEKERS - 1))]
        self.people = list(self.talk.recruiters)
        self.settled: set[int] = set()
        self.serial = 0

    def _rows(self) -> list[tuple[object, ...]]:
        own = Conversation.objects.order_by("pk").values_list("pk", "level", "recruiter", "waiting_since")
        return [*own, *Message.objects.order_by("pk").values_list("pk", "text")]

    @contextmanager
    def refused_or_done(self) -> Iterator[None]:
        """A refusal is an answer; it must leave nothing behind."""
        before = self._rows()
        try:
            yield
        except DomainError:
            assert self._rows() == before

    def _pick(self, pick: int) -> Conversation | None:
        own = list(Conversation.objects.filter(locked_at=None).order_by("pk"))
        return own[pick % len(own)] if own else None

    def _recruiters(self) -> list[User]:
        own = Recruiter.objects.filter(employer=self.talk.booth.employer).order_by("pk")
        return [office.user for office in own.select_related("user")]

    @rule(seeker=st.integers(0, SEEKERS - 1), repeat=st.booleans())
    def ask(self, seeker: int, repeat: bool) -> None:
        self.serial += not repeat
        with self.refused_or_done():
            asked = self.talk.ask(
                "在吗", cid=f"machine-{self.serial:06d}-{seeker}", seeker=self.seekers[seeker]
            )
            self.settled.discard(asked.conversation_id)

    @rule(pick=picks, who=picks)
    def answer(self, pick: int, who: int) -> None:
        conversation, recruiters = self._pick(pick), self._recruiters()
        if conversation is not None and recruiters:
            self.serial += 1
            with self.refused_or_done():
                services.post_message(
                    conversation=conversation, by=recruiters[who % len(recruiters)], side="booth",
                    cid=f"machine-{self.serial:06d}", text="在", now=self.talk.now,
                )  # fmt: skip

    @rule(pick=picks, who=picks, verb=st.sampled_from(["claim", "settle"]))
    def act(self, pick: int, who: int, verb: str) -> None:
        conversation, recruiters = self._pick(pick), self._recruiters()
        if conversation is not None and recruiters:
            with self.refused_or_done():
                by = recruiters[who % len(recruiters)]
                getattr(services, verb)(conversation=conversation, by=by, now=self.talk.now)
                if verb == "settle":
                    self.settled.add(conversation.pk)

    @rule(pick=picks, who=picks, to=picks)
    def transfer(self, pick: int, who: int, to: int) -> None:
        conversation, recruiters = self._pick(pick), self._recruiters()
        if conversation is not None and recruiters:
            with self.refused_or_done():
                services.transfer(
                    conversation=conversation, to_id=recruiters[to % len(recruiters)].pk,
                    by=recruiters[who % len(recruiters)], now=self.talk.now,
                )  # fmt: skip

    @rule(pick=picks)
    def withdraw(self, pick: int) -> None:
        own = list(Message.objects.filter(withdrawn_at=None, side="seeker").order_by("pk"))
        if own:
            message = own[pick % len(own)]
            with self.refused_or_done():
                services.withdraw_message(message=message, by=message.sender, now=self.talk.now)
                self.settled.add(message.conversation_id)

    @rule(pick=picks, on=st.booleans())
    def block(self, pick: int, on: bool) -> None:
        conversation = self._pick(pick)
        if conversation is not None:
            with self.refused_or_done():
                verb = services.block if on else services.unblock
                verb(conversation=conversation, side="seeker", by=conversation.seeker, now=self.talk.now)
                self.settled.add(conversation.pk)

    @rule(there=st.sets(st.integers(0, RECRUITERS - 1)))
    def come_and_go(self, there: set[int]) -> None:
        tell_presence(f"{self.talk.topic}:chats", [self.people[one] for one in there])

    @rule(who=picks)
    def off_duty(self, who: int) -> None:
        who_id = self.people[who % RECRUITERS].pk
        services.pass_on(topic=self.talk.topic, recruiter_id=who_id, why="off_duty", now=self.talk.now)

    @rule(who=picks, back=st.booleans())
    def leave_or_come_back(self, who: int, back: bool) -> None:
        user, employer = self.people[who % RECRUITERS], self.talk.booth.employer
        office = Recruiter.objects.filter(employer=employer, user=user).first()
        if office is not None and not back:
            remove_recruiter(recruiter=office, by=None, now=self.talk.now)
        if office is None and back:
            appoint_recruiter(employer=employer, user=user, by=None, now=self.talk.now)

    @rule(seconds=st.sampled_from([1, 3, 7, 61, 301]))
    def wait(self, seconds: int) -> None:
        self.talk.tick(seconds)
        jobs.escalate_overdue(self.talk.now)
        assert _select(OVERDUE, [self.talk.now]) == []

    @rule(seeker=st.integers(1, SEEKERS - 1))
    def close_account(self, seeker: int) -> None:
        services.lock_person(seeker_id=self.seekers[seeker].pk, by=None, now=self.talk.now)

    @invariant()
    def nothing_waits_without_an_owner(self) -> None:
        assert _select(WAITS_ALONE) == []

    @invariant()
    def no_line_is_doubled(self) -> None:
        assert _select(TWICE) == []

    @invariant()
    def the_seekers_last_word_waits(self) -> None:
        assert {pk for (pk,) in _select(UNSEEN)} <= self.settled

    def teardown(self) -> None:
        empty_what_was_written()


def _select(sql: str, params: list[object] | None = None) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or [])
        return list(cursor.fetchall())


def test_nothing_waits_without_an_owner(rounds: Callable[[int, int], int]) -> None:
    run_state_machine_as_test(
        ChatMachine,
        settings=settings(
            max_examples=rounds(8, 200), stateful_step_count=25, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_the_checker_reports_what_waits_alone() -> None:
    talk = Talk()
    talk.ask()
    assert _select(WAITS_ALONE) == []
    Recruiter.objects.all().delete()
    assert _select(WAITS_ALONE) == [(talk.conversation.pk,)]
    assert _select(OVERDUE, [talk.now + timedelta(minutes=5)]) == [(talk.conversation.pk,)]
    assert _select(UNSEEN) == []
    Conversation.objects.update(waiting_since=None, answer_due_at=None, escalates_at=None)
    assert _select(UNSEEN) == [(talk.conversation.pk,)]
