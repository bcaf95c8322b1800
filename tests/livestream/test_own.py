"""What a person finds of live rooms in their own data; nobody else's."""

from __future__ import annotations

import pytest

from jobfair.config.own_data import livestream_part
from jobfair.core import clock
from livestream.services import draws, polls, questions, talk
from tests.livestream.talking import make_viewer
from tests.livestream.test_draws import Raffle

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def test_all_that_one_did_in_rooms_is_ones_own_data() -> None:
    raffle = Raffle(winners=1)
    person, now = make_viewer(), clock.now()
    for one in (person, make_viewer()):
        said = talk.Said(one.pk, raffle.room.pk, f"own-says-{one.pk}", f"我是第 {one.pk} 位")
        talk.say_many(said=[said], now=now)
        questions.ask(
            room=raffle.room, by=one, cid=f"own-asks-{one.pk}", text="有宿舍吗", position_id=None, now=now
        )
    poll = polls.prepare_poll(
        room=raffle.room,
        question="最看重什么",
        choices=["薪酬", "离家近"],
        minutes=None,
        by=raffle.director,
        now=now,
    )
    polls.open_poll(poll=poll, by=raffle.director, now=now)
    choice = poll.choices.get(text="离家近")
    polls.vote_many(votes=[polls.Vote(person.pk, poll.pk, choice.pk)], now=now)
    raffle.open()
    raffle.enter(person)
    draws.draw_winners(draw=raffle.draw, by=raffle.director, now=now)
    own = livestream_part(person)
    assert [one["text"] for one in own["lines"]] == [f"我是第 {person.pk} 位"]
    assert [one["text"] for one in own["questions"]] == ["有宿舍吗"]
    assert [(one["poll"], one["choice"]) for one in own["votes"]] == [("最看重什么", "离家近")]
    assert [(one["prize"], one["number"], one["place"]) for one in own["draws"]] == [("保温杯", 1, 1)]
