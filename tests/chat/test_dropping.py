"""No chat dies silently: the recruiter's browser is gone, the colleague has it, or the inbox with its deadline."""

from __future__ import annotations

import pytest

from booths.conversations import on_duty
from booths.services import set_duty
from jobfair.chat import rules, services
from jobfair.core import clock
from jobfair.notices.models import Notice
from tests.chat.scene import Talk, make_speaker
from tests.factories import desks_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_dropped_recruiters_talk_goes_to_the_colleague_at_the_desk() -> None:
    talk = Talk(recruiters=3)
    first, away, present = talk.recruiters
    talk.ask()
    talk.claim(first)
    talk.at_desk(first, present)
    assert talk.tick() == 0
    talk.at_desk(present)
    assert [talk.tick() for _ in range(8)].count(1) == 1
    assert talk.fresh().recruiter == present
    assert Notice.objects.filter(user=present, kind="chat.waits").exists()
    assert not Notice.objects.filter(user=away).exists()


def test_a_reload_is_no_drop() -> None:
    talk = Talk()
    first, second = talk.recruiters
    talk.ask()
    talk.claim(first)
    talk.at_desk(first, second)
    talk.tick()
    talk.at_desk(second)
    assert [talk.tick() for _ in range(5)] == [0] * 5
    talk.at_desk(first, second)
    assert [talk.tick() for _ in range(30)] == [0] * 30
    assert talk.fresh().recruiter == first


def test_with_nobody_at_the_desk_it_waits_in_the_inbox_and_the_seeker_knows_until_when() -> None:
    talk = Talk()
    first, second = talk.recruiters
    talk.ask()
    talk.claim(first)
    talk.at_desk(first)
    talk.tick()
    talk.at_desk()
    assert sum(talk.tick() for _ in range(8)) == 1
    left = talk.fresh()
    assert (left.level, left.recruiter, left.escalates_at) == ("booth", None, left.answer_due_at)
    expected = Notice.objects.get(user=talk.seeker, kind="chat.expect_answer")
    assert "12:05前" in expected.text_zh
    talk.answer(second)
    expected.refresh_from_db()
    assert expected.seen_at is not None


def test_one_who_polls_keeps_the_talk_while_acting() -> None:
    talk = Talk()
    first, second = talk.recruiters
    talk.ask()
    talk.claim(first)
    talk.at_desk(second)
    assert talk.tick(59) == 0
    services.mark_seen(
        conversation=talk.conversation, side="booth", delivered_to=0, read_to=0, by=first, now=talk.now
    )
    assert talk.tick(59) == 0
    assert talk.tick(2) == 1
    assert talk.fresh().recruiter == second


def test_the_colleague_with_the_fewest_waiting_gets_it() -> None:
    talk = Talk(recruiters=3)
    first, busy, free = talk.recruiters
    for name in ("钱一", "孙二"):
        asked = talk.ask(seeker=make_speaker(name=name))
        services.claim(conversation=asked.conversation, by=busy, now=talk.now)
    talk.ask()
    talk.claim(first)
    talk.at_desk(busy, free)
    assert services.pass_on(topic=talk.topic, recruiter_id=first.pk, why="off_duty", now=talk.now) == 1
    assert talk.fresh().recruiter == free


def test_a_talk_long_over_stays_where_it_was() -> None:
    talk = Talk()
    first, second = talk.recruiters
    talk.ask()
    talk.answer(first)
    talk.at_desk(first)
    talk.tick()
    talk.at_desk(second)
    talk.now += rules.TALKING
    assert sum(talk.tick() for _ in range(10)) == 0
    talk.ask("又想起一件事")
    assert sum(talk.tick() for _ in range(10)) == 1
    assert talk.fresh().recruiter == second


def test_away_and_off_duty_pass_the_talk_on_at_once() -> None:
    talk = Talk(now=clock.now())
    first, second = talk.recruiters
    desk, other = desks_of(talk.booth)
    set_duty(desk=desk, recruiter=first, state="on", now=talk.now)
    talk.ask()
    talk.claim(first)
    talk.at_desk(first, second)
    assert list(on_duty(talk.booth.pk)) == [first.pk, second.pk]
    set_duty(desk=desk, recruiter=first, state="away", now=talk.now)
    assert talk.fresh().recruiter == second
    assert list(on_duty(talk.booth.pk)) == [second.pk]
    set_duty(desk=other, recruiter=second, state="on", now=talk.now)
    set_duty(desk=other, recruiter=second, state="off", now=talk.now)
    assert (talk.fresh().level, talk.conversation.recruiter) == ("booth", None)
    assert list(on_duty(talk.booth.pk)) == []
