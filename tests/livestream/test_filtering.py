"""What is held for a moderator and what is not."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livestream.filtering import SUGGESTED, HeldFor, fold_word, list_reasons

pytestmark = pytest.mark.unit
WORDS = frozenset(map(fold_word, ("刷单", "博彩", "去死", "ass", "代开发票")))


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("夜班补贴多少", []),
        ("月薪5000-8000元，包吃住，早8:00到晚17:30", []),
        ("收押金吗？要体检费吗", []),
        ("2026年4月13日还招吗，45岁可以吗", []),
        ("class and assembly line", []),
        ("在家刷单日赚", ["word"]),
        ("在家刷 单", ["word"]),
        ("在家刷*-·单", ["word"]),
        ("在家刷\u200b单", ["word"]),
        ("代 开 发 票", ["word"]),
        ("you ass", ["word"]),
        ("ＡＳＳ", ["word"]),
        ("看这里 https://example.com/x", ["link"]),
        ("看这里www.example.com", ["link"]),
        ("百度搜 example点com", ["link"]),
        ("example。cn", ["link"]),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", ["link"]),
        ("打13800001234", ["phone"]),
        ("打138 0000 1234", ["phone"]),
        ("打138-0000-1234", ["phone"]),
        ("打１３８００００１２３４", ["phone"]),
        ("打一三八零零零零一二三四", ["phone"]),
        ("打幺三八〇〇〇〇一二三四", ["phone"]),
        ("打+86 13800001234", ["phone"]),
        ("座机 0513-85520000", ["phone"]),
        ("热线 400-800-0000", ["phone"]),
        ("加我微信聊", ["contact"]),
        ("加 我 v 信", ["contact"]),
        ("qq 1234567", ["contact"]),
        ("刷单加微信13800001234 www.example.com", ["word", "link", "phone", "contact"]),
    ],
)
def test_reasons(text: str, reasons: list[HeldFor]) -> None:
    assert list_reasons(text, WORDS) == reasons


def test_no_words_hold_nothing() -> None:
    assert list_reasons("刷单", frozenset()) == []


@pytest.mark.parametrize("word", SUGGESTED)
def test_each_suggested_word_is_found_however_it_is_written_apart(word: str) -> None:
    words = frozenset({fold_word(word)})
    assert list_reasons(f"大家好{' '.join(word)}来吧", words) == ["word"]


@given(st.text(max_size=100))
def test_any_text_is_read(text: str) -> None:
    assert set(list_reasons(text, WORDS)) <= {"word", "link", "phone", "contact"}


@given(
    st.integers(min_value=0, max_value=10**8 - 1),
    st.lists(st.sampled_from(["", " ", "-", ".", "\u200b", "·"]), min_size=10, max_size=10),
)
def test_a_number_is_found_in_every_dress(tail: int, between: list[str]) -> None:
    digits = f"138{tail:08d}"
    assert "phone" in list_reasons("".join(map("".join, zip(digits, [*between, ""], strict=True))), WORDS)


@given(st.text(alphabet=string.ascii_letters + "刷单加微信 -", max_size=20))
def test_what_is_folded_stays_folded(word: str) -> None:
    assert fold_word(fold_word(word)) == fold_word(word)
