"""From review to publication, and back. Nothing is published but through the gate in rules.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.fairs.models import Fair
from jobfair.positions import rules
from jobfair.positions.events import (
    DutiesConfirmed,
    PositionClosed,
    PositionCorrected,
    PositionPublished,
    PositionRefused,
    PositionsProlonged,
)
from jobfair.positions.models import Position

State = Position.State


@dataclass(frozen=True)
class Published:
    """What a round of publishing did: ids published, and per waiting id what stands in the way."""

    published: tuple[int, ...]
    waiting: dict[int, tuple[str, ...]]


@unit_of_work
def confirm_duties(
    *, fair: Fair, by: User | None, now: datetime, positions: Collection[int] | None = None
) -> list[int]:
    """The organiser has the employers' word for the proposed duties of a fair (or of some positions, by id).

    Returns the ids confirmed now; each is audited. Already confirmed ones stay confirmed as they were.
    """
    rows = _in_review(fair, positions).filter(duties_confirmed_at=None).exclude(duties="")
    confirmed = list(rows.order_by("pk"))
    Position.objects.filter(pk__in=[row.pk for row in confirmed]).update(duties_confirmed_at=now)
    for row in confirmed:
        emit(DutiesConfirmed(**_ids(row), by=_id(by)))
    return [row.pk for row in confirmed]


@unit_of_work
def publish_positions(
    *, fair: Fair, by: User | None, now: datetime, positions: Collection[int] | None = None
) -> Published:
    """Publish those in review (or some of them, by id) that the gate lets through; the others keep waiting.

    The gate reads the positions' own words again, whatever reasons were stored. Two queries and two writes,
    plus one write per position whose reasons have changed.
    """
    today = clock.local(now).date()
    published: list[Position] = []
    waiting: dict[int, tuple[str, ...]] = {}
    for row in _in_review(fair, positions).select_related("employer").order_by("pk"):
        obstacles = rules.list_obstacles(row, row.employer, on=today)
        if obstacles:
            waiting[row.pk] = tuple(obstacles)
            _keep_reasons(row)
        else:
            published.append(row)
    Position.objects.filter(pk__in=[row.pk for row in published]).update(
        state=State.PUBLISHED, published_at=now, reasons=[]
    )
    for row in published:
        emit(PositionPublished(**_ids(row), by=_id(by)))
    return Published(tuple(row.pk for row in published), waiting)


@unit_of_work
def correct_position(
    *, position: Position, changed: Sequence[str], by: User | None, now: datetime
) -> Position:
    """Store corrected fields. A published position leaves the fair and is reviewed again.

    Whoever edits the duties in the back office has them from the employer: that confirms them.
    """
    if position.state != State.IN_REVIEW:
        rules.ensure_may_become(position, State.IN_REVIEW)
    fields = [name for name in changed if name in _CORRECTABLE]
    if "duties" in fields:
        position.duties_confirmed_at = now if position.duties else None
    position.state, position.published_at = State.IN_REVIEW, None
    position.reasons = rules.list_shortcomings(position)
    position.save(update_fields=[*fields, "duties_confirmed_at", "state", "published_at", "reasons"])
    emit(PositionCorrected(**_ids(position), changed=tuple(fields), by=_id(by)))
    return position


@unit_of_work
def refuse_position(
    *, position: Position, reasons: Sequence[str], by: User | None, now: datetime
) -> Position:
    """Refuse for stated reasons (codes of rules.py). PositionStateRefused unless in review or published."""
    locked = _lock(position)
    rules.ensure_may_become(locked, State.REFUSED)
    locked.state, locked.published_at, locked.reasons = State.REFUSED, None, list(reasons)
    locked.save(update_fields=["state", "published_at", "reasons"])
    emit(PositionRefused(**_ids(locked), reasons=tuple(reasons), by=_id(by)))
    return locked


@unit_of_work
def close_position(*, position: Position, by: User | None, now: datetime) -> Position:
    """Take a position off the fair: filled, or withdrawn by its employer."""
    locked = _lock(position)
    rules.ensure_may_become(locked, State.CLOSED)
    locked.state = State.CLOSED
    locked.save(update_fields=["state"])
    emit(PositionClosed(**_ids(locked), by=_id(by)))
    return locked


@unit_of_work
def prolong_positions(*, fair: Fair, valid_until: date, by: User | None, now: datetime) -> int:
    """Keep a fair's open positions valid until a later day; returns how many were prolonged."""
    open_states = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)
    shorter = Position.objects.filter(fair=fair, state__in=open_states, valid_until__lt=valid_until)
    count = shorter.update(valid_until=valid_until)
    if count:
        emit(PositionsProlonged(fair_id=fair.pk, valid_until=valid_until, by=_id(by)))
    return count


_CORRECTABLE = frozenset(
    {
        "title", "headcount_min", "headcount_max", "pay_min", "pay_max", "pay_unit", "pay_note", "education",
        "area", "notes", "duties", "valid_from", "valid_until",
    }
)  # fmt: skip


def _in_review(fair: Fair, positions: Iterable[int] | None) -> QuerySet[Position]:
    rows = Position.objects.select_for_update(no_key=True, of=("self",)).filter(
        fair=fair, state=State.IN_REVIEW
    )
    return rows if positions is None else rows.filter(pk__in=list(positions))


def _keep_reasons(position: Position) -> None:
    reasons = rules.list_shortcomings(position)
    if reasons != position.reasons:
        position.reasons = reasons
        position.save(update_fields=["reasons"])


def _lock(position: Position) -> Position:
    return Position.objects.select_for_update(no_key=True).get(pk=position.pk)


def _ids(position: Position) -> dict[str, int]:
    return {"position_id": position.pk, "employer_id": position.employer_id, "fair_id": position.fair_id}


def _id(user: User | None) -> int | None:
    return None if user is None else user.pk
