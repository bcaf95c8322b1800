"""Whatever a cell holds, it is read or reported: no text makes a reader fail, and none is guessed out of range."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobfair.positions.legal import find_unlawful
from jobfair.positions.sheet.education import LABELS, read_education
from jobfair.positions.sheet.headcount import MOST, Headcount, read_headcount
from jobfair.positions.sheet.pay import Pay, read_pay
from jobfair.positions.sheet.text import Unread
from jobfair.positions.sheet.workbook import LONGEST_CELL

pytestmark = pytest.mark.unit
WORDS = st.sampled_from(
    [
        *"0123456789.,-—~至到+/()（），。 元万千Kk月年天薪起人名十百二限男岁",
        *(
            "小时",
            "底薪",
            "提成",
            "面议",
            "以上",
            "以下",
            "若干",
            "不限",
            "左右",
            "本科",
            "大专",
            "及以上",
            "押金",
            "不收",
        ),
    ]
)
CELLS = st.one_of(st.lists(WORDS, max_size=14).map("".join), st.text(max_size=40))


@given(CELLS)
@example("9" * 5000)
@example("1" * 300 + "-" + "2" * 300)
def test_pay_is_plausible_or_unread(text: str) -> None:
    read = read_pay(text)
    if isinstance(read, Pay):
        assert 5 <= read.least <= (read.most or read.least) <= 5_000_000
        assert read.unit in {"month", "year", "day", "hour"}
    else:
        assert isinstance(read, Unread)


@given(CELLS)
@example("9" * 5000)
def test_headcount_is_plausible_or_unread(text: str) -> None:
    read = read_headcount(text)
    if isinstance(read, Headcount):
        assert 1 <= read.least <= (read.most or read.least) <= MOST
    else:
        assert isinstance(read, Unread)


@given(CELLS)
def test_education_is_a_code_or_unread(text: str) -> None:
    read = read_education(text)
    assert isinstance(read, Unread) or read in LABELS


@given(CELLS)
@example("不收" * 1000)
@example("限" * LONGEST_CELL)
@example("9" * LONGEST_CELL)
def test_any_text_can_be_searched_for_unlawful_conditions(text: str) -> None:
    assert all(finding.clause for finding in find_unlawful([text]))
