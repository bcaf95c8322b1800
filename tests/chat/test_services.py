"""Lines once, answers owed, people kept in order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booths.models import Booth
from jobfair.chat import queries, rules, services
from jobfair.chat.access import part_in
from jobfair.chat.models import Complaint, Conversation, Message
from jobfair.core.errors import CommandConflict, NotFound, Withdrawn
from jobfair.employers.models import Recruiter
from jobfair.employers.services import remove_recruiter
from jobfair.fairs.models import Fair
from jobfair.notices.models import Notice
from tests.chat.scene import Talk, make_speaker
from tests.factories import make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_pair_has_one_conversation() -> None:
    talk = Talk()
    again = services.open_conversation(topic=talk.topic, seeker=talk.seeker, now=talk.now)
    assert again == talk.conversation
    assert Conversation.objects.count() == 1


def test_only_a_proven_phone_speaks() -> None:
    talk = Talk()
    for person in (make_seeker(), make_seeker(guest=True)):
        with pytest.raises(rules.PhoneNeeded):
            services.open_conversation(topic=talk.topic, seeker=person, now=talk.now)
    talk.recruiters[0].phone_verified = False
    with pytest.raises(rules.PhoneNeeded):
        talk.answer(talk.recruiters[0])


def test_a_line_sent_twice_is_one_line() -> None:
    talk = Talk()
    first, again = talk.ask("在吗", cid="the-same-1"), talk.ask("在吗", cid="the-same-1")
    assert first == again
    assert Message.objects.count() == 1
    with pytest.raises(CommandConflict):
        talk.ask("不在", cid="the-same-1")
    services.withdraw_message(message=first, by=talk.seeker, now=talk.now)
    with pytest.raises(Withdrawn):
        talk.ask("在吗", cid="the-same-1")


def test_a_question_waits_for_five_minutes_at_the_fair_and_a_working_day_after_it() -> None:
    talk = Talk()
    talk.ask()
    waiting = talk.fresh()
    assert waiting.answer_due_at == talk.now + timedelta(minutes=5)
    talk.answer(talk.recruiters[0])
    assert talk.fresh().waiting_since is None
    assert talk.fresh().recruiter == talk.recruiters[0]
    Fair.objects.update(state=Fair.State.EXTENDED, chat_answer_days=2)
    talk.ask("还招吗")
    due = talk.fresh().answer_due_at
    assert due is not None
    assert due - talk.now > timedelta(days=1)


def test_one_recruiter_answers_and_hands_over_to_one_on_duty() -> None:
    talk = Talk()
    first, second = talk.recruiters
    talk.ask()
    talk.claim(first)
    with pytest.raises(rules.HeldByOther):
        talk.claim(second)
    with pytest.raises(rules.HeldByOther):
        talk.answer(second)
    with pytest.raises(rules.NotHolder):
        services.transfer(conversation=talk.conversation, to_id=second.pk, by=second, now=talk.now)
    with pytest.raises(rules.CannotTransfer):
        services.transfer(conversation=talk.conversation, to_id=talk.seeker.pk, by=first, now=talk.now)
    services.transfer(conversation=talk.conversation, to_id=second.pk, by=first, now=talk.now)
    talk.answer(second)
    assert talk.fresh().recruiter == second


def test_an_overdue_answer_goes_up_and_a_late_one_ends_it() -> None:
    talk = Talk()
    talk.ask()
    talk.claim(talk.recruiters[0])
    levels = []
    for _ in range(3):
        talk.now += timedelta(minutes=5)
        levels.append(
            (services.escalate(conversation_id=talk.conversation.pk, now=talk.now), talk.fresh().level)
        )
    assert levels == [(True, "booth"), (True, "organiser"), (False, "organiser")]
    told = set(Notice.objects.values_list("user_id", "kind"))
    assert (talk.recruiters[1].pk, "chat.waits") in told
    assert (talk.organiser.pk, "chat.overdue") in told
    assert part_in(talk.organiser, talk.conversation.pk).role == "organiser"
    talk.answer(talk.recruiters[1])
    assert (talk.fresh().level, talk.conversation.waiting_since) == ("recruiter", None)
    with pytest.raises(NotFound):
        part_in(talk.organiser, talk.conversation.pk)


def test_a_thank_you_needs_no_answer() -> None:
    talk = Talk()
    with pytest.raises(rules.NothingWaits):
        services.settle(conversation=talk.conversation, by=talk.recruiters[0], now=talk.now)
    talk.ask("谢谢")
    services.settle(conversation=talk.conversation, by=talk.recruiters[0], now=talk.now)
    assert talk.fresh().waiting_since is None


def test_delivered_and_read_have_their_times() -> None:
    talk = Talk()
    asked = talk.ask()
    mark = {"conversation": talk.conversation, "side": "booth", "by": talk.recruiters[0]}
    assert services.mark_seen(**mark, delivered_to=asked.pk, read_to=0, now=talk.now)
    assert not services.mark_seen(**mark, delivered_to=asked.pk, read_to=0, now=talk.now)
    later = talk.now + timedelta(seconds=9)
    assert services.mark_seen(**mark, delivered_to=1 << 50, read_to=1 << 50, now=later)
    asked.refresh_from_db()
    assert (asked.delivered_at, asked.read_at) == (talk.now, later)
    assert queries.count_unread_of(talk.seeker.pk) == 0
    talk.answer(talk.recruiters[0])
    assert queries.count_unread_of(talk.seeker.pk) == 1


def test_a_withdrawn_line_says_nothing_and_waits_for_nobody() -> None:
    talk = Talk()
    asked = talk.ask("我的银行卡号是一二三")
    with pytest.raises(rules.WithdrawTooLate):
        services.withdraw_message(message=asked, by=talk.seeker, now=talk.now + rules.WITHDRAW_WITHIN)
    services.withdraw_message(message=asked, by=talk.seeker, now=talk.now)
    kept = Message.objects.get()
    assert (kept.text, kept.at, kept.withdrawn_at) == ("", asked.at, talk.now)
    assert talk.fresh().waiting_since is None
    assert queries.list_of_place(talk.topic, q="银行卡") == []


def test_blocked_is_blocked_for_both_until_the_same_side_ends_it() -> None:
    talk = Talk()
    talk.ask()
    recruiter = talk.recruiters[0]
    services.block(conversation=talk.conversation, side="seeker", by=talk.seeker, now=talk.now)
    assert talk.fresh().waiting_since is None
    for speak in (talk.ask, lambda: talk.answer(recruiter)):
        with pytest.raises(rules.Blocked):
            speak()
    with pytest.raises(rules.Blocked):
        services.unblock(conversation=talk.conversation, side="booth", by=recruiter, now=talk.now)
    services.unblock(conversation=talk.conversation, side="seeker", by=talk.seeker, now=talk.now)
    talk.ask()


def test_a_report_is_one_until_answered_and_may_mute_the_other_side() -> None:
    talk = Talk()
    recruiter, colleague = talk.recruiters
    talk.answer(recruiter, "先交培训费")
    report = {
        "conversation": talk.conversation,
        "side": "seeker",
        "reason": "fee",
        "text": "",
        "by": talk.seeker,
    }
    made = services.report(**report, now=talk.now)
    assert services.report(**report, now=talk.now) == made
    assert made.due_at == talk.now + timedelta(days=3)
    answer = {
        "complaint": made,
        "state": "upheld",
        "answer": "不得收费",
        "by": talk.organiser,
        "now": talk.now,
    }
    services.answer_complaint(**answer, mute_hours=24)
    with pytest.raises(rules.AnsweredBefore):
        services.answer_complaint(**answer, mute_hours=24)
    with pytest.raises(rules.Muted):
        talk.answer(recruiter)
    services.transfer(conversation=talk.conversation, to_id=colleague.pk, by=recruiter, now=talk.now)
    talk.answer(colleague)
    talk.ask()  # who reported speaks on
    talk.now += timedelta(hours=24)
    services.transfer(conversation=talk.conversation, to_id=recruiter.pk, by=colleague, now=talk.now)
    talk.answer(recruiter)
    assert Complaint.objects.get().answered_by == talk.organiser


def test_a_recruiter_who_leaves_hands_on_and_the_last_one_to_the_organiser() -> None:
    talk = Talk()
    first, second = talk.recruiters
    talk.ask()
    talk.claim(first)
    talk.at_desk(second)
    offices = {office.user_id: office for office in Recruiter.objects.filter(employer=talk.booth.employer)}
    remove_recruiter(recruiter=offices[first.pk], by=second, now=talk.now)
    assert talk.fresh().recruiter == second
    remove_recruiter(recruiter=offices[second.pk], by=None, now=talk.now)
    assert (talk.fresh().level, talk.conversation.recruiter) == ("organiser", None)


def test_an_archived_fair_is_read_and_not_written() -> None:
    talk = Talk()
    talk.ask()
    Fair.objects.update(state=Fair.State.ARCHIVED)
    with pytest.raises(rules.ConversationOver):
        talk.ask()
    assert len(queries.list_of_seeker(talk.seeker.pk)) == 1


def test_a_closed_account_is_read_by_nobody() -> None:
    talk = Talk()
    talk.ask()
    services.lock_person(seeker_id=talk.seeker.pk, by=talk.seeker.pk, now=talk.now)
    with pytest.raises(NotFound):
        part_in(talk.recruiters[0], talk.conversation.pk)
    assert queries.list_of_place(talk.topic) == []


def test_words_and_known_names_are_found() -> None:
    talk = Talk()
    talk.ask("周末双休吗")
    talk.ask("食堂在哪", seeker=make_speaker(name="陈二"))
    assert [face.conversation.pk for face in queries.list_of_place(talk.topic, q="双休")] == [
        talk.conversation.pk
    ]
    assert queries.list_of_place(talk.topic, q="陈") == []  # a stranger's name finds nobody
    assert len(queries.list_of_place(talk.topic)) == 2
    assert [one.text for one in queries.list_messages(talk.conversation.pk, q="双休")] == ["周末双休吗"]


def test_lists_cost_the_same_for_one_and_for_many(django_assert_max_num_queries: object) -> None:
    talk = Talk()
    for number in range(12):
        talk.ask(seeker=make_speaker(name=f"张{number}"))
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert len(queries.list_of_place(talk.topic)) == 12
    assert Booth.objects.count() == 1
