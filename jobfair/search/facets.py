"""The filters, and how many positions each value would leave, given everything else that is chosen.

One `Q` per filter serves the results and the counts, so they cannot disagree. The counts are one statement: the
matching entries once, then a GROUP BY per filter over them that leaves that filter itself out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.lookups import Exact, GreaterThan

from jobfair.positions.sheet.features import GROUPS
from jobfair.search.models import SearchEntry
from jobfair.search.rules import BOARD, MODES, PAY_BANDS, bits_of, names_of

Chosen = Mapping[str, Sequence[str]]
Counts = dict[str, Counter[str]]


@dataclass(frozen=True)
class Facet:
    """A filter over `columns`. With `names` the column is a set of bits; `every` asks for all chosen bits."""

    name: str
    columns: tuple[str, ...]
    names: tuple[str, ...] = ()
    every: bool = False

    def chosen(self, values: Sequence[str]) -> Q:
        """Entries that hold one of `values` (or all of them); values nobody knows hold nothing."""
        if not self.names:
            if self.name == "zone":
                values = [value for value in values if value.isdecimal() and len(value) < 19]
            found = Q() if values else Q(pk=None)
            for column in self.columns:
                found |= Q(**{f"{column}__in": values})
            return found
        bits = bits_of(values, self.names)
        if not bits:
            return Q(pk=None)
        masked = F(self.columns[0]).bitand(bits)
        return Q(Exact(masked, bits)) if self.every else Q(GreaterThan(masked, 0))


FACETS = (
    Facet("city", ("city", "district")),
    Facet("occupation", ("occupation",)),
    Facet("education", ("education",)),
    Facet("pay", ("pay_bands",), PAY_BANDS),
    Facet("form", ("form",)),
    Facet("board", ("board",), BOARD, every=True),
    Facet("zone", ("zone",)),
    Facet("mode", ("mode",), MODES),
    Facet("group", ("groups",), tuple(GROUPS)),
)


@dataclass
class Tally:
    """`total` holds to everything chosen; each filter's counts to everything but itself."""

    total: int = 0
    counts: Counts = field(default_factory=dict)


def narrow(entries: QuerySet[SearchEntry], chosen: Chosen) -> QuerySet[SearchEntry]:
    for facet in FACETS:
        if chosen.get(facet.name):
            entries = entries.filter(facet.chosen(chosen[facet.name]))
    return entries


def count(entries: QuerySet[SearchEntry], chosen: Chosen, *, zones: bool) -> Tally:
    """One query. `zones` only where all entries are one fair's."""
    facets = [facet for facet in FACETS if zones or facet.name != "zone"]
    limits = [facet for facet in facets if chosen.get(facet.name)]
    holds = {
        f"holds_{facet.name}": ExpressionWrapper(
            facet.chosen(chosen[facet.name]), output_field=BooleanField()
        )
        for facet in limits
    }
    columns = sorted({column for facet in facets for column in facet.columns})
    matching, params = entries.order_by().values(*columns).annotate(**holds).query.sql_with_params()
    statement = f"WITH matching AS ({matching}) {' UNION ALL '.join(_selects(facets, limits))}"
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return _tally(cursor.fetchall())


def _selects(facets: Sequence[Facet], limits: Sequence[Facet]) -> list[str]:
    selects = [f"SELECT 'total' AS facet, '' AS value, count(*) AS n FROM matching{_where(limits, '')}"]  # noqa: S608
    for facet in facets:
        # All of several bits: what adding one more would leave, so its own choice holds too.
        where = _where(limits, "" if facet.every else facet.name)
        selects += [
            f"SELECT '{column}', CAST({column} AS varchar(20)), count(*) FROM matching{where} GROUP BY {column}"  # noqa: S608
            for column in facet.columns
        ]
    return selects


def _where(limits: Sequence[Facet], without: str) -> str:
    held = [f"holds_{facet.name}" for facet in limits if facet.name != without]
    return f" WHERE {' AND '.join(held)}" if held else ""


def _tally(rows: Sequence[tuple[str, str | None, int]]) -> Tally:
    by_column = {column: facet for facet in FACETS for column in facet.columns}
    tally = Tally()
    for column, value, n in rows:
        if column == "total":
            tally.total = n
            continue
        facet = by_column[column]
        counter = tally.counts.setdefault(facet.name, Counter())
        for name in names_of(int(value or 0), facet.names) if facet.names else [value or ""]:
            if name:
                counter[name] += n
    return tally
