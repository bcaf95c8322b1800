"""Wire types of search."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from booths.schemas import BoothState
from jobfair.core.schemas import Schema, Text
from jobfair.positions.schemas import PayUnit
from jobfair.positions.sheet.education import LABELS
from jobfair.positions.sheet.features import GROUPS
from jobfair.positions.sheet.occupations import occupation_label
from jobfair.positions.sheet.places import places
from jobfair.search.facets import FACETS, Chosen, Counts, Facet
from jobfair.search.queries import BoothNow, Found, FoundEmployer, FoundEmployers, FoundPosition

MOST_VALUES = 20  # chosen in one filter
MOST_COUNTED = 40  # values told per filter; the rarest are left out
Sort = Literal["relevance", "newest", "pay", "line"]
FacetName = Literal["city", "occupation", "education", "pay", "form", "board", "zone", "mode", "group"]
Words = Annotated[str, Field(max_length=2000)]
Values = Annotated[Text, Field(max_length=400)]
Cursor = Annotated[Text, Field(max_length=400)]


class SearchQuery(Schema):
    """What may stand in the address of a search. Several values of a filter are separated by commas."""

    q: Words = ""
    fair: Annotated[Text, Field(max_length=50)] = ""
    city: Values = ""
    occupation: Values = ""
    education: Values = ""
    pay: Values = ""
    form: Values = ""
    board: Values = ""
    zone: Values = ""
    mode: Values = ""
    group: Values = ""
    sort: Sort | None = None
    cursor: Cursor = ""

    def chosen(self) -> dict[str, list[str]]:
        given = {facet.name: str(getattr(self, facet.name)) for facet in FACETS}
        values = {name: [one for one in value.split(",") if one] for name, value in given.items()}
        return {name: some[:MOST_VALUES] for name, some in values.items() if some}


class EmployerQuery(Schema):
    q: Words = ""
    fair: Annotated[Text, Field(max_length=50)] = ""
    cursor: Cursor = ""


class FoundBoothOut(Schema):
    """The employer's booth at that fair, with its line as it is now."""

    id: int
    number: int
    state: BoothState
    waiting: int
    zone: str

    @classmethod
    def of(cls, now: BoothNow) -> FoundBoothOut:
        booth, zone = now.booth, now.booth.zone
        return cls.model_validate(
            {
                "id": booth.pk,
                "number": booth.number,
                "state": booth.state,
                "waiting": now.waiting,
                "zone": "" if zone is None else f"{zone.letter} {zone.name}",
            }
        )


class PositionCardOut(Schema):
    """A position in a list. Pay is yuan per `pay_unit`; `meals` and `lodging` are null where nothing is said."""

    id: int
    title: str
    employer_id: int
    employer_name: str
    fair_slug: str
    fair_name: str
    city: str
    area: str
    headcount_min: int
    headcount_max: int | None
    pay_min: int
    pay_max: int | None
    pay_unit: PayUnit
    pay_note: str
    education_label: str
    form: str
    meals: bool | None
    lodging: bool | None
    published_at: datetime
    booth: FoundBoothOut | None

    @classmethod
    def of(cls, found: FoundPosition) -> PositionCardOut:
        position, fair = found.position, found.position.fair
        same = ("title", "area", "headcount_min", "headcount_max", "pay_min", "pay_max", "pay_unit", "pay_note",
                "form", "meals", "lodging", "published_at")  # fmt: skip
        return cls.model_validate(
            {
                **{name: getattr(position, name) for name in same},
                "id": position.pk,
                "employer_id": position.employer_id,
                "employer_name": position.employer.name,
                "fair_slug": fair.slug,
                "fair_name": fair.name,
                "city": fair.city.name,
                "education_label": LABELS[position.education],
                "booth": found.booth and FoundBoothOut.of(found.booth),
            }
        )


class FacetValueOut(Schema):
    """`positions` is how many there would be with this value, everything else chosen staying."""

    value: str
    label: str
    positions: int
    chosen: bool


class FacetOut(Schema):
    name: FacetName
    values: list[FacetValueOut]


class SearchOut(Schema):
    """A page of positions. `total` and `facets` come with the first page only.

    `sorts` are those that mean something for this search; `sort` is the one used.
    """

    items: list[PositionCardOut]
    total: int | None
    facets: list[FacetOut] | None
    sort: Sort
    sorts: list[Sort]
    next: str | None

    @classmethod
    def of(cls, found: Found, chosen: Chosen) -> SearchOut:
        zones = {str(zone.pk): f"{zone.letter} {zone.name}" for zone in found.zones}
        return cls.model_validate(
            {
                "items": [PositionCardOut.of(item) for item in found.items],
                "total": found.tally and found.tally.total,
                "facets": None if found.tally is None else _facets(found.tally.counts, chosen, zones),
                "sort": found.sort,
                "sorts": found.sorts,
                "next": found.next,
            }
        )


class EmployerCardOut(Schema):
    """An employer at one fair; `positions` counts what it offers there now."""

    id: int
    name: str
    area: str
    fair_slug: str
    fair_name: str
    positions: int
    titles: list[str]
    booth: FoundBoothOut | None

    @classmethod
    def of(cls, found: FoundEmployer) -> EmployerCardOut:
        return cls(
            id=found.employer.pk,
            name=found.employer.name,
            area=found.employer.area,
            fair_slug=found.fair.slug,
            fair_name=found.fair.name,
            positions=found.positions,
            titles=found.titles,
            booth=found.booth and FoundBoothOut.of(found.booth),
        )


class EmployersOut(Schema):
    """A page of employers; `total` comes with the first page only."""

    items: list[EmployerCardOut]
    total: int | None
    next: str | None

    @classmethod
    def of(cls, found: FoundEmployers) -> EmployersOut:
        return cls(
            items=[EmployerCardOut.of(item) for item in found.items], total=found.total, next=found.next
        )


def _facets(counts: Counts, chosen: Chosen, zones: dict[str, str]) -> list[FacetOut]:
    """Those with something to choose from, the most frequent values first unless their own order means more."""
    rows = []
    for facet in FACETS:
        tally, picked = counts.get(facet.name, Counter()), set(chosen.get(facet.name, ()))
        values = [
            FacetValueOut(value=value, label=_label(facet, value, zones), positions=n, chosen=value in picked)
            for value, n in _ordered(facet, {**dict.fromkeys(picked, 0), **tally})
        ]
        named = [value for value in values if value.label]
        if named:
            rows.append(FacetOut.model_validate({"name": facet.name, "values": named}))
    return rows


def _ordered(facet: Facet, tally: dict[str, int]) -> list[tuple[str, int]]:
    if facet.names:
        return [(name, tally[name]) for name in facet.names if name in tally]
    if facet.name == "education":
        return sorted(tally.items())
    frequent = sorted(tally.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_COUNTED]
    return sorted(frequent) if facet.name == "city" else frequent


def _label(facet: Facet, value: str, zones: dict[str, str]) -> str:
    """In Chinese; a page may have its own words for fixed values. Empty for what nobody knows."""
    if facet.name == "city":
        return places()[value].name if value in places() else ""
    if facet.name == "occupation":
        return occupation_label(value)
    fixed = {"education": LABELS, "group": GROUPS, "zone": zones}.get(facet.name)
    return fixed.get(value, "") if fixed is not None else value
