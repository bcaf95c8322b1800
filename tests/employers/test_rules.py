from __future__ import annotations

import pytest

from jobfair.employers import rules
from jobfair.employers.models import Employer
from jobfair.employers.rules import Identity, StatedEmployer

pytestmark = pytest.mark.unit
CODE = "91320612M36372594K"


@pytest.mark.parametrize(
    "text", [CODE, " 91320612 M36372594K ", "91320612m36372594k", "９１３２０６１２Ｍ３６３７２５９４Ｋ"]
)
def test_a_code_is_read_whatever_its_spacing_and_case(text: str) -> None:
    assert rules.read_code(text) == (CODE, ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "employers.code_missing"),
        ("  ", "employers.code_missing"),
        ("91320612M36372594L", "employers.code_wrong"),  # the check digit
        ("91320612M3637259", "employers.code_wrong"),  # too short
        ("91320612I36372594K", "employers.code_wrong"),  # I is not used
        ("待补", "employers.code_wrong"),
    ],
)
def test_a_code_that_does_not_pass(text: str, reason: str) -> None:
    assert rules.read_code(text) == (None, (reason,))


def test_one_name_has_one_spelling() -> None:
    spellings = (
        "示例(南通)有限公司",
        "示例（南通）有限公司",
        " 示例（南通） 有限公司",
        "示例(南通)\n有限公司",
    )
    assert {rules.canonical_name(text) for text in spellings} == {"示例（南通）有限公司"}


def test_a_code_belongs_to_whoever_stated_it_first() -> None:
    stated = [StatedEmployer("甲", CODE), StatedEmployer("甲", CODE), StatedEmployer("乙", CODE)]
    first, again, other = rules.identify(stated, {})
    assert first == again == Identity("甲", CODE)
    assert (other, other.reasons) == (Identity("乙", None), ("employers.code_taken",))
    assert rules.identify(stated[:1], {CODE: "丙"})[0].reasons == ("employers.code_taken",)


STEPS = {
    ("registered", "in_review"), ("in_review", "verified"), ("in_review", "refused"),
    ("verified", "in_review"), ("refused", "in_review"),
}  # fmt: skip


@pytest.mark.parametrize("before", Employer.State.values)
@pytest.mark.parametrize("after", Employer.State.values)
def test_the_state_machine(before: str, after: str) -> None:
    employer = Employer(state=before)
    if (before, after) in STEPS:
        rules.ensure_may_become(employer, Employer.State(after))
    else:
        with pytest.raises(rules.EmployerStateRefused):
            rules.ensure_may_become(employer, Employer.State(after))
