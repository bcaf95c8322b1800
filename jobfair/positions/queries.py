"""Reads of positions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Count, Sum

from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.fairs.queries import Figures
from jobfair.positions.models import Position
from jobfair.positions.rules import list_obstacles


def published_positions_of(employer: Employer, fair: Fair) -> list[Position]:
    """What an employer offers at a fair, in the order it was stated; one query."""
    published = Position.objects.filter(employer=employer, fair=fair, state=Position.State.PUBLISHED)
    return list(published.order_by("id"))


def published_position(position_id: int) -> Position | None:
    """A position that takes applications now, with its employer and fair; None when there is none. One query."""
    return (
        Position.objects.select_related("employer", "fair__city")
        .filter(pk=position_id, state=Position.State.PUBLISHED)
        .first()
    )


def has_expired(*, on: date) -> bool:
    return Position.objects.filter(state=Position.State.PUBLISHED, valid_until__lt=on).exists()


def has_published(employer_id: int) -> bool:
    return Position.objects.filter(employer_id=employer_id, state=Position.State.PUBLISHED).exists()


PublicFace = Literal["open", "filled", "withdrawn", "expired", "over", "reviewing", "removed"]


def face_of(position: Position, *, on: date) -> PublicFace:
    """How a position that is or was public looks to anyone on a day."""
    state = Position.State(position.state)
    if state == Position.State.CLOSED:
        faces: dict[str, PublicFace] = {"filled": "filled", "expired": "expired"}
        return faces.get(position.closing, "withdrawn")
    if state != Position.State.PUBLISHED:
        return "removed" if state == Position.State.REFUSED else "reviewing"
    if position.fair.state in {Fair.State.CLOSED, Fair.State.ARCHIVED}:
        return "over"
    return "expired" if position.valid_until is not None and position.valid_until < on else "open"


@dataclass(frozen=True)
class BoothBeside:
    """The employer's booth at the position's fair."""

    id: int
    number: int
    zone: str


BoothFinder = Callable[[Position], BoothBeside | None]
_finder: BoothFinder | None = None


def find_booths_with(finder: BoothFinder) -> None:
    """Let the domain above, which knows booths, say where a position's employer stands. The last one wins."""
    global _finder
    _finder = finder


def booth_beside(position: Position) -> BoothBeside | None:
    return _finder(position) if _finder else None


def figures_of(fair: Fair) -> Figures:
    """Counted from the records; a headcount range counts by its lower bound. Two queries."""
    published = Position.objects.filter(fair=fair, state=Position.State.PUBLISHED)
    totals = published.aggregate(positions=Count("id"), headcount=Sum("headcount_min"))
    return Figures(
        employers=fair.participations.count(),
        positions=totals["positions"],
        headcount=totals["headcount"] or 0,
    )


@dataclass(frozen=True)
class Tally:
    """Where a fair's positions stand. `waiting` counts each once, under its first reason."""

    published: int
    waiting: Counter[str]
    closed: int

    @property
    def waits(self) -> int:
        return self.waiting.total()


def tally(fair: Fair, *, on: date) -> Tally:
    """One query; what keeps a position waiting is asked of the gate, as publishing would."""
    published = closed = 0
    waiting: Counter[str] = Counter()
    for position in Position.objects.filter(fair=fair).select_related("employer").order_by("id"):
        if position.state == Position.State.PUBLISHED:
            published += 1
        elif position.state == Position.State.CLOSED:
            closed += 1
        elif position.state == Position.State.REFUSED:
            waiting["positions.refused"] += 1
        else:
            waiting[next(iter(list_obstacles(position, position.employer, on=on)), "positions.ready")] += 1
    return Tally(published, waiting, closed)
