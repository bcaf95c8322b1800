"""A posting as JSON: what is kept of it when it goes on air, and what of it may be corrected later."""

from __future__ import annotations

from typing import Any

from jobfair.positions.models import Position
from jobfair.positions.schemas import PositionOut

TOGETHER = (("pay_min", "pay_max", "pay_unit", "pay_note"), ("area",), ("duties",))  # pay, place and duties
CORRECTABLE = tuple(name for group in TOGETHER for name in group)


def posting_of(position: Position) -> dict[str, Any]:
    """As schemas.PostingOut reads it."""
    return {
        "position": PositionOut.of(position).wire(),
        "meals": position.meals,
        "lodging": position.lodging,
        "employer_id": position.employer_id,
        "employer_name": position.employer.name,
    }


def said_of(posting: dict[str, Any]) -> dict[str, Any]:
    """What a correction compares."""
    return {name: posting["position"][name] for name in CORRECTABLE}


def stated_by(position: Position) -> dict[str, Any]:
    return {name: getattr(position, name) for name in CORRECTABLE}


def corrected_fields(told: dict[str, Any], stated: dict[str, Any]) -> list[str]:
    """What has to be told anew; of pay all of it, for half of a range says nothing."""
    return [name for group in TOGETHER if any(told[one] != stated[one] for one in group) for name in group]
