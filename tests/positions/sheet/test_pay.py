"""Pay as it is really written. Each line is a spelling of its own, not a permutation."""

from __future__ import annotations

import pytest

from jobfair.positions.sheet.pay import NOTE_LENGTH, Pay, read_pay
from jobfair.positions.sheet.text import Unread

pytestmark = pytest.mark.unit

STATED = {
    # ranges and their dashes
    "10000-12000元/月": Pay(10000, 12000, "month", ""),
    "3500—8500": Pay(3500, 8500, "month", ""),
    "5000——8000元": Pay(5000, 8000, "month", ""),
    "6000至8000元": Pay(6000, 8000, "month", ""),
    "三千到五千": Pay(3000, 5000, "month", ""),
    "５０００～８０００": Pay(5000, 8000, "month", ""),
    "5,000-8,000元": Pay(5000, 8000, "month", ""),
    "￥5000-8000": Pay(5000, 8000, "month", ""),
    "5000元/月-8000元/月": Pay(5000, 8000, "month", ""),
    "5000 – 8000 元 / 月": Pay(5000, 8000, "month", ""),
    "工资6000-8000": Pay(6000, 8000, "month", ""),
    # thousands and ten thousands
    "8K-10K": Pay(8000, 10000, "month", ""),
    "4k-5.5k": Pay(4000, 5500, "month", ""),
    "8-10K": Pay(8000, 10000, "month", ""),
    "5-8千": Pay(5000, 8000, "month", ""),
    "月薪0.6-0.7万": Pay(6000, 7000, "month", ""),
    "月薪0.35-0.65万": Pay(3500, 6500, "month", ""),
    "1-1.5万": Pay(10000, 15000, "month", ""),
    "8千-1万": Pay(8000, 10000, "month", ""),
    "6000-1万": Pay(6000, 10000, "month", ""),
    "八千五以上": Pay(8500, None, "month", ""),
    # other units
    "年薪4-6万": Pay(40000, 60000, "year", ""),
    "年薪10W-15W": Pay(100000, 150000, "year", ""),
    "10-15万/年": Pay(100000, 150000, "year", ""),
    "15万+/年": Pay(150000, None, "year", ""),
    "22元/小时": Pay(22, 22, "hour", ""),
    "22～25元/时": Pay(22, 25, "hour", ""),
    "25元每小时": Pay(25, 25, "hour", ""),
    "时薪20元起": Pay(20, None, "hour", ""),
    "20/h": Pay(20, 20, "hour", ""),
    "200元/天": Pay(200, 200, "day", ""),
    "日薪200-300": Pay(200, 300, "day", ""),
    "180-220元/天,包吃住": Pay(180, 220, "day", "包吃住"),
    # open above
    "8000以上": Pay(8000, None, "month", ""),
    "6000元起": Pay(6000, None, "month", ""),
    "不低于6000元/月": Pay(6000, None, "month", ""),
    "6000+": Pay(6000, None, "month", ""),
    "5000-上不封顶": Pay(5000, None, "month", ""),
    "保底6000": Pay(6000, None, "month", ""),
    # base and what comes on top
    "底薪5000+提成": Pay(5000, None, "month", "提成"),
    "底薪4000-5000+绩效": Pay(4000, 5000, "month", "绩效"),
    "无责底薪4000+高提成": Pay(4000, None, "month", "高提成"),
    "4000+提成": Pay(4000, None, "month", "提成"),
    "3000+1000全勤+绩效": Pay(3000, None, "month", "1000全勤，绩效"),
    "底薪3000,综合5000-8000": Pay(3000, None, "month", "综合5000-8000"),
    # noise
    "4500~6500元,多劳多得": Pay(4500, 6500, "month", "多劳多得"),
    "6k-8k包吃住": Pay(6000, 8000, "month", "包吃住"),
    "五险一金,6000-8000元/月": Pay(6000, 8000, "month", "五险一金"),
    "6000元/月（含餐补300）": Pay(6000, 6000, "month", "含餐补300"),
    "每天8小时,6000元/月": Pay(6000, 6000, "month", "每天8小时"),
    "8-12K·13薪": Pay(8000, 12000, "month", "13薪"),
    "计件6000-9000元/月": Pay(6000, 9000, "month", "计件"),
    "试用期4000,转正5000-6000": Pay(5000, 6000, "month", "试用期4000"),
    "面议(6000起)": Pay(6000, None, "month", "面议"),
    "税后7000": Pay(7000, 7000, "month", "税后"),
    "一万左右": Pay(10000, 10000, "month", "左右"),
    # as spreadsheets keep numbers
    "6000": Pay(6000, 6000, "month", ""),
    "6000.00": Pay(6000, 6000, "month", ""),
}
MISSING = ("", " ", "面议", "薪资面议", "电议", "面谈", "/", "—", "待定", "面议/月")
NO_BASE = ("计件", "底薪+提成", "高薪", "底薪+提成,综合6000-8000", "8000以下", "不超过9000元/月", "按劳分配")
UNREADABLE = (
    "200",  # a day, or a slip
    "22",  # an hour, or a slip
    "8-1万",  # 8 what?
    "20-30万",  # a month is not believable, a year is not said
    "30000-50000",  # likewise
    "8000-6000",  # the wrong way round
    "220元/班",  # no such unit
    "50元/单",
    "6000/8000",
    "2024-05-10",  # a date the spreadsheet made
    "22.5元/小时",  # positions hold whole yuan
    "月薪20元/小时",  # two units
    "5000-8000,6000-9000",  # two answers
    "50元/月",
    "提成+5000",
    "$5000-8000",  # not yuan
)


@pytest.mark.parametrize(("text", "expected"), STATED.items())
def test_stated_pay(text: str, expected: Pay) -> None:
    assert read_pay(text) == expected


@pytest.mark.parametrize("text", MISSING)
def test_pay_that_is_not_stated(text: str) -> None:
    assert read_pay(text) == Unread("positions.pay_missing", text)


@pytest.mark.parametrize("text", NO_BASE)
def test_pay_without_a_base(text: str) -> None:
    assert read_pay(text) == Unread("positions.pay_base_missing", text)


@pytest.mark.parametrize("text", UNREADABLE)
def test_pay_that_cannot_be_read_is_reported_not_guessed(text: str) -> None:
    assert read_pay(text) == Unread("positions.pay_unreadable", text)


def test_the_header_states_the_unit_and_scale() -> None:
    assert read_pay("5-8", unit="month", scale=1000) == Pay(5000, 8000, "month", "")
    assert read_pay("10-15", unit="year", scale=10000) == Pay(100000, 150000, "year", "")
    assert read_pay("22元/小时", unit="month") == Pay(22, 22, "hour", "")


def test_a_long_note_is_cut_to_its_column() -> None:
    pay = read_pay("5000-8000元/月," + "五险一金,包吃住,节日福利," * 20)
    assert isinstance(pay, Pay)
    assert len(pay.note) == NOTE_LENGTH
