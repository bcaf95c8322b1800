from __future__ import annotations

import pytest

from jobfair.positions.sheet.headcount import Headcount, read_headcount
from jobfair.positions.sheet.text import Unread

pytestmark = pytest.mark.unit

STATED = {
    "8": Headcount(8, 8),
    "8.0": Headcount(8, 8),
    "１０": Headcount(10, 10),
    "10名": Headcount(10, 10),
    "10 人": Headcount(10, 10),
    "约10人": Headcount(10, 10),
    "5名左右": Headcount(5, 5),
    "30-35": Headcount(30, 35),
    "5~10人": Headcount(5, 10),
    "3人—5人": Headcount(3, 5),
    "十名": Headcount(10, 10),
    "二十五人": Headcount(25, 25),
    "两人": Headcount(2, 2),
    "10人以上": Headcount(10, None),
    "10+": Headcount(10, None),
    "100余人": Headcount(100, None),
    "不少于5人": Headcount(5, None),
}
OPEN = ("若干", "若干名", "不限", "人数不限", "多名", "大量")
MISSING = ("", "/", "待定")
UNREADABLE = ("0", "2.5", "10-5", "2024-05-10", "5/10", "2男3女", "5人以内", "3组", "99999", "见附件")


@pytest.mark.parametrize(("text", "expected"), STATED.items())
def test_stated_headcount(text: str, expected: Headcount) -> None:
    assert read_headcount(text) == expected


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (OPEN, "positions.headcount_open"),
        (MISSING, "positions.headcount_missing"),
        (UNREADABLE, "positions.headcount_unreadable"),
    ],
)
def test_headcount_that_is_no_number(texts: tuple[str, ...], code: str) -> None:
    assert {text: read_headcount(text) for text in texts} == {text: Unread(code, text) for text in texts}
