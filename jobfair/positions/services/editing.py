"""The employer's own form: typed, kept, sent for review. What is public changes only by a new review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.positions import form, rules
from jobfair.positions.events import PositionSubmitted
from jobfair.positions.models import Position
from jobfair.positions.refusals import explain_obstacles
from jobfair.positions.services.review import ids_of, lock_position, return_to_review

State = Position.State


@unit_of_work
def start_position(
    *, employer: Employer, fair: Fair, stated: Mapping[str, Any], by: User | None, now: datetime
) -> Position:
    """A new draft, seen by its employer only. FairOver once the fair takes no more."""
    rules.ensure_takes_positions(fair)
    return Position.objects.create(
        fair=fair, employer=employer, state=State.DRAFT, edit=dict(stated), edited_at=now
    )


@unit_of_work
def save_edit(
    *, position: Position, stated: Mapping[str, Any], seen: int, by: User | None, now: datetime
) -> Position:
    """Keep what was typed, as it is: nothing public changes, and nothing is judged.

    ChangedMeanwhile, naming each field that differs, unless `seen` is the revision at hand.
    """
    locked = _lock_seen(position, stated, seen)
    if form.form_of(locked) == dict(stated):
        return locked
    locked.edit, locked.edited_at = dict(stated), now
    locked.revision += 1
    locked.save(update_fields=["edit", "edited_at", "revision"])
    return locked


@unit_of_work
def discard_edit(*, position: Position, seen: int, by: User | None, now: datetime) -> Position | None:
    """Forget what was typed and not sent; a draft that was never sent goes altogether (None)."""
    locked = lock_position(position)
    rules.ensure_seen(locked, seen)
    if locked.state == State.DRAFT:
        locked.delete()
        return None
    locked.edit, locked.edited_at = None, now
    locked.revision += 1
    locked.save(update_fields=["edit", "edited_at", "revision"])
    return locked


@unit_of_work
def submit_position(
    *, position: Position, stated: Mapping[str, Any], seen: int, by: User | None, now: datetime
) -> Position:
    """Send the form for review: from a draft, or as the correction of what was sent or published before.

    A published position leaves the fair until it is published again; one whose form has not changed stays.
    GateRefused names each field the law or the house refuses; nothing is stored then. ChangedMeanwhile as
    for `save_edit`, FairOver once the fair takes no more.
    """
    locked = _lock_seen(position, stated, seen)
    fair, employer = locked.fair, locked.employer
    rules.ensure_takes_positions(fair)
    if locked.state != State.IN_REVIEW:
        rules.ensure_may_become(locked, State.IN_REVIEW)
    form.ensure_ranges(stated)
    changed = _apply(locked, stated, fair, now)
    if not changed and locked.state == State.PUBLISHED:
        return _forget_edit(locked)
    if locked.duties_confirmed_at is None or "duties" in changed:
        locked.duties_confirmed_at = now if locked.duties else None
    locked.reasons = []
    _ensure_passes(locked, employer, now)
    locked.edit = None
    return_to_review(locked, changed=[*changed, "edit"], by=by, now=now)
    emit(PositionSubmitted(**ids_of(locked), revision=locked.revision, by=None if by is None else by.pk))
    return locked


def _apply(position: Position, stated: Mapping[str, Any], fair: Fair, now: datetime) -> list[str]:
    """Set the form's fields; returns the names of those that are different now."""
    values = form.values_of(stated, city=fair.city.code) | _validity(stated, fair, now)
    changed = [name for name, value in values.items() if getattr(position, name) != value]
    for name in changed:
        setattr(position, name, values[name])
    return changed


def _validity(stated: Mapping[str, Any], fair: Fair, now: datetime) -> dict[str, date]:
    """As stated; by default from the later of today and the opening until the end of the extension."""
    given = form.dates_of(stated)
    starts = given["valid_from"] or clock.local(max(now, fair.opens_at)).date()
    ends = given["valid_until"] or max(starts, clock.local(fair.extension_ends_at).date())
    form.ensure_order(starts, ends)
    return {"valid_from": starts, "valid_until": ends}


def _ensure_passes(position: Position, employer: Employer, now: datetime) -> None:
    obstacles = explain_obstacles(position, employer, on=clock.local(now).date())
    mine = [one for one in obstacles if one.is_the_authors]
    if mine:
        fields: dict[str, str] = {}
        for one in mine:
            fields[one.field] = fields.get(one.field, "") + f"{one.sentence}{one.remedy}（{one.source}）"
        raise rules.GateRefused(fields=fields)


def _forget_edit(position: Position) -> Position:
    if position.edit is not None:
        position.edit = None
        position.revision += 1
        position.save(update_fields=["edit", "revision"])
    return position


def _lock_seen(position: Position, stated: Mapping[str, Any], seen: int) -> Position:
    locked = lock_position(position)
    if locked.revision != seen:
        raise rules.ChangedMeanwhile(fields=form.differences(form.form_of(locked), stated))
    return locked
