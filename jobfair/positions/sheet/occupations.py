"""Occupations by 中华人民共和国职业分类大典 (2022): data/occupations.csv, and the words sheets use for them.

The table holds major and medium groups and a few occupations, not checked against the book; the whole table
(1,639 occupations) has no free machine-readable edition. See docs/decisions. A title is given the code of the
longest alias in it, most often a group; a title without one has none.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jobfair.positions.sheet.text import folded

_DATA = Path(__file__).resolve().parents[1] / "data"
MOST_FOUND = 30


@dataclass(frozen=True)
class Occupation:
    """`code` is 6 (major), 6-18 (medium) or 6-18-02-04 (an occupation); `words` are its common names."""

    code: str
    name: str
    words: tuple[str, ...] = ()


@cache
def occupations() -> dict[str, Occupation]:
    words: dict[str, list[str]] = {}
    for row in _rows("occupation_aliases.csv"):
        words.setdefault(row["code"], []).append(row["alias"])
    return {
        row["code"]: Occupation(row["code"], row["name"], tuple(words.get(row["code"], ())))
        for row in _rows("occupations.csv")
    }


def occupation_label(code: str) -> str:
    found = occupations().get(code)
    return found.name if found else ""


def groups_of(code: str) -> tuple[str, ...]:
    """The code and the groups above it that are in the table, widest first: 6, 6-18, 6-18-02-04."""
    parts = code.split("-")
    codes = ("-".join(parts[:length]) for length in range(1, len(parts) + 1))
    return tuple(one for one in codes if one in occupations())


def read_occupation(title: str) -> str:
    plain = folded(title)
    return next((code for alias, code in _aliases() if alias in plain), "")


def find_occupations(text: str) -> list[Occupation]:
    """For the picker: by name, by common name, by code; without a text the medium groups."""
    plain = folded(text)
    if not plain:
        return [one for one in occupations().values() if len(one.code) <= 4]
    found = [
        one
        for one in occupations().values()
        if plain in folded(one.name)
        or one.code.startswith(plain)
        or any(plain in folded(w) for w in one.words)
    ]
    return found[:MOST_FOUND]


@cache
def _aliases() -> list[tuple[str, str]]:
    pairs = [(folded(row["alias"]), row["code"]) for row in _rows("occupation_aliases.csv")]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))
