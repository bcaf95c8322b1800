"""What interviews tell people by notice: that a time was booked, moved, cancelled, or is near."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from jobfair.core import clock
from jobfair.core.events import listen
from jobfair.interviews import queries
from jobfair.interviews.events import (
    BookingCancelled,
    BookingEvent,
    BookingMoved,
    InterviewNear,
    SlotBooked,
)
from jobfair.interviews.models import Booking, Slot
from jobfair.notices.registry import Template, template
from jobfair.notices.rules import Urgency
from jobfair.notices.services import notify, settle

BOOKED = template(
    "interviews.booked",
    category="applications",
    zh="已约好{employer}的面谈：{time}，{how}。",
    en="Your interview with {employer} is booked: {time}, {how}.",
    wechat_template_id="interviews_booked",
    wechat_fields={"thing1": "employer", "thing2": "time", "thing3": "how"},
)
MOVED = template(
    "interviews.moved",
    category="applications",
    zh="{employer}的面谈改到{time}，{how}。",
    en="Your interview with {employer} was moved to {time}, {how}.",
    wechat_template_id="interviews_moved",
    wechat_fields={"thing1": "employer", "thing2": "time", "thing3": "how"},
)
CANCELLED = template(
    "interviews.cancelled",
    category="applications",
    zh="{employer}{time}的面谈已取消，可以另选时段。",
    en="Your interview with {employer}, {time}, is cancelled. You can choose another time.",
    sms_template_id="interviews_cancelled",
    sms_params=("employer", "time"),
    wechat_template_id="interviews_cancelled",
    wechat_fields={"thing1": "employer", "thing2": "time"},
)
NEAR = template(
    "interviews.near",
    category="applications",
    zh="{time}和{employer}面谈，{how}。请提前准备。",
    en="Your interview with {employer} is at {time}, {how}. Please be ready.",
    sms_template_id="interviews_near",
    sms_params=("time", "employer", "how"),
    wechat_template_id="interviews_near",
    wechat_fields={"thing1": "employer", "thing2": "time", "thing3": "how"},
    sms_after=timedelta(minutes=2),
    useful_for=timedelta(minutes=25),
)
THEIRS: Mapping[type[BookingEvent], Template] = {
    SlotBooked: template(
        "interviews.slot_booked",
        category="work",
        zh="{name}约了{time}的面谈，{how}。",
        en="{name} booked the interview at {time}, {how}.",
    ),
    BookingMoved: template(
        "interviews.slot_moved",
        category="work",
        zh="{name}的面谈改到{time}，{how}。",
        en="{name} moved the interview to {time}, {how}.",
    ),
    BookingCancelled: template(
        "interviews.slot_cancelled",
        category="work",
        zh="{name}{time}的面谈已取消。",
        en="The interview with {name} at {time} is cancelled.",
    ),
    InterviewNear: template(
        "interviews.slot_near",
        category="work",
        zh="{time}和{name}面谈，{how}。",
        en="Interview with {name} at {time}, {how}.",
    ),
}
OWN: Mapping[type[BookingEvent], Template] = {
    SlotBooked: BOOKED,
    BookingMoved: MOVED,
    BookingCancelled: CANCELLED,
    InterviewNear: NEAR,
}


def connect() -> None:
    """Called once, by wiring."""
    for fact in OWN:
        listen(fact, tell_both)


def tell_both(event: BookingEvent) -> None:
    """The seeker and the recruiter of the slot; an older word about the same booking needs no reading any more."""
    booking = queries.get_booking(event.booking_id)
    now = clock.now()
    for user_id in (booking.seeker_id, booking.slot.recruiter_id):
        settle(user_id=user_id, about=event.subject, now=now)
    urgency: Urgency = "in_app" if isinstance(event, SlotBooked | BookingMoved) else "sms_if_unseen"
    notify(
        user_id=booking.seeker_id,
        kind=OWN[type(event)].kind,
        about=event.subject,
        params=params_of(booking),
        link=f"/bookings/{booking.pk}",
        urgency=urgency,
        now=now,
    )
    notify(
        user_id=booking.slot.recruiter_id,
        kind=THEIRS[type(event)].kind,
        about=event.subject,
        params=params_of(booking),
        link=f"/desk/{booking.booth_id}/slots",
        urgency="in_app",
        now=now,
    )


def params_of(booking: Booking) -> dict[str, str]:
    return {
        "employer": booking.booth.host,
        "time": spoken(booking.slot.starts_at),
        "how": "视频" if booking.slot.mode == Slot.Mode.VIDEO else f"现场，{booking.slot.address}",
        "name": queries.name_for_employer(booking),
    }


def spoken(at: datetime) -> str:
    """`4月11日14:05`, in Shanghai's time."""
    local = clock.local(at)
    return f"{local.month}月{local.day}日{local:%H:%M}"
