"""Which times can be booked, when an appointment becomes a place in the line, and what a plan must say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from booths.models import Booth, Ticket
from jobfair.accounts.models import User
from jobfair.advice.models import Appointment, BookingRule
from jobfair.core.clock import SHANGHAI, local
from jobfair.core.errors import DomainError, Invalid
from jobfair.fairs.models import Fair

EARLY = timedelta(minutes=10)  # so long before its time an appointment takes its number
REMINDED_BEFORE = timedelta(minutes=30)
STEPS_AT_MOST = 10


class PhoneNeeded(DomainError):
    code = "advice.phone_needed"
    status = 403
    message = _("预约前请先用手机号登录，到时才能提醒你。")


class NotBookable(DomainError):
    code = "advice.not_bookable"
    message = _("这个服务台不接受预约，请直接取号排队。")


class SlotUnknown(DomainError):
    code = "advice.slot_unknown"
    message = _("这个时段不能预约，请从列表里另选一个。")


class SlotFull(DomainError):
    code = "advice.slot_full"
    message = _("这个时段刚被约满，请另选一个。")


class BookedHere(DomainError):
    code = "advice.booked_here"
    message = _("你已经预约了这个服务台，想改时间请先取消原来的预约。")


class BookedThen(DomainError):
    code = "advice.booked_then"
    message = _("你在这个时间已有另一个预约，请另选一个时段。")


class AppointmentOver(DomainError):
    code = "advice.appointment_over"
    message = _("这个预约已经结束，请看最新状态。")


class TooEarly(DomainError):
    code = "advice.too_early"
    message = _("预约时间前10分钟起可以取号，请到时再按。")


class NotTalkedYet(DomainError):
    code = "advice.not_talked_yet"
    message = _("咨询还没有开始，开始后再写规划。")


class StepsMissing(Invalid):
    code = "advice.steps_missing"
    message = _("请至少写一个下一步，求职者才知道接着做什么。")


class PersonUnknown(Invalid):
    code = "advice.person_unknown"
    message = _("没有找到这个人，请填对方登录用的手机号或账号，对方要先登录过一次。")


@dataclass(frozen=True)
class Slot:
    starts_at: datetime
    ends_at: datetime


def slots_of(rule: BookingRule, fair: Fair, *, after: datetime) -> Iterator[Slot]:
    """The rule's slots on each day of the fair, whole ones within its hours that begin later than `after`."""
    step, day, last = timedelta(minutes=rule.slot_minutes), *_days(fair)
    while day <= last:
        starts = datetime.combine(day, rule.opens, tzinfo=SHANGHAI)
        closes = min(datetime.combine(day, rule.closes, tzinfo=SHANGHAI), fair.closes_at)
        while starts + step <= closes:
            if starts > after and starts >= fair.opens_at:
                yield Slot(starts, starts + step)
            starts += step
        day += timedelta(days=1)


def _days(fair: Fair) -> tuple[date, date]:
    return local(fair.opens_at).date(), local(fair.closes_at).date()


def ensure_may_book(seeker: User) -> None:
    """Whoever books is reminded, and stays away from a place others wanted: so by a verified phone."""
    if seeker.is_guest or not seeker.phone_verified or not seeker.phone:
        raise PhoneNeeded


def slot_at(rule: BookingRule | None, booth: Booth, starts_at: datetime, *, now: datetime) -> Slot:
    """Refused: NotBookable, SlotUnknown."""
    if rule is None or not booth.service or booth.fair.state not in {Fair.State.SCHEDULED, Fair.State.OPEN}:
        raise NotBookable
    for slot in slots_of(rule, booth.fair, after=now):
        if slot.starts_at == starts_at:
            return slot
    raise SlotUnknown


def ensure_room(rule: BookingRule, taken: int) -> None:
    if taken >= rule.each:
        raise SlotFull


def ensure_booked(appointment: Appointment) -> None:
    if appointment.state != Appointment.State.BOOKED:
        raise AppointmentOver


def ensure_may_admit(appointment: Appointment, now: datetime) -> None:
    """From ten minutes before its time until it is over."""
    ensure_booked(appointment)
    opens = appointment.starts_at - EARLY
    if now < opens:
        raise TooEarly(retry_after=int((opens - now).total_seconds()) + 1)
    if now >= appointment.ends_at:
        raise AppointmentOver


def ensure_talked(ticket: Ticket) -> None:
    if ticket.state not in {Ticket.State.SERVING, Ticket.State.DONE}:
        raise NotTalkedYet
