"""A query written in Django's words, built once and asked many times.

Building a query's text costs several times as much as asking it: of a recruiter's "call next" it was nearly half.
What is kept is the text; the values, the rows' conversions and the models made of them are as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=Model)
P = ParamSpec("P")
Value = int | Sequence[int]
_LARGEST = 2**63 - 1  # of a bigint
_MARK = -(2**61)  # no id and no constant of a query; each value's place is found by it


@dataclass(frozen=True)
class _Plan:
    """The text for one number of values, and what makes rows of what comes back."""

    statement: str
    parameters: tuple[Any, ...]
    places: tuple[
        tuple[int, int], ...
    ]  # of each parameter that is asked for: where it stands, which value it is
    converted: tuple[tuple[int, list[Any], Any], ...]
    make: Callable[[Sequence[Any]], Any]
    locks: bool

    def ask(self, values: Sequence[int]) -> list[Any]:
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("A row is locked within a transaction.")
        parameters = list(self.parameters)
        for place, value in self.places:
            parameters[place] = values[value]
        with connection.cursor() as cursor:
            cursor.execute(self.statement, parameters)
            rows = cursor.fetchall()
        return [self.make(self._convert(row)) for row in rows]

    def _convert(self, row: Sequence[Any]) -> Sequence[Any]:
        if not self.converted:
            return row
        values = list(row)
        for place, converters, column in self.converted:
            for convert in converters:
                values[place] = convert(values[place], column, connection)
        return values


class Prepared(Generic[P, M]):
    """What `prepared` makes of a function: it is called with the same values and gives the list of rows."""

    def __init__(self, write: Callable[P, QuerySet[M]]) -> None:
        self._write = write
        self._plans: dict[tuple[str, tuple[int, ...]], _Plan] = {}
        update_wrapper(self, write)

    def __call__(self, *values: P.args, **named: P.kwargs) -> list[M]:
        """The values in their order, none by name. Nothing is asked for an empty list of ids."""
        if named:
            raise TypeError(f"{self._write.__qualname__} takes its values without names.")
        given, shape = _spread(cast("Sequence[Value]", values))
        if given is None:
            return []
        plan = self._plans.get((connection.vendor, shape))
        if plan is None:
            plan = self._plans[connection.vendor, shape] = _plan_of(self._write, shape)
        return plan.ask(given)


def prepared(write: Callable[P, QuerySet[M]]) -> Prepared[P, M]:
    """Of a function that gives a query for ids or lists of ids; anything else in it is constant.

    The query may join (`select_related`), lock, order and cut off; it gives model rows, nothing prefetched.
    """
    return Prepared(write)


def find(model: type[M], pk: int) -> M | None:
    """The row of that id, all of it."""
    return next(iter(_by_id(model)(pk)), None)


@cache
def _by_id(model: type[M]) -> Prepared[[int], M]:
    def by_id(pk: int) -> QuerySet[M]:
        return model._base_manager.filter(pk=pk)

    return Prepared(by_id)


def _spread(values: Sequence[Value]) -> tuple[list[int] | None, tuple[int, ...]]:
    """All values in a row, and of each how many it is; 0 for one by itself. None for the first where nothing is left.

    A number that no id can be, as an address may name, is no row's and left out. A list is as long as the next power
    of two, so that few texts are kept: its last id once more harms nothing.
    """
    given: list[int] = []
    shape: list[int] = []
    for value in values:
        ids = [one for one in ([value] if isinstance(value, int) else value) if abs(one) <= _LARGEST]
        if not ids:
            return None, ()
        length = 0 if isinstance(value, int) else 1 << (len(ids) - 1).bit_length()
        given += [*ids, *ids[-1:] * (length - len(ids))]
        shape.append(length)
    return given, tuple(shape)


def _plan_of(write: Callable[..., QuerySet[Any]], shape: tuple[int, ...]) -> _Plan:
    marks: list[Value] = []
    count = 0
    for length in shape:
        many = [_MARK + count + one for one in range(length or 1)]
        count += len(many)
        marks.append(many if length else many[0])
    rows = write(*marks)
    if rows._iterable_class is not ModelIterable or rows._prefetch_related_lookups:  # type: ignore[attr-defined]
        raise TypeError(f"{write.__qualname__} gives something else than model rows.")
    compiler = rows.query.get_compiler(connection=connection)
    statement, parameters = compiler.as_sql(with_col_aliases=False)
    places = tuple(
        (place, one - _MARK)
        for place, one in enumerate(parameters)
        if isinstance(one, int) and _MARK <= one < _MARK + count
    )
    if {number for _, number in places} != set(range(count)):
        raise TypeError(f"{write.__qualname__} hides a value in its text.")
    columns = [column for column, _, _ in compiler.select]
    converted = tuple(
        (place, converters, column)
        for place, column in enumerate(columns)
        if (converters := [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)])
    )
    return _Plan(
        statement=statement,
        parameters=tuple(parameters),
        places=places,
        converted=converted,
        make=_maker(compiler),
        locks=rows.query.select_for_update,
    )


def _maker(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """A row's values → the model, with those it was joined to; as ModelIterable does."""
    described = compiler.klass_info
    model, places = cast("type[Model]", described["model"]), described["select_fields"]
    names = [compiler.select[place][0].target.attname for place in places]
    first, end = places[0], places[-1] + 1
    joined = get_related_populators(described, compiler.select, "default")  # type: ignore[call-arg] # a later Django's stub

    def make(row: Sequence[Any]) -> Model:
        made = model.from_db("default", names, row[first:end])
        for one in joined:
            one.populate(row, made)
        return made

    return make
