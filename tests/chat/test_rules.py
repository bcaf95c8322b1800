"""Which words earn a warning, and what a line may be."""

from __future__ import annotations

import pytest

from jobfair.chat.rules import Empty, plain_text, warnings_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("入职要交押金300元", ["fee"]),
        ("先交培训费，以后退", ["fee"]),
        ("押 金 二百", ["fee"]),
        ("押\u200b金二百", ["fee"]),
        ("身份证原件扣押身份证三天", ["fee"]),
        ("加我微信聊", ["contact"]),
        ("加個QQ", ["contact"]),
        ("我的ＱＱ是多少", ["contact"]),
        ("打13800001234", ["contact"]),
        ("扫一下二维码，交报名费", ["fee", "contact"]),
        ("我们不收押金", []),
        ("公司承诺不收取任何押金", []),
        ("免培训费，包吃住", []),
        ("入职不用交押金", []),
        ("无服装费", []),
        ("面试地点在通州区，带身份证", []),
        ("工资5000-8000元/月，转正后加绩效", []),
        ("请在平台上投简历", []),
        ("工号13800001234567", []),
    ],
)
def test_warnings(text: str, warned: list[str]) -> None:
    assert warnings_of(text) == warned


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  你好\r\n\r\n\r\n\r\n再见 ", "你好\n\n再见"),
        ("👩🏽‍🏭好的", "👩🏽‍🏭好的"),
        ("a\x07b", "ab"),
        ("\u202eevil", "\u202eevil\u202c"),
        ("\u2067ئۇيغۇرچە", "\u2067ئۇيغۇرچە\u2069"),
        ("e\u0301", "é"),
    ],
)
def test_a_line_is_kept_plain(sent: str, kept: str) -> None:
    assert plain_text(sent) == kept


@pytest.mark.parametrize("sent", ["", "  \n ", "\u200b\u200b", "\u202e\u202c", "\x00\x01"])
def test_a_line_that_says_nothing_is_refused(sent: str) -> None:
    with pytest.raises(Empty):
        plain_text(sent)
