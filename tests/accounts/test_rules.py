from __future__ import annotations

import pytest

from jobfair.accounts.rules import (
    CodeWrong,
    NameInvalid,
    PhoneInvalid,
    mask_name,
    mask_phone,
    normal_code,
    normal_name,
    normal_phone,
    session_mark,
)

pytestmark = pytest.mark.unit

RTL_OVERRIDE = "\u202e"


@pytest.mark.parametrize(
    "typed",
    [
        "13800001234",
        " 138 0000 1234 ",
        "138-0000-1234",
        "138\u20110000\u20111234",
        "+8613800001234",
        "+86 138 0000 1234",
        "8613800001234",
        "008613800001234",
        "(+86)13800001234",
        "１３８００００１２３４",
        "＋８６　１３８－００００－１２３４",
        "138\u00a00000\u00a01234",
        "\u202d138 0000 1234\u202c",  # as iOS pastes it from the contact book
        "\ufeff13800001234",
    ],
)
def test_every_usual_way_to_write_a_number_is_one_number(typed):
    assert normal_phone(typed) == "+8613800001234"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "1380000123",
        "138000012345",
        "12800001234",
        "23800001234",
        "051388001234",
        "+1 202 555 0100",
        "+85213800001",
        "1380000123a",
        "一三八零零零零一二三四",
        "١٣٨٠٠٠٠١٢٣٤",  # Arabic digits
        "१३८००००१२३४",
        "📱13800001234",
        "אבגדהוזחטיכ",
        "13800001234;DROP TABLE",
        "1" * 200,
        "86" + "8613800001234",
    ],
)
def test_anything_else_is_refused_naming_field_and_remedy(typed):
    with pytest.raises(PhoneInvalid) as refusal:
        normal_phone(typed)
    assert (refusal.value.code, refusal.value.status) == ("accounts.phone_invalid", 422)
    assert refusal.value.fields == {"phone": "手机号要填 11 位数字，以 1 开头，例如 138 0000 1234。"}


def test_a_code_may_be_spaced_or_full_width():
    assert [normal_code(typed) for typed in ("123456", "123 456", "123-456", " １２３４５６")] == [
        "123456"
    ] * 4


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "😀", "一二三四五六", "١٢٣٤٥٦"])
def test_what_cannot_be_a_code_is_refused(typed):
    with pytest.raises(CodeWrong) as refusal:
        normal_code(typed)
    assert refusal.value.fields == {"code": "验证码是 6 位数字，请照短信填写。"}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("王小明", "王小明"),
        ("  王  小明 ", "王 小明"),
        ("", ""),
        ("   ", ""),
        ("买买提·吐尔逊", "买买提·吐尔逊"),
        ("مۇھەممەت", "مۇھەممەت"),
        ("小明😀", "小明😀"),
        ("e\u0301ric", "éric"),
        ("明" * 20, "明" * 20),
    ],
)
def test_names_of_people_are_kept(typed, name):
    assert normal_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "remedy"),
    [
        ("明" * 21, "称呼请缩短到 20 个字以内。"),
        (f"王{RTL_OVERRIDE}明", "称呼里有看不见的控制字符，请重新输入。"),
        ("王\x07明", "称呼里有看不见的控制字符，请重新输入。"),
        ("王\x00明", "称呼里有看不见的控制字符，请重新输入。"),
        ("\u200b\u200b", "称呼至少要有一个看得见的字。"),
        ("。。。", "称呼至少要有一个看得见的字。"),
    ],
)
def test_names_that_trick_or_overflow_a_screen_are_refused(typed, remedy):
    with pytest.raises(NameInvalid) as refusal:
        normal_name(typed)
    assert refusal.value.fields == {"display_name": remedy}


def test_strangers_see_masks_that_do_not_tell_the_length():
    assert mask_phone("+8613800001234") == "138****1234"
    assert [mask_name(name) for name in ("王小明", "王", "欧阳修文", "")] == [
        "王**",
        "王**",
        "欧**",
        "求职者",
    ]
    assert mask_name("王小明", guest=True) == "访客"


def test_a_session_mark_names_a_session_without_giving_it_away():
    assert session_mark("a" * 32) == session_mark("a" * 32)
    assert session_mark("a" * 32) != session_mark("b" * 32)
    assert "a" * 8 not in session_mark("a" * 32)
