"""The estimate's properties; how well it tells the future is measured by bench/estimates.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booths.estimates import EndedCall, Estimate, Prior, estimate, estimates, prior_of, sittings_of
from tests.factories import NOON

pytestmark = pytest.mark.unit
SECONDS = st.floats(min_value=0, max_value=12 * 3600)
RECORDS = st.lists(SECONDS, max_size=80)
PRIORS = st.builds(
    Prior,
    sitting_s=st.floats(min_value=60, max_value=3600),
    scatter=st.floats(min_value=0.1, max_value=3),
    leave_share=st.floats(min_value=0, max_value=0.5),
)


def ask(**changes: Any) -> Estimate:
    usual: dict[str, Any] = {"ahead": 5, "desks": 1, "talks": [300.0] * 20, "prior": Prior(), "now": NOON}
    return estimate(**{**usual, "closes_at": None, **changes})


@given(
    talks=RECORDS, prior=PRIORS, desks=st.integers(0, 6), running=st.none() | st.lists(SECONDS, max_size=6)
)
def test_more_people_ahead_never_shorten_the_wait(
    talks: list[float], prior: Prior, desks: int, running: list[float] | None
) -> None:
    running = running if running is None else running[:desks]
    line = estimates(
        up_to=40, desks=desks, talks=talks, prior=prior, now=NOON, closes_at=None, running=running
    )
    assert len(line) == 41
    assert all(0 <= told.low_s < told.high_s for told in line)
    assert all(before.high_s <= after.high_s for before, after in pairwise(line))
    assert line[7] == estimate(
        ahead=7, desks=desks, talks=talks, prior=prior, now=NOON, closes_at=None, running=running
    )


@given(talks=RECORDS, prior=PRIORS, ahead=st.integers(0, 60))
def test_more_desks_never_lengthen_the_wait(talks: list[float], prior: Prior, ahead: int) -> None:
    by_desks = [ask(talks=talks, prior=prior, ahead=ahead, desks=desks) for desks in range(7)]
    assert all(more.high_s <= fewer.high_s for fewer, more in pairwise(by_desks))
    assert all(more.low_s <= fewer.low_s for fewer, more in pairwise(by_desks))


@given(talks=RECORDS, ahead=st.integers(0, 60), until=st.integers(-3600, 24 * 3600))
def test_it_says_so_when_the_booth_may_close_before(talks: list[float], ahead: int, until: int) -> None:
    told = ask(talks=talks, ahead=ahead, closes_at=NOON + timedelta(seconds=until))
    assert told.may_close_before == (until <= told.high_s)
    assert ask(talks=talks, ahead=ahead, closes_at=None).may_close_before is False


def test_an_even_booth_is_told_evenly() -> None:
    told = ask(talks=[300.0] * 40, ahead=5, running=[0.0])
    assert told.low_s < 6 * 300 < told.high_s
    assert told.high_s < 2 * 6 * 300


def test_slow_talks_lengthen_and_quick_ones_shorten_the_wait() -> None:
    quick, usual, slow = (ask(talks=[seconds] * 30).high_s for seconds in (120.0, 300.0, 900.0))
    assert quick < usual < slow


def test_one_talk_of_three_hours_does_not_speak_for_the_next_ones() -> None:
    plain, with_a_giant = ask(talks=[300.0] * 20), ask(talks=[*[300.0] * 19, 3 * 3600.0])
    assert with_a_giant.high_s < 2 * plain.high_s


def test_a_silent_booth_is_told_by_the_fair() -> None:
    quick, slow = prior_of([100.0] * 100), prior_of([1200.0] * 100)
    assert ask(talks=[], prior=quick).high_s < ask(talks=[], prior=slow).low_s
    assert prior_of([]) == Prior()


def test_a_booth_soon_speaks_for_itself() -> None:
    own = [ask(talks=[120.0] * count, prior=Prior(sitting_s=1200.0)).high_s for count in (0, 3, 10, 40)]
    assert own == sorted(own, reverse=True)
    assert own[3] < own[0] / 3


def test_a_talk_that_does_not_end_shows_before_it_is_over() -> None:
    fresh, endless = ask(ahead=0, running=[30.0]), ask(ahead=0, running=[3600.0])
    assert endless.high_s > 2 * fresh.high_s


def test_a_free_desk_calls_at_once() -> None:
    assert ask(ahead=0, desks=2, running=[]).high_s < 120
    assert ask(ahead=0, desks=2, running=[]).high_s < ask(ahead=0, desks=2, running=[60.0, 60.0]).high_s


def test_nobody_on_duty_is_no_refusal_to_tell() -> None:
    assert ask(desks=0).high_s > ask(desks=1).high_s


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def call(ticket: int, desk: int, taken: float, called: float, ended: float) -> EndedCall:
    return EndedCall(ticket, desk, at(taken), at(called), at(ended))


def test_a_sitting_is_all_the_time_a_ticket_costs() -> None:
    calls = [
        call(1, desk=7, taken=0, called=0, ended=5),
        call(2, desk=7, taken=1, called=6, ended=10),  # waited while the desk wrote its note: a minute more
        call(3, desk=7, taken=14, called=15, ended=20),  # came later: only since then
        call(4, desk=8, taken=0, called=3, ended=6),  # nobody came: three minutes...
        call(4, desk=7, taken=0, called=21, ended=25),  # ... and the pause and talk of the second call
        call(
            5, desk=8, taken=0, called=600, ended=601
        ),  # a desk that had closed for hours: half an hour of it
    ]
    assert sittings_of(reversed(calls)) == [300.0, 300.0, 360.0, 180.0 + 300.0, 1860.0]
    assert sittings_of([]) == []


def test_who_leaves_is_learnt_from_the_fair() -> None:
    staying, leaving = prior_of([], left=0, called=400), prior_of([], left=200, called=200)
    assert staying.leave_share < Prior().leave_share < leaving.leave_share < 0.5
    assert ask(prior=leaving, ahead=20).high_s < ask(prior=staying, ahead=20).high_s
