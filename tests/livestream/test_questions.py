"""Questions: asked, joined, merged, answered once for all who wait; and what becomes of a broken promise."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from jobfair.accounts.models import User
from jobfair.chat.models import Sanction
from jobfair.core import clock, jobs
from jobfair.core.errors import CommandConflict, DomainError, NotFound
from jobfair.employers.models import Participation
from jobfair.notices.models import Notice
from jobfair.realtime.protocol import Since
from jobfair.realtime.reading import read_topic
from livestream import answers
from livestream.access import questions as access
from livestream.live.audience import figures
from livestream.models import Cue, LiveSession, Question, QuestionBacker
from livestream.queries import questions as queries
from livestream.rules import questions as rules
from livestream.rules import talk as talk_rules
from livestream.services import questions as services
from livestream.services import talk as talk_services
from tests.factories import make_employer, make_organiser, make_position, make_recruiter_of, make_seeker
from tests.livestream.talking import Chatter, make_viewer

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
State = Question.State


_phones = (f"+861380000{9100 + number}" for number in itertools.count())


class Desk:
    """A room, an employer whose cue is on air, its recruiter and a position."""

    def __init__(self) -> None:
        self.chatter = Chatter()
        self.room, self.fair, self.moderator = self.chatter.room, self.chatter.fair, self.chatter.moderator
        self.employer = make_employer()
        self.participation = Participation.objects.create(employer=self.employer, fair=self.fair)
        self.recruiter = make_recruiter_of(self.employer, phone=next(_phones))
        self.position = make_position(self.fair, employer=self.employer, now=clock.now())
        now = clock.now()
        session = LiveSession.objects.create(
            room=self.room,
            title="上午场",
            state="live",
            starts_at=now,
            live_at=now,
            ends_at=now + timedelta(hours=2),
        )
        self.cue = Cue.objects.create(session=session, rank=1, employer=self.employer, state="on_air")
        self.asked = 0

    def ask(self, text: str = "夜班补贴多少", *, by: User | None = None, **said: Any) -> Question:
        self.asked += 1
        stated = {"cid": f"asked-{self.asked:05d}", "position_id": None, "now": clock.now()} | said
        question = services.ask(room=self.room, by=by or make_viewer(), text=text, **stated)
        return queries.get_question(question.pk)

    def answer(self, question: Question, text: str = "每班补贴30元。") -> Question:
        return services.answer(
            question=question, by=self.recruiter, as_host=False, text=text, now=clock.now()
        )

    def told(self, since: Since, topic: str, user: User | None = None) -> list[str]:
        missed = read_topic(topic, user.pk if user else None, since).missed
        assert missed is not None
        return [push.type.removeprefix("livestream.") for push in missed]

    def here(self, topic: str, user: User | None = None) -> Since:
        joined = read_topic(topic, user.pk if user else None, None)
        assert joined.epoch is not None
        assert joined.offset is not None
        return Since(epoch=joined.epoch, offset=joined.offset)

    @property
    def topic(self) -> str:
        return f"live:{self.room.pk}:questions"

    @property
    def desk_topic(self) -> str:
        return f"inbox:{self.participation.pk}:questions"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def run_jobs() -> None:
    while jobs.run_next(clock.now()):
        pass


def test_a_question_is_about_what_is_on_air(desk: Desk) -> None:
    since, owed = desk.here(desk.topic), desk.here(desk.desk_topic, desk.recruiter)
    question = desk.ask()
    assert (question.cue, question.participation, question.level) == (
        desk.cue,
        desk.participation,
        "employer",
    )
    assert question.due_at - question.asked_at == timedelta(minutes=15)
    assert (
        desk.told(since, desk.topic)
        == desk.told(owed, desk.desk_topic, desk.recruiter)
        == ["question_changed"]
    )
    Cue.objects.update(state="done")
    nobodys = desk.ask("几点结束")
    assert (nobodys.participation, nobodys.level) == (None, "host")
    tagged = desk.ask("要自带被子吗", position_id=desk.position.pk)
    assert (tagged.position, tagged.participation) == (desk.position, desk.participation)


def test_one_answer_reaches_everyone_who_waits_and_stays_with_the_position(desk: Desk) -> None:
    people = [make_viewer() for _ in range(5)]
    question = desk.ask(by=people[0], position_id=desk.position.pk)
    for person in people[1:4]:
        services.back(question=question, by=person, now=clock.now())
        services.back(question=question, by=person, now=clock.now())
    assert figures(desk.room.pk)["voices"] == {str(question.pk): 4}
    same = desk.ask("夜班有补贴吗", by=people[4])
    services.back(question=same, by=people[1], now=clock.now())
    services.merge(question=same, into=question, by=desk.moderator, now=clock.now())
    assert queries.get_question(question.pk).voices == 5  # type: ignore[attr-defined]
    assert access.question_for_anyone(same.pk).pk == question.pk
    desk.answer(question)
    run_jobs()
    told = Notice.objects.filter(kind="livestream.answered").order_by("user_id")
    assert list(told.values_list("user_id", flat=True)) == sorted(one.pk for one in people)
    assert desk.employer.name in told[0].text_zh
    [faq] = queries.faq_of(desk.position.pk)
    assert (faq.answer, faq.answered_name) == ("每班补贴30元。", desk.employer.name)
    assert figures(desk.room.pk)["voices"] == {}
    with pytest.raises(rules.QuestionSettled):
        services.back(question=question, by=make_viewer(), now=clock.now())


def test_what_is_merged_into_an_answered_one_has_its_answer(desk: Desk) -> None:
    first, late = desk.ask(), make_viewer()
    desk.answer(first)
    run_jobs()
    second = desk.ask("夜班有补贴吗", by=late)
    services.merge(question=second, into=first, by=desk.moderator, now=clock.now())
    run_jobs()
    assert Notice.objects.filter(user=late, kind="livestream.answered").count() == 1


def test_the_same_cid_is_the_same_question(desk: Desk) -> None:
    asker = make_viewer()
    first = desk.ask(by=asker, cid="asked-again")
    assert desk.ask(" 夜班补贴多少 ", by=asker, cid="asked-again").pk == first.pk
    with pytest.raises(CommandConflict):
        desk.ask("别的", by=asker, cid="asked-again")
    assert QuestionBacker.objects.count() == 1


def test_who_may_not_ask(desk: Desk) -> None:
    def refusal(by: User, text: str = "夜班补贴多少") -> type[DomainError]:
        with pytest.raises(DomainError) as refused:
            desk.ask(text, by=by)
        return refused.type

    banned = make_viewer()
    Sanction.objects.create(
        scope=f"lives:{desk.fair.pk}",
        user=banned,
        reason="",
        at=clock.now(),
        until=clock.now() + timedelta(hours=1),
    )
    assert refusal(make_seeker(guest=True)) is talk_rules.SpeakerUnknown
    assert refusal(banned) is talk_rules.Banned
    assert refusal(make_viewer(), "长" * 121) is rules.QuestionTooLong
    eager = make_viewer()
    for number in range(rules.MOST):
        desk.ask(f"问题{number}", by=eager)
    assert refusal(eager) is rules.TooManyQuestions


def test_a_hit_is_held_and_its_promise_begins_when_it_is_shown(desk: Desk) -> None:
    since = desk.here(desk.topic)
    question = desk.ask("打13800001234可以吗")
    assert (question.state, question.escalates_at) == (State.HELD, None)
    assert desk.told(since, desk.topic) == []
    with pytest.raises(NotFound):
        access.question_for_anyone(question.pk)
    later = clock.now() + timedelta(minutes=30)
    services.settle_held_question(question=question, show=True, by=desk.moderator, now=later)
    shown = queries.get_question(question.pk)
    assert (shown.state, shown.due_at) == (State.OPEN, later + timedelta(minutes=15))
    assert desk.told(since, desk.topic) == ["question_changed"]


def test_a_dropped_one_is_read_nowhere(desk: Desk) -> None:
    since = desk.here(desk.topic)
    asker = make_viewer()
    question = desk.ask("不该留下的问题", by=asker, cid="asked-drop")
    services.drop(question=question, by=desk.moderator, now=clock.now())
    again = read_topic(desk.topic, None, since)
    assert again.missed is None
    assert "不该留下的问题" not in str(again.wire())
    with pytest.raises(DomainError) as refused:
        desk.ask("不该留下的问题", by=asker, cid="asked-drop")
    assert refused.value.code == "core.withdrawn"


def test_a_question_about_another_employer_goes_to_that_one(desk: Desk) -> None:
    other = make_employer()
    theirs = Participation.objects.create(employer=other, fair=desk.fair)
    position = make_position(desk.fair, employer=other, now=clock.now())
    question = desk.ask()
    since = desk.here(desk.desk_topic, desk.recruiter)
    services.tag(question=question, position_id=position.pk, by=desk.moderator, now=clock.now())
    assert queries.get_question(question.pk).participation == theirs
    assert desk.told(since, desk.desk_topic, desk.recruiter) == ["question_gone"]
    assert [one.pk for one in queries.owed_by(theirs.pk)] == [question.pk]
    foreign = make_position(Chatter().fair, now=clock.now())
    with pytest.raises(rules.PositionElsewhere):
        services.tag(question=question, position_id=foreign.pk, by=desk.moderator, now=clock.now())


def test_a_broken_promise_goes_to_the_organiser_once(desk: Desk) -> None:
    organiser = make_organiser(desk.fair)
    question = desk.ask()
    due = question.due_at
    assert answers.escalate_overdue(due - timedelta(seconds=1)) == 0
    assert answers.escalate_overdue(due) == 1
    assert answers.escalate_overdue(due + timedelta(hours=1)) == 0
    assert queries.get_question(question.pk).level == "organiser"
    assert [one.user_id for one in Notice.objects.filter(kind="livestream.question_overdue")] == [
        organiser.pk
    ]
    assert desk.answer(question).state == State.ANSWERED  # late is better than never


def test_no_merging_into_itself_elsewhere_or_what_is_gone(desk: Desk) -> None:
    question, dropped, elsewhere = desk.ask(), desk.ask("二"), Desk().ask()
    services.drop(question=dropped, by=desk.moderator, now=clock.now())
    for into in (question, dropped, elsewhere):
        with pytest.raises(rules.CannotMerge):
            services.merge(question=question, into=into, by=desk.moderator, now=clock.now())


def test_snapshots_show_what_the_pushes_told(desk: Desk) -> None:
    first, second = desk.ask(), desk.ask("有宿舍吗")
    services.back(question=second, by=make_viewer(), now=clock.now())
    desk.answer(first)
    snapshot = read_topic(desk.topic, None, None).snapshot
    assert snapshot is not None
    assert [(one["text"], one["voices"]) for one in snapshot["open"]] == [("有宿舍吗", 2)]
    assert [one["answer"] for one in snapshot["answered"]] == ["每班补贴30元。"]
    assert set(snapshot["open"][0]) == {
        "id", "text", "name", "state", "voices", "position", "employer", "asked_at", "due_at", "answer",
        "answered_name", "answered_at",
    }  # fmt: skip


def test_a_muted_person_may_not_ask_either(desk: Desk) -> None:
    spammer = make_viewer()
    line = desk.chatter.say("刷屏", by=spammer)
    talk_services.silence(
        line=line, minutes=5, reason="刷屏", delete_lines=True, by=desk.moderator, now=clock.now()
    )
    with pytest.raises(talk_rules.Silenced):
        desk.ask(by=spammer)
