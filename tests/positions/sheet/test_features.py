from __future__ import annotations

import pytest

from jobfair.positions.models import Position
from jobfair.positions.sheet.features import GROUPS, read_board, read_form, read_groups

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("notes", "meals", "lodging"),
    [
        ("包吃住", True, True), ("五险一金,包吃住", True, True), ("包吃，不包住", True, False), ("包餐", True, None),
        ("免费工作餐", True, None),
        ("提供住宿", None, True), ("包住、餐补", None, True), ("不包住", None, False), ("不提供住宿", None, False),
        ("食宿自理", False, False), ("不包吃住", False, False), ("包食宿；提供宿舍", True, True),
        ("包吃,不包吃", None, None),
        ("两班倒", None, None), ("", None, None), ("包 吃 住", None, None),
    ],
)  # fmt: skip
def test_board_and_lodging(notes: str, meals: bool | None, lodging: bool | None) -> None:
    assert read_board([notes]) == (meals, lodging)


@pytest.mark.parametrize(
    ("title", "notes", "form"),
    [
        ("普工", "", ""), ("普工(兼职)", "", "part_time"), ("实习生", "", "internship"), ("会计", "全职", "full_time"),
        ("会计", "非兼职", ""), ("服务员", "全职兼职均可", ""), ("服务员", "全职、兼职均可", ""),
        ("暑假工", "", "temporary"),
        ("骑手", "灵活就业", "flexible"), ("医生", "有实习经历优先", ""), ("助理", "实习期3个月", ""),
    ],
)  # fmt: skip
def test_form_of_employment(title: str, notes: str, form: str) -> None:
    assert read_form([title, notes]) == form
    assert form in {"", *Position.Form.values}


@pytest.mark.parametrize(
    ("notes", "groups"),
    [
        ("退役军人优先", ["veterans"]), ("应届毕业生，残疾人均可", ["graduates", "disabled"]), ("不招应届", []),
        ("残疾人勿扰", []), ("欢迎返乡人员", ["returnees"]), ("妈妈岗，时间灵活", ["mothers"]), ("包吃住", []),
        ("应届生不限经验", ["graduates"]),
    ],
)  # fmt: skip
def test_groups_it_is_for(notes: str, groups: list[str]) -> None:
    assert read_groups([notes]) == groups
    assert set(groups) <= set(GROUPS)
