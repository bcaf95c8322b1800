"""The posting form: what it holds as JSON, and how it becomes a position's fields. No queries."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jobfair.core.errors import Invalid
from jobfair.positions.models import Position
from jobfair.positions.sheet.occupations import read_occupation
from jobfair.positions.sheet.places import read_place

DATES = ("valid_from", "valid_until")
FIELDS = (
    "title", "headcount_min", "headcount_max", "pay_min", "pay_max", "pay_unit", "pay_note", "education",
    "occupation", "place", "area", "form", "meals", "lodging", "mode", "groups", "notes", "duties",
    "actual_employer", "mandate", "is_repost", "source",
)  # fmt: skip


def form_of(position: Position) -> dict[str, Any]:
    """What the recruiter goes on typing: the edit that was kept, else the position as it is."""
    if position.edit is not None:
        return dict(position.edit)
    days = {name: getattr(position, name) for name in DATES}
    return {name: getattr(position, name) for name in FIELDS} | {
        name: day.isoformat() if day else None for name, day in days.items()
    }


def as_typed(position: Position) -> Position:
    """A copy, not to be stored, with the edit in its fields: what the gate would judge if it were sent now.

    Whoever sends it has thereby confirmed the duties; days left out are set by the sending.
    """
    if position.edit is None:
        return position
    typed = copy(position)
    for name, value in _stripped(position.edit).items():
        setattr(typed, name, value)
    days = dates_of(position.edit)
    typed.valid_from = days["valid_from"] or date.max
    typed.valid_until = days["valid_until"] or date.max
    typed.duties_confirmed_at = typed.duties_confirmed_at or (typed.edited_at if typed.duties else None)
    typed.reasons = []
    return typed


def values_of(stated: Mapping[str, Any], *, city: str) -> dict[str, Any]:
    """The form as fields; occupation and place that were left out are read where the words leave no doubt."""
    values = _stripped(stated)
    values["occupation"] = values["occupation"] or read_occupation(values["title"])
    values["place"] = values["place"] or read_place(values["area"], city=city)
    if not values["is_repost"]:
        values["source"] = ""
    return values


def _stripped(stated: Mapping[str, Any]) -> dict[str, Any]:
    return {name: stated[name].strip() if isinstance(stated[name], str) else stated[name] for name in FIELDS}


def dates_of(stated: Mapping[str, Any]) -> dict[str, date | None]:
    return {name: date.fromisoformat(stated[name]) if stated[name] else None for name in DATES}


def ensure_ranges(stated: Mapping[str, Any]) -> None:
    """What a form can get wrong by itself: a range upside down, an upper end alone."""
    fields: dict[str, str] = {}
    for name, what in (("headcount", _("人数")), ("pay", _("薪酬"))):
        least, most = stated[f"{name}_min"], stated[f"{name}_max"]
        if least is None and most is not None:
            fields[f"{name}_min"] = _("请同时填写%(what)s的下限。") % {"what": what}
        elif least is not None and most is not None and most < least:
            fields[f"{name}_max"] = _("%(what)s的上限不能小于下限。") % {"what": what}
    if fields:
        raise Invalid(fields=fields)


def ensure_order(starts: date, ends: date) -> None:
    if ends < starts:
        raise Invalid(fields={"valid_until": _("有效期止不能早于有效期起。")})


def differences(stored: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, str]:
    """Each field whose stored value is not the stated one, with what is stored now."""
    return {name: _shown(value) for name, value in stored.items() if value != stated.get(name)}


def _shown(value: Any) -> str:
    if value is None or value in ("", []):
        return _("现在是空的。")
    shown = "、".join(value) if isinstance(value, list) else str(value)
    return _("现在是“%(value)s”。") % {"value": shown}
