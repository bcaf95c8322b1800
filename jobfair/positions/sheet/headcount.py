"""How many are wanted, in the spellings of real sheets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jobfair.positions.sheet.text import LONGEST_VALUE, Unread, folded, is_blank, with_digits

MISSING = "positions.headcount_missing"
OPEN = "positions.headcount_open"
UNREADABLE = "positions.headcount_unreadable"

MOST = 10_000  # one posting asking for more is a typing error
_OPEN_WORDS = frozenset(
    {"若干", "若干名", "若干人", "不限", "人数不限", "不限人数", "多名", "多人", "数名", "大量", "长期招聘"}
)
_DIGITS = {char: str(value) for value, char in enumerate("一二三四五六七八九", start=1)} | {"两": "2"}
_COUNT = re.compile(
    r"^(?P<at_least>不少于|至少|>=|≥)?(?:约|共|计划招聘?|招聘?|需)?"
    r"(?P<low>\d{1,6})(?:名|人|个|位)?(?:-(?P<high>\d{1,6}))?余?(?P<plus>\+)?(?:名|人|个|位|左右)*(?P<open>及?以上|\+|起)?$"
)


@dataclass(frozen=True)
class Headcount:
    """`most` equals `least` for a plain number and is None where the sheet says `以上`."""

    least: int
    most: int | None


def read_headcount(text: str) -> Headcount | Unread:
    """A number or a range; 若干 and 不限 are open, a date (Excel's reading of 5-10) is unreadable."""
    if is_blank(text):
        return Unread(MISSING, text)
    if len(text) > LONGEST_VALUE:
        return Unread(UNREADABLE, text)
    plain = folded(text)
    if plain in _OPEN_WORDS:
        return Unread(OPEN, text)
    if plain[:1] in _DIGITS and plain[1:] in {"人", "名", "位", "个"}:
        plain = _DIGITS[plain[0]] + plain[1:]
    plain = folded(with_digits(plain))
    plain = re.sub(r"^(\d+)\.0+(?=\D|$)", r"\1", plain)
    found = _COUNT.match(plain)
    if not found:
        return Unread(UNREADABLE, text)
    least = int(found["low"])
    most: int | None = int(found["high"] or least)
    if found["at_least"] or found["open"] or found["plus"] or "余" in plain:
        most = None
    if least < 1 or (most is not None and not least <= most <= MOST) or least > MOST:
        return Unread(UNREADABLE, text)
    return Headcount(least, most)
