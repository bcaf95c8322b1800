"""The hall: its gates, how many it may hold, and who is told when it fills."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import CharField, Value
from django.db.models.functions import Concat

from jobfair.accounts.models import User
from jobfair.checkin import queries, rules
from jobfair.checkin.events import AlertCleared, AlertRaised, CapacityChanged, GatesPlanned, HallRecounted
from jobfair.checkin.models import Alert, Gate, Recount
from jobfair.checkin.rules import GatePlan
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.fairs.models import Fair
from jobfair.fairs.services import correct_fair


@unit_of_work
def plan_gates(*, fair: Fair, gates: Sequence[GatePlan], by: User | None, now: datetime) -> list[Gate]:
    """The fair's gates, in the order given; those left out are closed. Refused: NoGateOpen, Invalid, NotFound."""
    known = lock_gates(fair)
    named = {plan.id for plan in gates if plan.id is not None}
    if named - known.keys():
        raise NotFound
    left = {gate.name: gate for pk, gate in known.items() if pk not in named}
    rules.ensure_gates_fit(gates, left_out=left)
    Gate.objects.filter(pk__in=named).update(name=Concat(Value("~"), "pk", output_field=CharField()))
    rows = []
    for rank, plan in enumerate(gates):
        gate = known[plan.id] if plan.id is not None else left.pop(plan.name, Gate(fair=fair))
        gate.name, gate.rank, gate.is_open = plan.name, rank, plan.is_open
        gate.save()
        rows.append(gate)
    Gate.objects.filter(pk__in=[gate.pk for gate in left.values()]).update(is_open=False, rank=len(rows))
    emit(GatesPlanned(fair_id=fair.pk, gate_ids=tuple(gate.pk for gate in rows), by=_id(by)))
    return rows


@unit_of_work
def set_capacity(*, fair: Fair, capacity: int | None, by: User | None, now: datetime) -> Fair:
    """How many the authorities let into the hall at once; alerts follow the new figure at once."""
    lock_gates(fair)
    before = Fair.objects.values_list("approved_capacity", flat=True).get(pk=fair.pk)
    if before == capacity:
        return fair
    fair.approved_capacity = capacity
    correct_fair(fair=fair, changed=["approved_capacity"], by=by, now=now)
    emit(CapacityChanged(fair_id=fair.pk, before=before, after=capacity, by=_id(by)))
    review_alerts(fair=fair, now=now)
    return fair


@unit_of_work
def recount(*, fair: Fair, counted: int, by: User | None, now: datetime) -> Recount:
    """Heads were counted: the figure goes on from there today."""
    lock_gates(fair)
    day = clock.local(now).date()
    before = queries.count_inside(fair.pk, day)
    found = Recount.objects.create(fair=fair, at=now, day=day, counted=counted, by=by)
    emit(HallRecounted(fair_id=fair.pk, before=before, counted=counted, by=_id(by)))
    review_alerts(fair=fair, now=now)
    return found


@unit_of_work
def review_alerts(*, fair: Fair, now: datetime) -> None:
    """Raise what is reached and clear what is clearly left. Safe to call at any time."""
    lock_gates(fair)
    day = clock.local(now).date()
    opened = queries.open_alerts(fair.pk, day)
    capacity = Fair.objects.values_list("approved_capacity", flat=True).get(pk=fair.pk)
    inside = queries.count_inside(fair.pk, day)
    raised, cleared = rules.crosses(occupancy=inside, capacity=capacity, open_levels=opened.keys())
    for level in cleared:
        opened[level].cleared_at = now
        opened[level].save(update_fields=["cleared_at"])
        emit(AlertCleared(fair_id=fair.pk, alert_id=opened[level].pk, level=level))
    for level in raised:
        alert = Alert.objects.create(
            fair=fair, day=day, level=level, occupancy=inside, capacity=capacity or 0, raised_at=now
        )
        emit(AlertRaised(fair_id=fair.pk, alert_id=alert.pk, level=level))


def lock_gates(fair: Fair) -> dict[int, Gate]:
    """One at a time judges and counts at a fair, so the last free place goes to one person."""
    rows = Gate.objects.select_for_update(no_key=True).filter(fair=fair)
    return {gate.pk: gate for gate in rows.order_by("pk")}


def _id(user: User | None) -> int | None:
    return None if user is None else user.pk
