"""Decisions at the doors, by hand-made cases and by random ones."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobfair.checkin import rules
from jobfair.checkin.rules import Counted, GatePlan, Shown, Step
from jobfair.core.errors import Invalid

pytestmark = pytest.mark.unit
NOON = datetime(2026, 4, 11, 4, 0, tzinfo=UTC)


def test_a_token_is_derived_and_cannot_be_told_from_another_passs() -> None:
    token = rules.derive("secret", "token", 7, rules.TOKEN_LENGTH)
    assert token == rules.derive("secret", "token", 7, rules.TOKEN_LENGTH)
    assert len(token) == 26
    others = [("other", "token", 7), ("secret", "token", 8), ("secret", "code", 7)]
    assert token not in {rules.derive(*one, rules.TOKEN_LENGTH) for one in others}
    assert set(token) <= set(rules.ALPHABET)


def test_what_is_shown_is_read_as_people_hold_and_type_it() -> None:
    token = rules.derive("secret", "token", 7, rules.TOKEN_LENGTH)
    assert rules.read_shown(rules.qr_text(12, token)) == Shown(fair_id=12, token=token)
    assert rules.read_shown(f" {token.lower()} ") == Shown(token=token)
    assert rules.read_shown("abcd-0il1") == Shown(code="ABCD0111")
    assert rules.read_shown("ABCD OIL1") == Shown(code="ABCD0111")
    for nonsense in (
        "",
        "https://example.com/",
        "JF1-12-SHORT",
        "ABCDEFG",
        "ABCDEFGHJ",
        "ABCDEFGU",
        "壹贰叁肆伍陆柒捌",
    ):
        assert rules.read_shown(nonsense) == Shown()


@pytest.mark.parametrize(
    ("direction", "is_inside", "held", "verdict"),
    [
        ("in", False, False, "in"),
        ("in", None, False, "in"),
        ("in", False, True, "full"),
        ("in", None, True, "full"),
        ("in", True, True, "already_in"),
        ("in", True, False, "already_in"),
        ("out", True, True, "out"),
        ("out", None, True, "out"),
        ("out", False, False, "not_in"),
    ],
)
def test_the_gates_answer(direction: str, is_inside: bool | None, held: bool, verdict: str) -> None:
    assert rules.judge(direction=direction, is_inside=is_inside, held=held) == verdict


def test_a_devices_instant_is_put_right_but_never_into_the_future() -> None:
    hour = timedelta(hours=1)
    assert rules.server_time(NOON - hour, hour, NOON + hour) == NOON
    assert rules.server_time(NOON + hour, timedelta(0), NOON) == NOON
    assert rules.server_time(datetime.max.replace(tzinfo=UTC), hour, NOON) == NOON


def test_an_undo_counts_for_ten_seconds_by_the_devices_clock() -> None:
    assert rules.may_undo(NOON, NOON + timedelta(seconds=10))
    assert not rules.may_undo(NOON, NOON + timedelta(seconds=16))
    assert not rules.may_undo(NOON, NOON - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("occupancy", "open_levels", "raised", "cleared"),
    [
        (799, [], [], []),
        (800, [], [80], []),
        (800, [80], [], []),
        (760, [80], [], []),
        (750, [80], [], [80]),
        (950, [80], [95], []),
        (1000, [], [80, 95, 100], []),
        (999, [80, 95, 100], [], []),
        (981, [80, 95, 100], [], []),
        (980, [80, 95, 100], [], [100]),
        (920, [80, 95], [], [95]),
    ],
)
def test_alerts_cross_once(
    occupancy: int, open_levels: list[int], raised: list[int], cleared: list[int]
) -> None:
    assert rules.crosses(occupancy=occupancy, capacity=1000, open_levels=open_levels) == (raised, cleared)


@given(capacity=st.integers(1, 5000), occupancy=st.integers(0, 6000))
def test_no_figure_both_raises_and_clears_a_level(capacity: int, occupancy: int) -> None:
    raised, _ = rules.crosses(occupancy=occupancy, capacity=capacity, open_levels=[])
    _, cleared = rules.crosses(occupancy=occupancy, capacity=capacity, open_levels=list(rules.LEVELS))
    assert set(raised) & set(cleared) == set()
    leaves = rules.must_leave(occupancy=occupancy, capacity=capacity, held=True)
    assert 100 not in cleared or leaves == 0
    _, after = rules.crosses(occupancy=occupancy - leaves, capacity=capacity, open_levels=[100])
    assert after == [100]


def test_without_a_capacity_nothing_is_held() -> None:
    assert rules.crosses(occupancy=9999, capacity=None, open_levels=[]) == ([], [])
    assert rules.crosses(occupancy=9999, capacity=None, open_levels=[80, 100]) == ([], [80, 100])
    assert rules.must_leave(occupancy=9999, capacity=None, held=True) == 0


def test_gates_have_names_of_their_own_and_one_stays_open() -> None:
    rules.ensure_gates_fit([GatePlan(1, "南门"), GatePlan(None, "北门")], left_out=["北门"])  # taken up again
    for plans, left_out in [
        ([GatePlan(None, "南门"), GatePlan(None, "南门")], []),
        ([GatePlan(1, "北门")], ["北门"]),
        ([GatePlan(1, "南门"), GatePlan(1, "北门")], []),
    ]:
        with pytest.raises(Invalid):
            rules.ensure_gates_fit(plans, left_out=left_out)
    with pytest.raises(rules.NoGateOpen):
        rules.ensure_gates_fit([GatePlan(None, "南门", is_open=False)], left_out=[])


steps = st.lists(
    st.builds(
        Step,
        at=st.integers(0, 12).map(lambda seconds: NOON + timedelta(seconds=seconds)),
        direction=st.sampled_from(["in", "out"]),
        person=st.integers(0, 3),
    ),
    max_size=30,
)


def counted(passages: list[Step]) -> Counted:
    """What the queries count, from the definition."""
    of: dict[int, list[Step]] = defaultdict(list)
    for one in sorted(passages, key=lambda step: (step.at, step.direction)):  # "in" < "out"
        of[one.person].append(one)
    walks = of.pop(0, [])
    return Counted(
        last_in=sum(rows[-1].direction == "in" for rows in of.values()),
        first_out=sum(rows[0].direction == "out" for rows in of.values()),
        walked_in=sum(step.direction == "in" for step in walks),
        walked_out=sum(step.direction == "out" for step in walks),
    )


@settings(max_examples=300, deadline=None)
@given(passages=steps, seed=st.integers())
def test_the_minutes_add_up_to_the_count_in_whatever_order_scans_came(
    passages: list[Step], seed: int
) -> None:
    shuffled = passages[:]
    random.Random(seed).shuffle(shuffled)
    in_order = [(step.at, change) for step, change in rules.effects(passages)]
    assert sum(change for _, change in in_order) == counted(passages).net
    assert sorted(in_order) == sorted((step.at, change) for step, change in rules.effects(shuffled))


def test_in_twice_is_one_and_out_unseen_is_one_fewer() -> None:
    def at(second: int, direction: str, person: int) -> Step:
        return Step(NOON + timedelta(seconds=second), direction, person)

    assert counted([at(0, "in", 1), at(5, "in", 1)]).net == 1
    assert counted([at(0, "in", 0), at(9, "out", 2)]).net == 0  # came as a walk-in, left with a pass
    assert counted([at(0, "in", 1), at(9, "out", 0)]).net == 0  # came with a pass, left without showing it
    assert rules.occupancy(counted([at(0, "out", 1)])) == 0
    assert rules.occupancy(Counted(walked_in=9), counted=3, then=Counted(walked_in=7)) == 5
