"""What the service desks tell people by notice: an appointment that is near, a plan that was written."""

from __future__ import annotations

from datetime import timedelta

from jobfair.advice import queries
from jobfair.advice.events import (
    AppointmentAdmitted,
    AppointmentCancelled,
    AppointmentEvent,
    AppointmentLapsed,
    AppointmentNear,
    PlanWritten,
)
from jobfair.core import clock
from jobfair.core.events import listen
from jobfair.notices.registry import template
from jobfair.notices.services import notify, settle

NEAR = template(
    "advice.appointment_near",
    category="fair",
    zh="你预约了{time}的{service}，请提前10分钟到{booth}号服务台取号。",
    en="You have booked {service} at {time}. Please come to desk {booth} ten minutes before.",
    sms_template_id="advice_appointment_near",
    sms_params=("time", "service", "booth"),
    wechat_template_id="advice_appointment_near",
    wechat_fields={"time1": "time", "thing2": "service", "character_string3": "booth"},
    sms_after=timedelta(minutes=5),
    useful_for=timedelta(minutes=30),
)
WRITTEN = template(
    "advice.plan_written",
    category="fair",
    zh="{service}为你写好了职业规划，下一步做什么都在里面。",
    en="{service} has written your plan with your next steps.",
)


def connect() -> None:
    """Called once, by wiring."""
    listen(AppointmentNear, tell_near)
    for over in (AppointmentAdmitted, AppointmentCancelled, AppointmentLapsed):
        listen(over, settle_near)
    listen(PlanWritten, tell_written)


def tell_near(event: AppointmentNear) -> None:
    appointment = queries.get_appointment(event.appointment_id)
    notify(
        user_id=event.seeker_id,
        kind=NEAR.kind,
        about=event.subject,
        params={
            "time": f"{clock.local(appointment.starts_at):%H:%M}",
            "service": appointment.booth.host,
            "booth": str(appointment.booth.number),
        },
        link=f"/b/{event.booth_id}",
        urgency="sms_if_unseen",
        now=clock.now(),
    )


def settle_near(event: AppointmentEvent) -> None:
    """The seeker came, or it is over: no message need follow."""
    settle(user_id=event.seeker_id, about=event.subject, now=clock.now())


def tell_written(event: PlanWritten) -> None:
    plan = queries.get_plan(event.plan_id)
    notify(
        user_id=event.seeker_id,
        kind=WRITTEN.kind,
        about=f"{event.subject}:{event.revision}",
        params={"service": plan.ticket.booth.host},
        link="/me/advice",
        urgency="in_app",
        now=clock.now(),
    )
