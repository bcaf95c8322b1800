"""Which lines wait for a moderator: those with a word of the fair's list, a link, a number or an account to reach.

Pure. Nobody is refused by a machine: a line that hits is held, and a person decides. What is written apart, in other
widths, in Chinese numerals or with signs between is read as what it says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Literal

import ahocorasick

HeldFor = Literal["word", "link", "phone", "contact"]
LONGEST_WORD = 30
MOST_WORDS = 1000
SUGGESTED = (
    "刷单", "兼职日结群", "先交押金", "培训贷", "套现", "博彩", "赌博", "彩票群", "办证", "刻章", "代开发票", "色情",
    "约炮", "裸聊", "传销", "高利贷", "网贷", "洗钱", "跑分", "出售银行卡", "收购银行卡", "代考", "枪手", "滚出去",
    "去死", "傻逼",
)  # fmt: skip

_DIGITS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "00123456789" + "1" + "123456789")
_LATIN = re.compile(r"[a-z0-9]+")
_TOP_LEVELS = r"(?:com|cn|net|org|top|xyz|vip|cc|info|shop|site|club|me|io|ly|link|online|app|tv|hk|tw)"
_LINK = re.compile(
    rf"https?:|www\.|(?<![a-z0-9])[a-z0-9-]{{2,}}(?:\.[a-z0-9-]+)*\.{_TOP_LEVELS}(?![a-z])|(?:\d{{1,3}}\.){{3}}\d{{1,3}}"
)
_DOT = re.compile(r"\s*(?:\(?点\)?|。|\[?dot\]?|\(dot\))\s*(?=[a-z])")
_APART = r"[\s\-_.·•*+/|~,，。、:：()（）]*"
# A mobile number (GB: 11 digits from 13 to 19) or a landline with its area code; 400 and 800 numbers.
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_APART})?1{_APART}[3-9](?:{_APART}\d){{9}}(?!{_APART}\d)")
_LANDLINE = re.compile(
    rf"(?<!\d)0\d{{2,3}}{_APART}[2-9](?:{_APART}\d){{6,7}}(?!\d)|"
    rf"(?<!\d)[48]00{_APART}\d{{3}}{_APART}\d{{4}}(?!\d)"
)
_CONTACT = re.compile(
    r"(?:加|添加|\+)[我你下个一]{0,3}(?:微信|v信|薇信|威信|qq|vx|wx|扣扣|企鹅|好友)|微信号|薇信|威信号|v信|(?<![a-z])(?:qq|vx|wx)\s*[:：号]|"
    r"(?<![a-z])(?:qq|vx|wx|微信)\s*\d{5,}|扣扣|telegram|电报群|(?:扫|识别)(?:一?下)?(?:这个)?二维码|私下(?:联系|转)|进群|加群"
)


def list_reasons(text: str, words: Collection[str]) -> list[HeldFor]:
    """Why a line is held, if at all. `words` are as `fold_word` gives them."""
    plain = _folded(text)
    reasons: list[HeldFor] = []
    if _has_word(plain, words):
        reasons.append("word")
    if _LINK.search(_DOT.sub(".", plain)):
        reasons.append("link")
    numbers = plain.translate(_DIGITS)
    if _MOBILE.search(numbers) or _LANDLINE.search(numbers):
        reasons.append("phone")
    if _CONTACT.search(plain) or _CONTACT.search(_squeezed(plain)):
        reasons.append("contact")
    return reasons


def fold_word(word: str) -> str:
    """As words are kept and looked for; empty for one that has no letter."""
    return _squeezed(_folded(word))[:LONGEST_WORD]


def _folded(text: str) -> str:
    """One width, one case, nothing unseen."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in wide if unicodedata.category(char) not in {"Cf", "Mn", "Me"})


def _squeezed(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _has_word(plain: str, words: Collection[str]) -> bool:
    """Words in Latin letters stand alone (`ass` is not in `class`); others count however they are written apart."""
    latin, other = _split(tuple(sorted(words)))
    if latin and not latin.isdisjoint(_LATIN.findall(plain)):
        return True
    return other is not None and next(other.iter(_squeezed(plain)), None) is not None


@lru_cache(maxsize=64)
def _split(words: Sequence[str]) -> tuple[frozenset[str], ahocorasick.Automaton | None]:
    latin = frozenset(word for word in words if _LATIN.fullmatch(word))
    others = [word for word in words if word and word not in latin]
    if not others:
        return latin, None
    automaton = ahocorasick.Automaton()
    for word in others:
        automaton.add_word(word, word)
    automaton.make_automaton()
    return latin, automaton
