from __future__ import annotations

from datetime import timedelta

import pytest

from booths import rules
from booths.models import Booth, Ticket
from jobfair.fairs.models import Fair
from tests.factories import NOON

pytestmark = pytest.mark.unit
S = rules.SPACING


@pytest.mark.parametrize(
    ("waiting", "own", "expected"),
    [
        ([], 5 * S, 5 * S),  # nobody behind: the same place
        ([1 * S, 2 * S], 5 * S, 5 * S),
        ([2 * S], 1 * S, 2 * S + S // 2),  # fewer than three behind: behind the last
        ([2 * S, 3 * S, 4 * S], 1 * S, 4 * S + S // 2),
        ([2 * S, 3 * S, 4 * S, 5 * S], 1 * S, 4 * S + S // 2),  # between the third and the fourth
        ([2 * S, 3 * S, 4 * S, 4 * S + 1], 1 * S, 4 * S + 1),  # no room left: shared, ordered by number
    ],
)
def test_a_missed_ticket_goes_three_places_back(waiting: list[int], own: int, expected: int) -> None:
    assert rules.place_after_miss(waiting, own) == expected


@pytest.mark.parametrize(("last", "expected"), [(0, S), (S, 2 * S), (S + S // 2, 2 * S), (7 * S + 1, 8 * S)])
def test_a_new_ticket_stands_behind_everyone(last: int, expected: int) -> None:
    assert rules.place_at_end(last) == expected
    assert rules.place_at_end(last) > last


def test_places_fit_a_browser_number() -> None:
    assert rules.place_at_end(4094 * S) < 2**53


def test_the_ticket_states_are_those_of_the_domain() -> None:
    allowed = {(a, b) for a, states in rules.TRANSITIONS.items() for b in states}
    assert allowed == {
        ("waiting", "called"), ("waiting", "left"), ("waiting", "paused"), ("waiting", "transferred"),
        ("waiting", "expired"), ("paused", "waiting"), ("paused", "left"), ("paused", "transferred"),
        ("paused", "expired"), ("called", "arrived"), ("called", "serving"), ("called", "missed"),
        ("called", "left"), ("called", "paused"), ("called", "waiting"), ("arrived", "serving"),
        ("arrived", "left"), ("serving", "done"), ("missed", "waiting"), ("done", "serving"),
    }  # fmt: skip
    assert set(rules.TRANSITIONS) == set(Ticket.State.values)


def test_a_closed_booth_cannot_pause() -> None:
    with pytest.raises(rules.BoothCannotChange):
        rules.ensure_booth_may_become(Booth(state="closed"), "paused")


def test_a_call_is_missed_only_after_the_promised_time() -> None:
    with pytest.raises(rules.CallNotDue) as refusal:
        rules.ensure_due(NOON + timedelta(seconds=80), NOON)
    assert refusal.value.retry_after == 80
    rules.ensure_due(NOON, NOON)


def test_time_to_arrive_is_the_fairs() -> None:
    fair = Fair(onsite_call_seconds=180, online_call_seconds=90)
    assert rules.time_to_arrive(fair, "onsite") == timedelta(minutes=3)
    assert rules.time_to_arrive(fair, "online") == timedelta(seconds=90)
