"""Many rows as one parameter of a statement written by hand.

A placeholder for each value costs more than the value: the driver takes the whole text apart at every call.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from django.db import connection

Row = Sequence[str | int]


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
