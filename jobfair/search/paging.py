"""Cursors: where the last page ended, by the values it was sorted by. New and closed entries shift nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from jobfair.search.rules import CursorRefused

Key = int | str | datetime


@dataclass(frozen=True)
class Order:
    """A sort: its columns in order of weight, each with its direction and type. The last one is unique."""

    name: str
    columns: tuple[tuple[str, bool, type[Key]], ...]

    def by(self) -> list[str]:
        return [f"{'-' if descending else ''}{column}" for column, descending, _ in self.columns]

    def after(self, cursor: str) -> Q:
        """What comes after the row the cursor was made from. CursorRefused for any other text."""
        later, equal = Q(), Q()
        for (column, descending, _), value in zip(self.columns, self._read(cursor), strict=True):
            later |= equal & Q(**{f"{column}__{'lt' if descending else 'gt'}": value})
            equal &= Q(**{column: value})
        return later

    def cursor(self, row: dict[str, Any]) -> str:
        values = [_written(row[column]) for column, _, _ in self.columns]
        return base64.urlsafe_b64encode(json.dumps([self.name, *values]).encode()).decode().rstrip("=")

    def _read(self, cursor: str) -> Sequence[Key]:
        try:
            name, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            kinds = [kind for _, _, kind in self.columns]
            if name != self.name or len(values) != len(kinds):
                raise CursorRefused
            return [_value(value, kind) for value, kind in zip(values, kinds, strict=True)]
        except (binascii.Error, ValueError, TypeError, RecursionError):
            raise CursorRefused from None


def _written(value: Key) -> int | str:
    return value.isoformat() if isinstance(value, datetime) else value


def _value(value: Any, kind: type[Key]) -> Key:
    if kind is datetime:
        read = datetime.fromisoformat(value)
        if read.tzinfo is None:
            raise CursorRefused
        return read
    if type(value) is not kind or (isinstance(value, int) and abs(value) >= 2**63):
        raise CursorRefused
    if isinstance(value, str) and "\x00" in value:
        raise CursorRefused
    return value
