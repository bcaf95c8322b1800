from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobfair.search.rules import LONGEST_QUERY, QueryTooLong, Question, ask
from jobfair.search.tokenizer import fold, index_tokens, query_tokens, runs

pytestmark = pytest.mark.unit
PLACES = frozenset({"海门", "海门区"})


def found(question: str, *texts: str) -> bool:
    """What both stores compute, said in Python: every group has a name whose tokens all occur."""
    asked = ask(question, PLACES)
    tokens = index_tokens(texts)
    return asked is not None and all(
        any(all(_occurs(one, tokens, group.is_prefix) for one in name) for name in group.alternatives())
        for group in asked.groups
    )


def _occurs(text: str, tokens: list[str], is_prefix: bool) -> bool:
    return any(token.startswith(text) for token in tokens) if is_prefix else text in tokens


def test_chinese_becomes_characters_and_pairs_and_latin_words() -> None:
    assert index_tokens(["电焊工", "Java开发", "C++/C#"]) == [
        "c#", "c++", "java", "发", "工", "开", "开发", "焊", "焊工", "电", "电焊",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("焊工", "船舶电焊工"),
        ("电焊工", "焊工（二保焊）"),
        ("普工", "车间操作工"),
        ("会计", "主办会计"),
        ("会计", "财务专员"),
        ("电工", "水电工"),
        ("焊", "电焊工"),
        ("海门电工", "水电工 海门区"),
        ("招焊工", "电焊工"),
        ("招聘 焊工", "电焊工"),
        ("ＪＡＶＡ", "Java开发工程师"),
        ("jav", "Java开发工程师"),
        ("c++", "C++ 工程师"),
        ("ｂ２", "货车司机(B2)"),
        ("焊工\x00", "电焊工"),
        ("\u202e焊工\u202c", "电焊工"),
        ("🔥焊工🔥", "电焊工"),
        ("𠮷野家", "𠮷野家餐饮"),
        ("  电 工 ", "电梯 工人"),
    ],
)
def test_what_finds_what(question: str, text: str) -> None:
    assert found(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("焊工", "焊条仓管"),
        ("海门电工", "水电工 启东市"),
        ("会计", "会议计划"),
        ("javascript", "Java"),
        ("工焊", "焊工"),
    ],
)
def test_what_does_not(question: str, text: str) -> None:
    assert not found(question, text)


@pytest.mark.parametrize("empty", ["", "   ", "\x00", "🔥🔥", "。，、", "\u202e\u200b"])
def test_nothing_to_look_for(empty: str) -> None:
    assert ask(empty, PLACES) is None


def test_an_over_long_question_is_refused() -> None:
    with pytest.raises(QueryTooLong):
        ask("电工师傅" * LONGEST_QUERY, PLACES)


@given(st.text(max_size=60))
def test_any_question_can_be_written_for_both_stores(text: str) -> None:
    try:
        asked = ask(text, PLACES)
    except QueryTooLong:  # some characters fold to several
        return
    if asked is not None:
        for written in (asked.for_fts5(), asked.for_tsquery()):
            assert not set(written) & set("\\:;\x00") - {":"}


@given(st.text(max_size=60))
def test_every_run_of_a_text_finds_the_text(text: str) -> None:
    tokens = index_tokens([text])
    for run in runs(fold(text)):
        assert set(query_tokens(run)) <= set(tokens)


def test_both_languages() -> None:
    asked = ask("海门 月嫂 jav", PLACES)
    assert isinstance(asked, Question)
    assert asked.for_fts5() == '(("海门")) AND (("月嫂") OR ("母婴" AND "婴护" AND "护理")) AND (("jav"*))'
    assert asked.for_tsquery() == "(('海门')) & (('月嫂') | ('母婴' & '婴护' & '护理')) & (('jav':*))"
