from __future__ import annotations

import pytest

from jobfair.positions.sheet.education import LABELS, read_education
from jobfair.positions.sheet.text import Unread

pytestmark = pytest.mark.unit

STATED = {
    "不限": "00",
    "学历不限": "00",
    "无学历要求": "00",
    "无": "00",
    "硕士研究生": "10",
    "博士": "10",
    "本科": "20",
    "本科及以上": "20",
    "统招本科及以上学历": "20",
    "大学本科": "20",
    "本科或硕士": "20",
    "大专以上": "30",
    "全日制大专（含）以上": "30",
    "大学专科": "30",
    "高职": "30",
    "本科、大专均可": "30",
    "中专及以上": "40",
    "技校": "40",
    "职高": "40",
    "高中/中专及以上": "60",
    "高中以上": "60",
    "初中及以上": "70",
    "小学": "80",
}


@pytest.mark.parametrize(("text", "code"), STATED.items())
def test_stated_education(text: str, code: str) -> None:
    assert read_education(text) == code
    assert code in LABELS


@pytest.mark.parametrize("text", ["", "/", "—"])
def test_education_that_is_not_stated(text: str) -> None:
    assert read_education(text) == Unread("positions.education_missing", text)


@pytest.mark.parametrize("text", ["大学", "初中以下", "应届生", "3年以上经验", "本科，男"])
def test_education_that_cannot_be_read(text: str) -> None:
    assert read_education(text) == Unread("positions.education_unreadable", text)
