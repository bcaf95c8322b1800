"""Cells as text, and text as the parsers compare it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Cell = str | float | int | bool | date | datetime | time | timedelta | None

BLANK_MARKS = frozenset({"", "/", "\\", "-", "--", "—", "——", "无", "空", "暂无", "待定", "未定", "?"})
SAME_AS_ABOVE = frozenset({"同上", "〃", '"', "''", "“", "”", "″", "同前"})

_DASHES = re.compile(r"\s*(?:[-‐‑‒–—―−─~∼〜]+|至|到(?!手))\s*")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_CHINESE_NUMBER = re.compile(r"[一二两三四五六七八九十百千万]*[十百千万][一二两三四五六七八九十百千万]*")
_DIGIT = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_RANK = {"十": 10, "百": 100, "千": 1000, "万": 10000}
LONGEST_VALUE = 400  # characters; no figure takes more, and the readers' patterns need a bound


@dataclass(frozen=True)
class Unread:
    """What a cell did not say, or did not say legibly: a reason code of rules.py and the cell's text."""

    code: str
    text: str


def cell_text(value: Cell) -> str:
    """A cell as its author saw it: whole numbers without a decimal point, edges trimmed."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    text = str(value).replace("\xa0", " ").replace("\u3000", " ")
    return "\n".join(line.strip() for line in text.splitlines()).strip()


def folded(text: str) -> str:
    """Half-width, upper-case, without any space: two spellings of one thing become equal."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()


def is_blank(text: str) -> bool:
    return folded(text) in BLANK_MARKS


def with_digits(text: str) -> str:
    """Numbers as a parser wants them: half-width, one dash for every range sign, no thousands commas,
    Chinese numerals of two and more characters as digits (`八千五` is 8500; a lone `一` stays a word)."""
    text = unicodedata.normalize("NFKC", text)
    text = _THOUSANDS.sub(lambda found: found.group().replace(",", ""), text)
    text = _CHINESE_NUMBER.sub(_chinese_number, text)
    return _DASHES.sub("-", text)


def _chinese_number(found: re.Match[str]) -> str:
    """`三千`, `八千五` (8500), `一万二` (12000), `二十五`; a bare unit such as the 万 of `1.5万` stays."""
    text, start = found.group(), found.start()
    after_digit = start > 0 and (found.string[start - 1].isdigit() or found.string[start - 1] == ".")
    if after_digit or (len(text) == 1 and text != "十"):
        return text
    total, digit, rank = 0, 0, 0
    for char in text:
        if char in _RANK:
            rank = _RANK[char]
            total = (total + digit) * rank if rank == 10000 else total + (digit or 1) * rank
            digit = 0
        else:
            digit = _DIGIT[char]
    return str(total + (digit * rank // 10 if digit and rank > 10 else digit))
