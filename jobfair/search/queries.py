"""Reads of the index. A page costs the same few statements however much there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from booths.models import Booth, Ticket
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair, Zone
from jobfair.positions.models import Position
from jobfair.positions.sheet.places import places
from jobfair.search import facets
from jobfair.search.facets import Tally
from jobfair.search.models import EmployerEntry, SearchEntry
from jobfair.search.paging import Order
from jobfair.search.rules import PAGE, Question, ask
from jobfair.search.tokenizer import fold

HOME_PROVINCE = "32"  # the programme's; its counties are known by name alone
TITLES = 3  # shown per employer
NO_LINE = 1_000_000  # sorts after every line
E = TypeVar("E", SearchEntry, EmployerEntry)

NEWEST = Order("newest", (("published_at", True, datetime), ("pk", True, int)))
RELEVANCE = Order("relevance", (("tier", True, int), ("published_at", True, datetime), ("pk", True, int)))
PAY = Order("pay", (("pay_low", True, int), ("pay_high", True, int), ("pk", True, int)))
LINE = Order("line", (("waiting", False, int), ("pk", True, int)))
BY_NAME = Order("name", (("tier", True, int), ("name", False, str), ("pk", False, int)))
_KEYS = {SearchEntry: {"pk", "booth"}, EmployerEntry: {"pk", "booth", "fair_id", "employer_id"}}
SORTS = {order.name: order for order in (RELEVANCE, NEWEST, PAY, LINE)}


@dataclass(frozen=True)
class Criteria:
    """What a person asks for. `chosen` holds the values per filter; an unknown sort falls back to the first."""

    q: str = ""
    fair: Fair | None = None
    chosen: facets.Chosen = field(default_factory=dict)
    sort: str = ""
    cursor: str = ""


@dataclass(frozen=True)
class BoothNow:
    booth: Booth
    waiting: int


@dataclass(frozen=True)
class FoundPosition:
    position: Position
    city: str
    booth: BoothNow | None


@dataclass(frozen=True)
class Found:
    """A page. The counts come with the first page only; `sorts` are those that mean something here."""

    items: list[FoundPosition]
    tally: Tally | None
    zones: list[Zone]
    sort: str
    sorts: list[str]
    next: str | None


def search_positions(criteria: Criteria, *, today: date) -> Found:
    """Four statements for a page of positions: which ones, their rows, their booths, and the counts.

    One more within a fair, for its zones. Raises QueryTooLong and CursorRefused.
    """
    question = ask(criteria.q, known_places())
    entries = _scope(SearchEntry.objects.filter(valid_until__gte=today), criteria.fair, question)
    sorts = _sorts(criteria.fair, question)
    order = SORTS[criteria.sort if criteria.sort in sorts else sorts[0]]
    rows, cursor = _page(
        _rank(facets.narrow(entries, criteria.chosen), order, criteria.q, question), order, criteria.cursor
    )
    in_fair = criteria.fair is not None
    return Found(
        items=_positions(rows),
        tally=None if criteria.cursor else facets.count(entries, criteria.chosen, zones=in_fair),
        zones=list(criteria.fair.zones.all()) if criteria.fair and not criteria.cursor else [],
        sort=order.name,
        sorts=sorts,
        next=cursor,
    )


def _sorts(fair: Fair | None, question: Question | None) -> list[str]:
    """Relevance needs words; a line needs a hall that is open."""
    sorts = [RELEVANCE.name] if question else []
    sorts += [NEWEST.name, PAY.name]
    return [*sorts, LINE.name] if fair is not None and fair.state == Fair.State.OPEN else sorts


def _scope(entries: QuerySet[E], fair: Fair | None, question: Question | None) -> QuerySet[E]:
    if fair is not None:
        entries = entries.filter(fair=fair)
    return entries.filter(tokens__matches=question) if question else entries


def _rank(
    entries: QuerySet[SearchEntry], order: Order, text: str, question: Question | None
) -> QuerySet[SearchEntry]:
    if order is RELEVANCE and question is not None:
        return entries.annotate(tier=_tier("title", text, question))
    if order is LINE:
        waiting = Ticket.objects.filter(booth=OuterRef("booth"), state=Ticket.State.WAITING)
        counted = waiting.order_by().values("booth").annotate(n=Count("pk")).values("n")
        is_open = When(booth__in=Booth.objects.filter(state=Booth.State.OPEN).values("pk"), then=0)
        length = Coalesce(Subquery(counted), Case(is_open, default=NO_LINE), output_field=IntegerField())
        return entries.annotate(waiting=length)
    return entries


def _tier(column: str, text: str, question: Question) -> Case:
    """3 the title is just that, 2 it holds the words as typed, 1 under another name, 0 found elsewhere."""
    work = question.work()
    typed = [group.names[0] for group in work]
    literal, meant = Q(), Q()
    for group in work:
        literal &= Q(**{f"{column}__contains": group.names[0]})
        named = Q()
        for name in group.names:
            named |= Q(**{f"{column}__contains": name})
        meant &= named
    ladder = [When(Q(**{f"{column}__in": [fold(text), "".join(typed)]}), then=3)]
    if work:
        ladder += [When(literal, then=2), When(meant, then=1)]
    return Case(*ladder, default=0, output_field=IntegerField())


def _page(entries: QuerySet[E], order: Order, cursor: str) -> tuple[list[dict[str, Any]], str | None]:
    """The keys of a page's rows, and where the next page begins."""
    if cursor:
        entries = entries.filter(order.after(cursor))
    columns = {column for column, _, _ in order.columns} | _KEYS[entries.model]
    rows = list(entries.order_by(*order.by()).values(*columns)[: PAGE + 1])
    return rows[:PAGE], order.cursor(rows[PAGE - 1]) if len(rows) > PAGE else None


