from __future__ import annotations

from datetime import UTC, datetime

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
    ("verified", "in_review"), ("refused", "in_review"), ("verified", "due"), ("verified", "refused"),
    ("due", "in_review"), ("due", "verified"), ("due", "refused"),
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


@pytest.mark.parametrize(
    ("verified", "due"),
    [("2026-01-15", "2026-07-15"), ("2026-08-31", "2027-02-28"), ("2027-08-31", "2028-02-29")],
)
def test_six_months_later_is_a_day_that_exists(verified: str, due: str) -> None:
    at = datetime.fromisoformat(verified).replace(tzinfo=UTC)
    assert rules.six_months_after(at).date().isoformat() == due


FILE = {
    "name": "示例有限公司",
    "kind": "direct",
    "permit_number": "",
    "area": "通州区",
    "contact": "王主管",
    "contact_phone": "13800001234",
}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "一"),
        ("name", "长" * 61),
        ("name", "示例公司😀"),
        ("name", "示例\u202e公司"),
        ("area", "a\x07b"),
        ("contact", "王" * 21),
        ("contact_phone", "12345"),
        ("contact_phone", "139abc"),
        ("kind", "other"),
    ],
)
def test_what_cannot_stand_in_a_file_names_its_field(field: str, text: str) -> None:
    with pytest.raises(rules.FileInvalid) as refused:
        rules.normal_file(**FILE | {field: text})
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("０５１３－８００００００１", "0513-80000001"),
        ("138 0000 1234", "13800001234"),
        ("+86 13800001234", "+8613800001234"),
        ("400-800-1234", "400-800-1234"),
        ("", ""),
    ],
)
def test_a_contacts_phone_may_be_typed_in_many_ways(typed: str, stored: str) -> None:
    assert rules.normal_file(**FILE | {"contact_phone": typed})["contact_phone"] == stored


def test_a_direct_employer_keeps_no_permit_number() -> None:
    assert rules.normal_file(**FILE | {"permit_number": "苏人社 001"})["permit_number"] == ""
    kept = rules.normal_file(**FILE | {"kind": "agency", "permit_number": "苏人社 001"})
    assert kept["permit_number"] == "苏人社 001"


def test_what_a_file_lacks_is_named() -> None:
    agency = Employer(name="示例", credit_code=CODE, kind="agency", area="通州区")
    assert set(rules.missing_in_file(agency, {"business"})) == {
        "contact",
        "contact_phone",
        "permit_number",
        "paper_permit",
    }
    whole = Employer(name="示例", credit_code=CODE, area="通州区", contact="王", contact_phone="13800001234")
    assert rules.missing_in_file(whole, {"business"}) == {}
    assert set(rules.missing_in_file(Employer(area="a", contact="b", contact_phone="c"), ())) == {
        "credit_code",
        "paper_business",
    }
