"""The only writers of fairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.fairs import rules
from jobfair.fairs.events import FairCorrected, FairCreated, FairStateChanged, StaffAppointed, StaffRemoved
from jobfair.fairs.models import Fair, FairStaff, ScheduleEntry, Zone


@dataclass(frozen=True)
class ZonePlan:
    letter: str
    name: str


@dataclass(frozen=True)
class ScheduledEvent:
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""


@unit_of_work
def create_fair(*, fair: Fair, by: User | None, now: datetime) -> Fair:
    """Store a new fair as a draft, whatever state it came with."""
    rules.ensure_hours(fair.opens_at, fair.closes_at, fair.extension_ends_at)
    fair.state = Fair.State.DRAFT
    fair.save(force_insert=True)
    emit(FairCreated(fair_id=fair.pk, by=_id(by)))
    return fair


@unit_of_work
def correct_fair(*, fair: Fair, changed: Sequence[str], by: User | None, now: datetime) -> Fair:
    """Store the fields of `fair` named in `changed`; its state changes only by `change_state`."""
    rules.ensure_hours(fair.opens_at, fair.closes_at, fair.extension_ends_at)
    fields = [name for name in changed if name != "state"]
    if fields:
        fair.save(update_fields=fields)
        emit(FairCorrected(fair_id=fair.pk, changed=tuple(fields), by=_id(by)))
    return fair


@unit_of_work
def change_state(*, fair: Fair, state: Fair.State, by: User | None, now: datetime) -> Fair:
    """One step of the fair's life. FairStateRefused if the step does not exist."""
    locked = Fair.objects.select_for_update(no_key=True).get(pk=fair.pk)
    rules.ensure_may_become(locked, state)
    locked.state = fair.state = state
    locked.save(update_fields=["state"])
    emit(FairStateChanged(fair_id=fair.pk, state=state, by=_id(by)))
    return fair


@unit_of_work
def plan_zones(*, fair: Fair, zones: Sequence[ZonePlan], by: User | None, now: datetime) -> list[Zone]:
    """Create or rename zones by letter, in the order given. Zones not named stay: booths may be in them."""
    rows = [Zone(fair=fair, letter=zone.letter, name=zone.name, rank=rank) for rank, zone in enumerate(zones)]
    Zone.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["fair", "letter"], update_fields=["name", "rank"]
    )
    emit(FairCorrected(fair_id=fair.pk, changed=("zones",), by=_id(by)))
    return list(Zone.objects.filter(fair=fair))


@unit_of_work
def plan_schedule(*, fair: Fair, entries: Sequence[ScheduledEvent], by: User | None, now: datetime) -> None:
    """Replace the announced schedule."""
    ScheduleEntry.objects.filter(fair=fair).delete()
    ScheduleEntry.objects.bulk_create(
        ScheduleEntry(
            fair=fair, starts_at=entry.starts_at, ends_at=entry.ends_at, title=entry.title, place=entry.place
        )
        for entry in entries
    )
    emit(FairCorrected(fair_id=fair.pk, changed=("schedule",), by=_id(by)))


@unit_of_work
def appoint_staff(
    *, fair: Fair, user: User, role: FairStaff.Role, by: User | None, now: datetime
) -> FairStaff:
    """Give a user an office at the fair; a user has one, so another replaces it."""
    office = FairStaff.objects.filter(fair=fair, user=user).first()
    if office is not None and office.role == role:
        return office
    office, _created = FairStaff.objects.update_or_create(fair=fair, user=user, defaults={"role": role})
    emit(StaffAppointed(fair_id=fair.pk, user_id=user.pk, role=role, by=_id(by)))
    return office


@unit_of_work
def remove_staff(*, fair: Fair, user: User, by: User | None, now: datetime) -> None:
    """End a user's office at the fair; doing so again changes nothing."""
    deleted, _ = FairStaff.objects.filter(fair=fair, user=user).delete()
    if deleted:
        emit(StaffRemoved(fair_id=fair.pk, user_id=user.pk, by=_id(by)))


def _id(user: User | None) -> int | None:
    return None if user is None else user.pk
