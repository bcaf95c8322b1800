"""What one's appointments and plans tell one's own pages."""

from __future__ import annotations

from collections.abc import Iterator

from jobfair.accounts.models import User
from jobfair.advice import events, queries
from jobfair.advice.schemas import AdvicePlanOut, AppointmentOut, MyAdviceOut, MyAppointmentPush, MyPlanPush
from jobfair.core.errors import NotFound
from jobfair.core.schemas import Schema
from jobfair.realtime.publisher import announce
from jobfair.realtime.registry import Registry, TopicKind
from jobfair.realtime.withdrawal import withdraw_on

Pushes = Iterator[tuple[str, str, Schema]]


def may_be(viewer: User | None, user_id: int) -> None:
    if viewer is None or viewer.pk != user_id:
        raise NotFound


def my_snapshot(viewer: User | None, user_id: int) -> MyAdviceOut:
    return MyAdviceOut.of(user_id)


MINE = TopicKind("user:{id}:advice", may_be, snapshot=my_snapshot, snapshot_schema=MyAdviceOut)


def tell_appointment(event: events.AppointmentEvent) -> Pushes:
    shown = AppointmentOut.of(queries.get_appointment(event.appointment_id))
    yield MINE.topic(event.seeker_id), "advice.my_appointment_changed", MyAppointmentPush(appointment=shown)


def tell_plan(event: events.PlanEvent) -> Pushes:
    shown = AdvicePlanOut.of(queries.get_plan(event.plan_id))
    yield MINE.topic(event.seeker_id), "advice.my_plan_changed", MyPlanPush(plan=shown)


def own_topic(event: events.AdviceForgotten) -> list[str]:
    return [MINE.topic(event.user_id)]


def register(registry: Registry) -> None:
    """Plug the service desks into the socket."""
    registry.add_topic(MINE)
    registry.add_push("advice.my_appointment_changed", MyAppointmentPush)
    registry.add_push("advice.my_plan_changed", MyPlanPush)
    for changed in (
        events.AppointmentBooked,
        events.AppointmentAdmitted,
        events.AppointmentCancelled,
        events.AppointmentLapsed,
    ):
        announce(changed, tell_appointment)
    for written in (events.PlanWritten, events.StepTicked):
        announce(written, tell_plan)
    withdraw_on(events.AdviceForgotten, own_topic)
