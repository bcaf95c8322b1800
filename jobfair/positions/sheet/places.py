"""Places by GB/T 2260: data/places.csv, 31 provinces with their cities and counties.

Drawn from the MIT package china-division 2.7.0, which took them from the statistics bureau's list of 2023; its
development zones (71 to 79), which GB/T 2260 does not have, are left out. See docs/decisions.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from jobfair.positions.sheet.text import folded

_FILE = Path(__file__).resolve().parents[1] / "data" / "places.csv"
MOST_FOUND = 30


@dataclass(frozen=True)
class Place:
    code: str
    name: str

    @property
    def is_city(self) -> bool:
        return self.code.endswith("00")


@cache
def places() -> dict[str, Place]:
    with _FILE.open(encoding="utf-8", newline="") as rows:
        return {row["code"]: Place(row["code"], row["name"]) for row in csv.DictReader(rows)}


def place_label(code: str) -> str:
    """`江苏省南通市通州区`; empty for a code that is not in the table."""
    return "".join(place.name for place in _line(code)) if code in places() else ""


def short_label(code: str) -> str:
    """`南通通州区`: the city without its suffix, then the county; a province alone by its name."""
    line = [place.name for place in _line(code)]
    if len(line) <= 1:
        return "".join(line)
    city = line[-2] if len(line) == 3 or len(code.rstrip("0")) > 4 else line[-1]
    city = city.removesuffix("市").removesuffix("省")
    return line[-1] if line[-1].startswith(city) else city + line[-1]


@lru_cache(maxsize=4096)
def read_place(area: str, *, city: str) -> str:
    """The code an area names beyond doubt, or nothing. `city` is the fair's, in which short names are read.

    A county's full name must begin what is left once province and city are read; a name that several places
    share (通州区) counts only in the fair's city or after its own city's name.
    """
    text = folded(area)
    within = ""
    for depth, width in ((2, 2), (4, 4)):
        found = _begins(text, depth)
        if len(found) == 1 or (found and any(one.code == city for one in found)):
            one = next((one for one in found if one.code == city), found[0])
            if within and not one.code.startswith(within):
                break
            text, within = text[len(folded(one.name)) :], one.code[:width]
    counties = [one for one in _begins(text, 6) if one.code.startswith(within)]
    here = [one for one in counties if one.code.startswith(city[:4])]
    if len(here) == 1 or len(counties) == 1:
        return (here or counties)[0].code
    return "" if counties or not within else within.ljust(6, "0")


def find_places(text: str, *, city: str = "") -> list[Place]:
    """For the picker: those whose name holds the text, the fair's own first, then by code; a code finds its place."""
    if text in places():
        return [places()[text]]
    plain = folded(text)
    found = [place for place in places().values() if plain in folded(place.name)] if plain else []
    if not plain and city:
        found = [place for place in places().values() if place.code.startswith(city[:4])]
    return sorted(found, key=lambda place: (not place.code.startswith(city[:4] or "-"), place.code))[
        :MOST_FOUND
    ]


def _line(code: str) -> Iterator[Place]:
    """Province, city, county, as far as they are in the table (`市辖区` is no city of its own)."""
    for part in dict.fromkeys((code[:2].ljust(6, "0"), code[:4].ljust(6, "0"), code)):
        if part in places():
            yield places()[part]


@cache
def _by_depth() -> dict[int, list[tuple[str, Place]]]:
    levels: defaultdict[int, list[tuple[str, Place]]] = defaultdict(list)
    for place in places().values():
        depth = 2 if place.code.endswith("0000") else 4 if place.code.endswith("00") else 6
        levels[depth].append((folded(place.name), place))
    return dict(levels)


def _begins(text: str, depth: int) -> list[Place]:
    return [place for name, place in _by_depth()[depth] if text.startswith(name)]
