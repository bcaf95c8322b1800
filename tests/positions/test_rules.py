from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jobfair.employers.models import Employer
from jobfair.positions import rules
from jobfair.positions.duties import propose_duties
from jobfair.positions.legal import GROUNDS
from jobfair.positions.models import Position
from jobfair.positions.sheet import education, headcount, pay

pytestmark = pytest.mark.unit
TODAY = date(2026, 4, 11)
VERIFIED = Employer(name="示例企业", state=Employer.State.VERIFIED)


def position(**changes: Any) -> Position:
    """One that lacks nothing."""
    fields: dict[str, Any] = {
        "title": "钳工",
        "headcount_min": 5,
        "pay_min": 5000,
        "pay_unit": "month",
        "education": "60",
        "area": "通州区",
        "duties": "按图纸装配。",
        "duties_confirmed_at": datetime(2026, 4, 1, tzinfo=ZoneInfo("Asia/Shanghai")),
        "valid_from": TODAY,
        "valid_until": TODAY + timedelta(days=30),
    }
    return Position(**fields | changes)


def test_a_complete_position_of_a_verified_employer_has_no_obstacle() -> None:
    assert rules.list_obstacles(position(), VERIFIED, on=TODAY) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"headcount_min": None}, "positions.headcount_missing"),
        ({"headcount_min": None, "reasons": ["positions.headcount_open"]}, "positions.headcount_open"),
        ({"pay_min": None}, "positions.pay_missing"),
        ({"pay_min": None, "reasons": ["positions.pay_unreadable"]}, "positions.pay_unreadable"),
        ({"pay_unit": ""}, "positions.pay_missing"),
        ({"education": ""}, "positions.education_missing"),
        ({"area": ""}, "positions.area_missing"),
        ({"duties": ""}, "positions.duties_missing"),
        ({"duties_confirmed_at": None}, "positions.duties_unconfirmed"),
        ({"valid_until": None}, "positions.validity_missing"),
        ({"valid_from": None}, "positions.validity_missing"),
        ({"valid_until": TODAY - timedelta(days=1)}, "positions.validity_over"),
        ({"notes": "限男性"}, "positions.limits_sex"),
        ({"title": "女保洁"}, "positions.limits_sex"),
        ({"duties": "上岗前交押金200元。"}, "positions.asks_payment"),
    ],
)
def test_the_gate_names_what_is_wrong(changes: dict[str, Any], reason: str) -> None:
    assert rules.list_obstacles(position(**changes), VERIFIED, on=TODAY) == [reason]


@pytest.mark.parametrize(
    ("state", "reasons", "expected"),
    [
        ("in_review", [], ["employers.not_verified"]),
        ("in_review", ["employers.code_wrong"], ["employers.code_wrong"]),
        ("registered", [], ["employers.not_verified"]),
        ("refused", [], ["employers.not_verified"]),
    ],
)
def test_an_unverified_employer_comes_first(state: str, reasons: list[str], expected: list[str]) -> None:
    employer = Employer(name="示例企业", state=state, reasons=reasons)
    found = rules.list_obstacles(position(area=""), employer, on=TODAY)
    assert found == [*expected, "positions.area_missing"]


STEPS = {
    ("draft", "in_review"),
    ("in_review", "published"), ("in_review", "refused"), ("in_review", "closed"),
    ("published", "closed"), ("published", "in_review"), ("published", "refused"),
    ("closed", "in_review"),
    ("refused", "in_review"),
}  # fmt: skip


@pytest.mark.parametrize("before", Position.State.values)
@pytest.mark.parametrize("after", Position.State.values)
def test_the_state_machine(before: str, after: str) -> None:
    if (before, after) in STEPS:
        rules.ensure_may_become(position(state=before), Position.State(after))
    else:
        with pytest.raises(rules.PositionStateRefused):
            rules.ensure_may_become(position(state=before), Position.State(after))


def test_every_reason_a_reader_can_give_is_explained_with_a_remedy_and_a_source() -> None:
    given = {pay.MISSING, pay.BASE_MISSING, pay.UNREADABLE, education.MISSING, education.UNREADABLE}
    given |= {headcount.MISSING, headcount.OPEN, headcount.UNREADABLE} | {ground.code for ground in GROUNDS}
    assert given <= set(rules.REASONS)
    for code, reason in rules.REASONS.items():
        assert code == reason.code
        assert str(reason.sentence).endswith("。")
        assert str(reason.remedy).endswith("。")
        assert reason.source


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("嵌入式软件工程师", "嵌入式软件"),
        ("挡车工", "织机"),
        ("数控车工", "数控机床"),
        ("船舶电焊工", "焊接"),
        ("货车司机(B2)", "货物运输"),
        ("ＪＡＶＡ开发工程师", "编码"),
        ("星际领航员", ""),
    ],
)
def test_duties_are_proposed_by_the_longest_known_word(title: str, words: str) -> None:
    proposal = propose_duties(title)
    assert words in proposal
    assert bool(proposal) == bool(words)
