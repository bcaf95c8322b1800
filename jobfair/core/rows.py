"""Many rows as one parameter of a statement written by hand.

A placeholder for each value costs more than the value: the driver takes the whole text apart at every call.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import JSONField, Model

Row = Sequence[str | int]
M = TypeVar("M", bound=Model)
_PLAIN = {str, int, bool, type(None)}


def table_of_rows() -> str:
    """What stands after FROM: a table with a line for each row, in their order, and `row_column`s.

    Its one parameter is `as_parameter(rows)`.
    """
    if connection.vendor == "postgresql":
        return "json_array_elements(%s::json) AS given(value)"
    return "json_each(%s) AS given"


def row_column(place: int) -> str:
    """Text on PostgreSQL: CAST what is none."""
    return (
        f"(value ->> {place})" if connection.vendor == "postgresql" else f"json_extract(value, '$[{place}]')"
    )


def row_json(place: int) -> str:
    """A column that holds JSON as text, as a JSONField stores it."""
    column = row_column(place)
    return f"CAST({column} AS jsonb)" if connection.vendor == "postgresql" else column


def as_parameter(rows: Iterable[Row]) -> str:
    return json.dumps([list(row) for row in rows])


def insert(rows: Iterable[M]) -> list[M]:
    """As `bulk_create`, with ids, of rows without one: on PostgreSQL as one parameter of one statement.

    Taking arrays of texts apart and quoting each costs the driver more than all the rest of the statement.
    """
    written = list(rows)
    if not written:
        return []
    model = type(written[0])
    if connection.vendor != "postgresql":
        return model._default_manager.bulk_create(written)
    columns = _columns_of(model)
    values = [{field.column: _value_of(field, row) for field in columns} for row in written]
    quote = connection.ops.quote_name
    names, table = ", ".join(quote(field.column) for field in columns), quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608 - our own tables
            f"FROM json_populate_recordset(NULL::{table}, %s) RETURNING id",
            [json.dumps(values, ensure_ascii=False)],
        )
        for row, (pk,) in zip(written, cursor.fetchall(), strict=True):
            row.pk = pk
            row._state.adding, row._state.db = False, "default"
    return written


@cache
def _columns_of(model: type[Model]) -> tuple[Any, ...]:
    return tuple(field for field in model._meta.concrete_fields if not field.primary_key)


def _value_of(field: Any, row: Model) -> Any:
    """As JSON has it. Most values are plain already, and a field is slow to say so."""
    value = field.pre_save(row, True)
    if type(value) in _PLAIN or isinstance(field, JSONField):
        return value
    prepared = field.get_prep_value(value)
    return prepared.isoformat() if isinstance(prepared, date) else prepared
