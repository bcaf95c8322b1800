"""From review to publication, and back. Nothing is published but through the gate in rules.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, QuerySet

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.positions import rules
from jobfair.positions.events import (
    DutiesConfirmed,
    PositionChanged,
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
        emit(DutiesConfirmed(**ids_of(row), by=_id(by)))
    return [row.pk for row in confirmed]


@unit_of_work
def publish_positions(
    *,
    fair: Fair,
    by: User | None,
    now: datetime,
    positions: Collection[int] | None = None,
    seen: Mapping[int, int] | None = None,
) -> Published:
    """Publish those in review (or some of them, by id) that the gate lets through; the others keep waiting.

    `seen` are the revisions the organiser judged, by id: if any has changed since, or has left the review,
    ChangedMeanwhile names it and none is published.
    The gate reads the positions' own words again, whatever reasons were stored. Two queries and two writes,
    plus one write per position whose reasons have changed.
    """
    today = clock.local(now).date()
    published: list[Position] = []
    waiting: dict[int, tuple[str, ...]] = {}
    # The employers too: one that is being refused right now must not publish behind the refusal.
    waiting_rows = _in_review(fair, positions).select_for_update(no_key=True, of=("self", "employer"))
    rows = list(waiting_rows.select_related("employer").order_by("pk"))
    if seen is not None:
        rules.ensure_all_seen(rows, seen)
    for row in rows:
        obstacles = rules.list_obstacles(row, row.employer, on=today)
        if obstacles:
            waiting[row.pk] = tuple(obstacles)
            _keep_reasons(row)
        else:
            published.append(row)
    Position.objects.filter(pk__in=[row.pk for row in published]).update(
        state=State.PUBLISHED,
        published_at=now,
        was_public=True,
        reasons=[],
        refused_reason="",
        revision=F("revision") + 1,
    )
    for row in published:
        emit(PositionPublished(**ids_of(row), by=_id(by)))
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
    return return_to_review(position, changed=fields, by=by, now=now)


@unit_of_work
def refuse_position(
    *,
    position: Position,
    reasons: Sequence[str],
    by: User | None,
    now: datetime,
    text: str = "",
    seen: int | None = None,
) -> Position:
    """Refuse for stated reasons: codes of rules.py, the organiser's own words, or both.

    PositionStateRefused unless in review or published; ChangedMeanwhile if it is not the revision `seen`.
    """
    locked = lock_position(position)
    rules.ensure_seen(locked, seen)
    rules.ensure_may_become(locked, State.REFUSED)
    was_public = locked.state == State.PUBLISHED
    locked.state, locked.published_at, locked.reasons = State.REFUSED, None, list(reasons)
    locked.refused_reason = text
    locked.revision += 1
    locked.save(update_fields=["state", "published_at", "reasons", "refused_reason", "revision"])
    emit(PositionRefused(**ids_of(locked), reasons=tuple(reasons), by=_id(by)))
    if was_public:
        emit(PositionChanged(**ids_of(locked), changed=("state",), by=_id(by)))
    return locked


@unit_of_work
def close_position(
    *,
    position: Position,
    by: User | None,
    now: datetime,
    closing: Position.Closing = Position.Closing.WITHDRAWN,
    seen: int | None = None,
) -> Position:
    """Take a position off the fair: filled, withdrawn by its employer, or past its validity.

    PositionStateRefused unless in review or published; ChangedMeanwhile if it is not the revision `seen`.
    """
    locked = lock_position(position)
    rules.ensure_seen(locked, seen)
    rules.ensure_may_become(locked, State.CLOSED)
    locked.state, locked.closing = State.CLOSED, closing
    locked.revision += 1
    locked.save(update_fields=["state", "closing", "revision"])
    emit(PositionClosed(**ids_of(locked), closing=closing, by=_id(by)))
    return locked


@unit_of_work
def close_expired(*, now: datetime, most: int = 200) -> int:
    """Close what is published beyond its last day; a bounded number at a time, safe in several workers."""
    over = Position.objects.select_for_update(no_key=True, skip_locked=True).filter(
        state=State.PUBLISHED, valid_until__lt=clock.local(now).date()
    )
    expired = list(over.order_by("pk")[:most])
    Position.objects.filter(pk__in=[row.pk for row in expired]).update(
        state=State.CLOSED, closing=Position.Closing.EXPIRED, revision=F("revision") + 1
    )
    for row in expired:
        emit(PositionClosed(**ids_of(row), closing=Position.Closing.EXPIRED))
    return len(expired)


@unit_of_work
def recheck_positions(*, employer: Employer, now: datetime) -> list[int]:
    """Something about an employer has changed: its published positions that the gate no longer lets through
    go back to review. Returns their ids."""
    today = clock.local(now).date()
    published = Position.objects.select_for_update(no_key=True).filter(
        employer=employer, state=State.PUBLISHED
    )
    back = [row for row in published.order_by("pk") if rules.list_lapses(row, employer, on=today)]
    for row in back:
        return_to_review(row, changed=[], by=None, now=now)
    return [row.pk for row in back]


def return_to_review(
    position: Position, *, changed: Sequence[str], by: User | None, now: datetime
) -> Position:
    """Inside a unit of work: store the fields named, and let the gate and the organiser look again."""
    was_public = position.state == State.PUBLISHED
    if position.state != State.IN_REVIEW or position.submitted_at is None:
        position.submitted_at = now
    position.state, position.published_at = State.IN_REVIEW, None
    position.refused_reason = position.closing = ""
    position.reasons = rules.list_shortcomings(position)
    position.revision += 1
    position.save(update_fields=[*changed, *_ON_RETURN])
    emit(PositionCorrected(**ids_of(position), changed=tuple(changed), by=_id(by)))
    if was_public:
        emit(PositionChanged(**ids_of(position), changed=(*changed, "state"), by=_id(by)))
    return position


@unit_of_work
def prolong_positions(*, fair: Fair, valid_until: date, by: User | None, now: datetime) -> int:
    """Keep a fair's open positions valid until a later day; returns how many were prolonged."""
    open_states = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)
    shorter = Position.objects.filter(fair=fair, state__in=open_states, valid_until__lt=valid_until)
    public = list(shorter.filter(state=State.PUBLISHED).order_by("pk"))
    count = shorter.update(valid_until=valid_until)
    for row in public:
        emit(PositionChanged(**ids_of(row), changed=("valid_until",), by=_id(by)))
    if count:
        emit(PositionsProlonged(fair_id=fair.pk, valid_until=valid_until, by=_id(by)))
    return count


_ON_RETURN = (
    "duties_confirmed_at", "state", "published_at", "refused_reason", "closing", "reasons", "submitted_at",
    "revision",
)  # fmt: skip
_CORRECTABLE = frozenset(
    {
        "title", "headcount_min", "headcount_max", "pay_min", "pay_max", "pay_unit", "pay_note", "education",
        "area", "notes", "duties", "valid_from", "valid_until", "occupation", "place", "form", "meals", "lodging",
        "mode", "groups", "actual_employer", "mandate", "is_repost", "source",
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


def lock_position(position: Position) -> Position:
    return Position.objects.select_for_update(no_key=True).get(pk=position.pk)


def ids_of(position: Position) -> dict[str, int]:
    return {"position_id": position.pk, "employer_id": position.employer_id, "fair_id": position.fair_id}


def _id(user: User | None) -> int | None:
    return None if user is None else user.pk
