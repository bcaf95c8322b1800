"""Reads of positions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import Count, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast

from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.fairs.queries import Figures
from jobfair.positions.models import Complaint, Position, PositionImport
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


@dataclass(frozen=True)
class PageOf:
    """Some positions, how many there are in each state, and where the next page begins."""

    rows: list[Position]
    counts: dict[str, int]
    next: int | None


def list_positions_of(
    employer: Employer, *, fair: Fair, state: str, q: str, before: int | None, most: int = 30
) -> PageOf:
    """An employer's own positions at a fair, newest first. Two queries."""
    mine = Position.objects.filter(employer=employer, fair=fair)
    rows = mine.select_related("employer").order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if q:
        rows = rows.filter(Q(title__icontains=q) | Q(area__icontains=q))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: most + 1])
    return PageOf(found[:most], _by_state(mine), found[most - 1].pk if len(found) > most else None)


def _by_state(positions: QuerySet[Position]) -> dict[str, int]:
    counted = dict(positions.values_list("state").annotate(Count("pk")))
    return {state: counted.get(state, 0) for state in Position.State.values}


@dataclass(frozen=True)
class Sieve:
    """What of the review the organiser wants to see. `ready`: the gate would let it through now."""

    state: str = "in_review"
    q: str = ""
    reason: str = ""
    ready: bool | None = None


def list_for_review(fair: Fair, sieve: Sieve, *, on: date, after: int | None, most: int = 50) -> PageOf:
    """A fair's positions, those that wait longest first. Two queries; `next` is the number of rows to skip."""
    everyone = Position.objects.filter(fair=fair)
    rows = everyone.filter(state=sieve.state).select_related("employer").order_by("submitted_at", "pk")
    if sieve.q:
        rows = rows.filter(Q(title__icontains=sieve.q) | Q(employer__name__icontains=sieve.q))
    if sieve.reason:
        named = rows.annotate(
            position_reasons=Cast("reasons", TextField()),
            employer_reasons=Cast("employer__reasons", TextField()),
        )
        field = "employer_reasons" if sieve.reason.startswith("employers.") else "position_reasons"
        rows = _with_reason(rows, named, field, sieve.reason)
    if sieve.ready is not None:
        rows = rows.filter(_ready(on)) if sieve.ready else rows.exclude(_ready(on))
    start = after or 0
    found = list(rows[start : start + most + 1])
    return PageOf(found[:most], _by_state(everyone), start + most if len(found) > most else None)


def _with_reason(
    rows: QuerySet[Position], named: QuerySet[Position], field: str, code: str
) -> QuerySet[Position]:
    if code == "positions.duties_unconfirmed":
        return rows.filter(duties_confirmed_at=None).exclude(duties="")
    if code == "employers.not_verified":
        return rows.exclude(employer__state=Employer.State.VERIFIED)
    return named.filter(**{f"{field}__contains": f'"{code}"'})


def _ready(on: date) -> Q:
    """What the stored reasons and the organiser's steps say; the gate itself reads the words at publishing."""
    return Q(
        reasons=[],
        employer__state=Employer.State.VERIFIED,
        duties_confirmed_at__isnull=False,
        valid_from__isnull=False,
        valid_until__gte=on,
    )


def count_ready(fair: Fair, *, on: date) -> int:
    waiting = Position.objects.filter(fair=fair, state=Position.State.IN_REVIEW)
    return waiting.filter(_ready(on)).count()


def list_complaints(fair: Fair, *, is_open: bool, after: int | None, most: int = 50) -> list[Complaint]:
    """One query; open ones by their deadline, settled ones newest first."""
    rows = Complaint.objects.filter(position__fair=fair).select_related("position__employer")
    if is_open:
        rows = rows.filter(state=Complaint.State.OPEN).order_by("due_at", "pk")
    else:
        rows = rows.exclude(state=Complaint.State.OPEN).order_by("-answered_at", "-pk")
    start = after or 0
    return list(rows[start : start + most])


def count_open_complaints(fair: Fair) -> int:
    return Complaint.objects.filter(position__fair=fair, state=Complaint.State.OPEN).count()


def has_expired(*, on: date) -> bool:
    return Position.objects.filter(state=Position.State.PUBLISHED, valid_until__lt=on).exists()


def has_forgotten_uploads(*, before: datetime) -> bool:
    return PositionImport.objects.filter(state=PositionImport.State.PREVIEWED, at__lt=before).exists()


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