def _positions(rows: Sequence[Mapping[str, Any]]) -> list[FoundPosition]:
    positions = Position.objects.select_related("employer", "fair__city").in_bulk([row["pk"] for row in rows])
    booths = booths_now(row["booth"] for row in rows)
    return [
        FoundPosition(positions[row["pk"]], positions[row["pk"]].fair.city.name, booths.get(row["booth"]))
        for row in rows
    ]


# Employers


@dataclass(frozen=True)
class FoundEmployer:
    """`positions` counts what it offers at that fair now; `titles` are some of them."""

    employer: Employer
    fair: Fair
    booth: BoothNow | None
    positions: int
    titles: list[str]


@dataclass(frozen=True)
class FoundEmployers:
    items: list[FoundEmployer]
    total: int | None
    next: str | None


def search_employers(text: str, fair: Fair | None, cursor: str, *, today: date) -> FoundEmployers:
    """Five statements a page. Raises QueryTooLong and CursorRefused."""
    question = ask(text, known_places())
    entries = _scope(EmployerEntry.objects.all(), fair, question)
    total = None if cursor else entries.count()
    tier = _tier("name", text, question) if question else Value(0)
    rows, after = _page(entries.annotate(tier=tier), BY_NAME, cursor)
    employers = Employer.objects.in_bulk({row["employer_id"] for row in rows})
    fairs = Fair.objects.in_bulk({row["fair_id"] for row in rows})
    booths = booths_now(row["booth"] for row in rows)
    titles = _titles(rows, today)
    return FoundEmployers(
        items=[
            FoundEmployer(
                employer=employers[row["employer_id"]],
                fair=fairs[row["fair_id"]],
                booth=booths.get(row["booth"]),
                positions=len(titles[row["fair_id"], row["employer_id"]]),
                titles=list(dict.fromkeys(titles[row["fair_id"], row["employer_id"]]))[:TITLES],
            )
            for row in rows
        ],
        total=total,
        next=after,
    )


def _titles(rows: Sequence[Mapping[str, Any]], today: date) -> defaultdict[tuple[int, int], list[str]]:
    """What each of these employers offers at each of these fairs, oldest first."""
    employers, fairs = {row["employer_id"] for row in rows}, {row["fair_id"] for row in rows}
    offered = SearchEntry.objects.filter(employer__in=employers, fair__in=fairs, valid_until__gte=today)
    titles: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for _, fair, employer, title in sorted(offered.values_list("pk", "fair", "employer", "position__title")):
        titles[fair, employer].append(title)
    return titles


# Shared


def booths_now(ids: Iterable[int | None]) -> dict[int | None, BoothNow]:
    """Booths with the people who wait there; one query."""
    waiting = Count("tickets", filter=Q(tickets__state=Ticket.State.WAITING))
    found = (
        Booth.objects.filter(pk__in={pk for pk in ids if pk}).annotate(line=waiting).select_related("zone")
    )
    return {booth.pk: BoothNow(booth, booth.line) for booth in found}


@cache
def known_places() -> frozenset[str]:
    """Names people write a place by, in full and in short: every city, and the counties of the home province."""
    names = set()
    for place in places().values():
        if place.is_city or place.code.startswith(HOME_PROVINCE):
            short = place.name[:-1] if len(place.name) > 2 and place.name[-1] in "市区县" else place.name
            names |= {place.name, short}
    return frozenset(names)
