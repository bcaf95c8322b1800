"""One reading of text for both stores: what is indexed and what is asked pass through here and nowhere else.

Chinese becomes every single character and every pair of neighbours, so 焊工 is found inside 电焊工 without a
dictionary of words; Latin letters and digits stay words. Full-width forms, case and compatibility characters are
folded (NFKC). What is neither letter nor digit, NUL, emoji and direction marks included, only separates.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

_WORD_MARKS = "+#"  # C++ and C# are words
_HAN = (
    (0x3007, 0x3007),  # 〇
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)


def fold(text: str) -> str:
    """As `text` is compared: width, case and runs of white space don't matter."""
    return " ".join(unicodedata.normalize("NFKC", text.replace("\x00", " ")).lower().split())


def is_han(char: str) -> bool:
    code = ord(char)
    return code >= 0x3007 and any(low <= code <= high for low, high in _HAN)


@dataclass(frozen=True)
class Run:
    """Neighbouring characters of one kind."""

    text: str
    han: bool


def runs(text: str) -> Iterator[Run]:
    """The Chinese runs and the words of a folded text, in order."""
    start, kind = 0, ""
    for place, char in enumerate(text + " "):
        now = _kind(char, kind)
        if now != kind:
            if kind:
                yield Run(text[start:place], kind == "han")
            start, kind = place, now


def index_tokens(texts: Iterable[str]) -> list[str]:
    """Every token under which a record with these texts is found; sorted, each once."""
    found: set[str] = set()
    for text in texts:
        for run in runs(fold(text)):
            found.update(run.text if run.han else (run.text,))
            found.update(_pairs(run))
    return sorted(found)


def query_tokens(run: Run) -> list[str]:
    """What a record must hold to contain the run: its pairs; of a single character, that character."""
    return list(dict.fromkeys(_pairs(run))) or [run.text]


def _pairs(run: Run) -> list[str]:
    return [one + other for one, other in pairwise(run.text)] if run.han else []


def _kind(char: str, before: str) -> str:
    if is_han(char):
        return "han"
    if char.isalnum() or (before == "word" and char in _WORD_MARKS):
        return "word"
    return ""
