from __future__ import annotations

import pytest

from jobfair.positions.sheet.occupations import (
    find_occupations,
    groups_of,
    occupation_label,
    occupations,
    read_occupation,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("船舶电焊工", "6-18-02-04"), ("焊工", "6-18-02-04"), ("数控车工", "6-18-01-01"), ("普工", "6-99"),
        ("货车司机(B2)", "4-02"), ("物业客服", "4-06"), ("电商客服", "4-07"), ("Java开发工程师", "2-02"),
        ("网约配送员站长", "4-02"), ("餐厅服务员", "4-03-02-05"), ("服务员", ""), ("生产组长", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_title_has_the_code_of_its_longest_alias(title: str, code: str) -> None:
    assert read_occupation(title) == code


def test_every_alias_and_every_group_leads_somewhere() -> None:
    for code in occupations():
        assert groups_of(code)[-1] == code
        assert len(groups_of(code)) >= min(2, len(code.split("-")))
    for one in occupations().values():
        for word in one.words:
            assert read_occupation(word) == one.code


def test_the_picker_finds_by_name_common_name_and_code() -> None:
    assert [one.code for one in find_occupations("电焊")] == ["6-18-02-04"]
    assert [one.code for one in find_occupations("6-18-02")] == ["6-18-02-04"]
    assert "4-03-02-01" in [one.code for one in find_occupations("厨师")]
    assert {len(one.code) for one in find_occupations("")} == {1, 4}
    assert occupation_label("6-18-02-04") == "焊工"
    assert find_occupations("没有这种职业") == []
