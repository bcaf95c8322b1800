"""What search compares and how: pay made comparable, the sets of bits, questions, and the errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from jobfair.core.errors import DomainError
from jobfair.search.aliases import NAMES, PARTS, others
from jobfair.search.tokenizer import Run, fold, query_tokens, runs

LONGEST_QUERY = 80  # characters; a title is no longer
LONGEST_NAME = max(map(len, NAMES))
PAGE = 20


class QueryTooLong(DomainError):
    code = "search.query_too_long"
    status = 422
    message = _("搜索内容太长。")

    def __init__(self) -> None:
        super().__init__(fields={"q": str(_("请缩短到 80 个字以内。"))})


class CursorRefused(DomainError):
    """Not a cursor of ours, or one of another sort."""

    code = "search.cursor_refused"
    status = 422
    message = _("翻页位置已失效。")

    def __init__(self) -> None:
        super().__init__(fields={"cursor": str(_("请从第一页重新开始。"))})


# Pay

# Days and hours of pay in a month: 21.75 days of 8 hours (人社部发〔2025〕2号, 月计薪天数).
MONTHLY = {"month": Fraction(1), "day": Fraction(2175, 100), "hour": Fraction(174), "year": Fraction(1, 12)}
LARGEST = 2_000_000_000  # fits both stores' integers; no pay is near it


def monthly(amount: int, unit: str) -> int:
    """Yuan a month, so that postings by the hour, day, month and year can stand in one order."""
    return min(round(amount * MONTHLY[unit]), LARGEST)


# Sets of bits

PAY_BANDS = ("0-3000", "3000-5000", "5000-8000", "8000-12000", "12000-20000", "20000-")
_EDGES = (0, 3000, 5000, 8000, 12000, 20000)
BOARD = ("meals", "lodging")
MODES = ("onsite", "online")


def pay_bands(low: int, high: int) -> int:
    """Every band the range touches; a range that ends where a band begins does not touch it."""
    bits = 0
    for place, start in enumerate(_EDGES):
        end = _EDGES[place + 1] if place + 1 < len(_EDGES) else LARGEST + 1
        if low < end and (high > start or low == start):
            bits |= 1 << place
    return bits


def bits_of(chosen: Iterable[str], names: Sequence[str]) -> int:
    """The set as bits; names that are not known are not in it."""
    return sum(1 << names.index(name) for name in set(chosen) if name in names)


def names_of(bits: int, names: Sequence[str]) -> list[str]:
    return [name for place, name in enumerate(names) if bits >> place & 1]


# Questions

# What says that one is looking, not for what; left out unless there is nothing else.
_FILLERS = frozenset({"招聘", "急招", "诚聘", "直招", "岗位", "工作", "职位", "附近", "招", "找", "的"})


_KNOWN = NAMES | PARTS | _FILLERS


@dataclass(frozen=True)
class Group:
    """One thing asked for, under any of its names, the person's own first. A prefix may go on in the text."""

    names: tuple[str, ...]
    is_place: bool = False
    is_prefix: bool = False

    def alternatives(self) -> list[list[str]]:
        """Tokens per name; a name is found where all of its tokens are."""
        return [[text for run in runs(name) for text in query_tokens(run)] for name in self.names]


@dataclass(frozen=True)
class Question:
    """Every group must hold. Tokens hold letters, digits, + and # only, so neither language can be broken into."""

    groups: tuple[Group, ...]

    def for_fts5(self) -> str:
        """sqlite.org/fts5.html, section 3."""
        return self._written('"{}"', '"{}"*', " AND ", " OR ")

    def for_tsquery(self) -> str:
        """postgresql.org/docs, 8.11.2."""
        return self._written("'{}'", "'{}':*", " & ", " | ")

    def _written(self, whole: str, prefix: str, all_of: str, any_of: str) -> str:
        groups = []
        for group in self.groups:
            form = prefix if group.is_prefix else whole
            names = [all_of.join(form.format(text) for text in name) for name in group.alternatives()]
            groups.append(f"({any_of.join(f'({name})' for name in names)})")
        return all_of.join(groups)

    def work(self) -> list[Group]:
        """The groups that may stand in a title: all but places."""
        return [group for group in self.groups if not group.is_place]


def ask(text: str, places: frozenset[str]) -> Question | None:
    """The question a person's words put; None when they hold nothing to look for. Raises QueryTooLong.

    Known names (aliases, `places`) inside a run of Chinese are taken out whole, longest first, so 海门电工 asks
    for 海门 and 电工 though nothing says 门电. The last Latin word is a prefix: the person may still be typing.
    """
    folded = fold(text)
    if len(folded) > LONGEST_QUERY:
        raise QueryTooLong
    parts = [part for run in runs(folded) for part in _split(run, places)]
    parts = [part for part in parts if part.text not in _FILLERS] or parts
    last = len(parts) - 1
    groups = [
        Group((part.text, *others(part.text)), part.text in places, not part.han and place == last)
        for place, part in enumerate(parts)
    ]
    return Question(tuple(dict.fromkeys(groups))) if groups else None


def _split(run: Run, places: frozenset[str]) -> list[Run]:
    if not run.han:
        return [run]
    parts, start, at = [], 0, 0
    while at < len(run.text):
        known = _known_at(run.text, at, places)
        if known:
            parts += [run.text[start:at], known]
            start = at + len(known)
        at += len(known) or 1
    return [Run(text, True) for text in (*parts, run.text[start:]) if text]


def _known_at(text: str, at: int, places: frozenset[str]) -> str:
    longest = min(LONGEST_NAME, len(text) - at)
    starts = (text[at : at + size] for size in range(longest, 1, -1))
    return next((name for name in starts if name in _KNOWN or name in places), "")
