from __future__ import annotations

import pytest

from jobfair.positions.sheet.places import find_places, place_label, places, read_place, short_label

pytestmark = pytest.mark.unit
NANTONG = "320600"


@pytest.mark.parametrize(
    ("area", "code"),
    [
        ("通州区", "320612"), ("崇川区港闸片", "320613"), ("江苏省南通市通州区", "320612"), ("北京市通州区", "110112"),
        ("昆山市", "320583"), ("苏州市昆山市", "320583"), ("南京市鼓楼区", "320106"), ("南通市北京路", "320600"),
        ("江苏省", "320000"), ("深圳市", "440300"), ("重庆市万州区", "500101"), ("海安市开发区", "320685"),
        ("朝阳区", ""), ("鼓楼区", ""), ("南通", ""), ("全国", ""), ("", ""), ("浙江省通州区", "330000"),
    ],
)  # fmt: skip
def test_an_area_names_a_place_beyond_doubt_or_none(area: str, code: str) -> None:
    assert read_place(area, city=NANTONG) == code
    assert code == "" or code in places()


def test_labels() -> None:
    assert place_label("320612") == "江苏省南通市通州区"
    assert short_label("320612") == "南通通州区"
    assert short_label("110112") == "北京通州区"
    assert (short_label("320600"), short_label("320000"), place_label("999999")) == ("南通市", "江苏省", "")


def test_the_table() -> None:
    """GB/T 2260 has 31 provinces here, no development zones, and every county's province."""
    codes = places()
    assert len([code for code in codes if code.endswith("0000")]) == 31
    assert [code for code in codes if 71 <= int(code[4:]) <= 79] == []
    assert [code for code in codes if code[:2] + "0000" not in codes] == []
    assert len(codes) == 3215


def test_the_picker_offers_the_fairs_own_first() -> None:
    assert [one.code for one in find_places("通州", city=NANTONG)] == ["320612", "110112"]
    assert [one.name for one in find_places("", city=NANTONG)][:3] == ["南通市", "通州区", "崇川区"]
