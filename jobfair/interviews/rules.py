"""Who may talk when, which servers a browser is shown, and when a slot is to be had."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from booths.models import Ticket
from jobfair.accounts.models import User
from jobfair.core.errors import DomainError, Invalid
from jobfair.fairs.models import Fair
from jobfair.interviews.models import Booking, Slot, VideoTalk

EARLY = timedelta(minutes=10)  # a booked talk opens so long before its time
LATE = timedelta(minutes=30)  # and may go on so long after it
SIGNALS_MOST = 120  # of one round; a connection takes about ten
AHEAD_MOST = timedelta(days=90)
REMIND_BEFORE = (timedelta(hours=24), timedelta(minutes=30))
TALKING = frozenset({Ticket.State.CALLED, Ticket.State.ARRIVED, Ticket.State.SERVING})


class PhoneNeeded(DomainError):
    """Real-name rules, as for chat: 网络安全法（2016）第二十四条."""

    code = "interviews.phone_needed"
    status = 403
    message = _("视频面谈前请先用手机号登录，你的排队号会保留。")


class NotOnline(DomainError):
    code = "interviews.not_online"
    message = _("这是现场排队号，请到展位面谈。")


class NotCalled(DomainError):
    code = "interviews.not_called"
    message = _("还没有叫到这个号，叫到后就能进入视频面谈。")


class TalkOver(DomainError):
    code = "interviews.talk_over"
    message = _("这次视频面谈已经结束。")


class TooEarly(DomainError):
    code = "interviews.too_early"
    message = _("还没到预约的时间，开始前 10 分钟可以进入。")


class HeldByColleague(DomainError):
    code = "interviews.held_by_colleague"
    message = _("同事正在和这位求职者视频，请先和同事商量。")


class SeatTaken(DomainError):
    """Another page of the same person has sat down."""

    code = "interviews.seat_taken"
    message = _("面谈已在你的另一个页面继续。")


class OldRound(DomainError):
    """Somebody sat down meanwhile: what was said belongs to a connection that is no more."""

    code = "interviews.old_round"
    message = _("连接已经重新开始。")


class RoundFull(DomainError):
    code = "interviews.round_full"
    message = _("连接没有成功，请重新进入。")


class FinishAtDesk(DomainError):
    code = "interviews.finish_at_desk"
    message = _("请在工作台结束这次面谈，并填写结果。")


class NoTie(DomainError):
    """Slots are for people the employer knows of."""

    code = "interviews.no_tie"
    status = 403
    message = _("先投递这家企业的岗位，或在展位排过队，就能预约面谈。")


class SlotTaken(DomainError):
    code = "interviews.slot_taken"
    message = _("这个时段刚刚被别人约走了，请另选一个时段。")


class SlotGone(DomainError):
    code = "interviews.slot_gone"
    message = _("这个时段已不能预约，请另选一个时段。")


class BookedBefore(DomainError):
    code = "interviews.booked_before"
    message = _("你已经约了这家企业，要换时间请用改期。")


class TimeTaken(DomainError):
    code = "interviews.time_taken"
    message = _("你在这个时间已有别的面谈，请另选一个时段。")


class BookingOver(DomainError):
    code = "interviews.booking_over"
    message = _("这个预约已经取消或已过时间。")


class SlotsOverlap(Invalid):
    code = "interviews.slots_overlap"
    message = _("和你已发布的时段重叠，请换一个开始时间。")


class SlotInPast(Invalid):
    code = "interviews.slot_in_past"
    message = _("开始时间已过，请选以后的时间。")


class SlotTooFar(Invalid):
    code = "interviews.slot_too_far"
    message = _("时段最晚到招聘会线上延期结束那天，请选早一点的时间。")


class PlaceNeeded(Invalid):
    code = "interviews.place_needed"
    message = _("现场面谈请写清地点。")


# Talks


def ensure_may_be_seen(user: User) -> None:
    if user.is_guest or not user.phone_verified or not user.phone:
        raise PhoneNeeded


def ensure_by_video(ticket: Ticket) -> None:
    """Of a ticket taken online, from its call to the end of its talk."""
    if ticket.channel != Ticket.Channel.ONLINE:
        raise NotOnline
    if ticket.state not in TALKING:
        raise TalkOver if ticket.state not in Ticket.ACTIVE else NotCalled


def ensure_open(talk: VideoTalk) -> None:
    if talk.ended_at is not None:
        raise TalkOver


def ensure_its_time(booking: Booking, now: datetime) -> None:
    if booking.state != Booking.State.BOOKED or booking.slot.mode != Slot.Mode.VIDEO:
        raise BookingOver
    if now >= closes_at(booking.slot):
        raise BookingOver
    opens_at = booking.slot.starts_at - EARLY
    if now < opens_at:
        raise TooEarly(retry_after=max(1, int((opens_at - now).total_seconds())))


def closes_at(slot: Slot) -> datetime:
    return slot.ends_at + LATE


def ensure_speaks(talk: VideoTalk, side: str, *, page: str, in_round: int) -> None:
    """Only the page that has the seat, and only in the round at hand."""
    ensure_open(talk)
    if talk.page_of(side) != page:
        raise SeatTaken
    if talk.round != in_round:
        raise OldRound


# Servers that help two browsers find each other


@dataclass(frozen=True)
class IceConfig:
    """Addresses as browsers take them (RFC 7064, RFC 7065); `lifetime` is that of a credential."""

    stun: Sequence[str] = ()
    turn: Sequence[str] = ()
    secret: str = ""
    lifetime: timedelta = timedelta(hours=2)


@dataclass(frozen=True)
class IceServer:
    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


def ice_servers(config: IceConfig, *, who: str, now: datetime) -> list[IceServer]:
    """STUN as it is, TURN with a name and password that expire (draft-uberti-behave-turn-rest-00, 2.2): the name is
    the Unix second it ends at and `who`, the password its HMAC-SHA1 under the secret that only the servers share."""
    servers = [IceServer(tuple(config.stun))] if config.stun else []
    if config.turn and config.secret:
        username = f"{int((now + config.lifetime).timestamp())}:{who}"
        digest = hmac.new(config.secret.encode(), username.encode(), hashlib.sha1).digest()
        servers.append(IceServer(tuple(config.turn), username, base64.b64encode(digest).decode()))
    return servers


# Slots


def ensure_publishable(
    fair: Fair, *, starts_at: datetime, ends_at: datetime, mode: str, address: str, now: datetime
) -> None:
    if starts_at <= now:
        raise SlotInPast(fields={"starts_at": str(SlotInPast.message)})
    if ends_at > min(fair.extension_ends_at, now + AHEAD_MOST):
        raise SlotTooFar(fields={"starts_at": str(SlotTooFar.message)})
    if mode == Slot.Mode.ONSITE and not address:
        raise PlaceNeeded(fields={"address": str(PlaceNeeded.message)})


def overlap(one: Slot, other: Slot) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def ensure_bookable(slot: Slot, now: datetime) -> None:
    if slot.withdrawn_at is not None or slot.starts_at <= now:
        raise SlotGone


def ensure_changeable(booking: Booking, now: datetime) -> None:
    if booking.state != Booking.State.BOOKED or booking.slot.ends_at <= now:
        raise BookingOver


def ensure_free(slot: Slot, others: Sequence[Slot]) -> None:
    """Nobody talks to two employers at once."""
    if any(overlap(slot, other) for other in others):
        raise TimeTaken


def reminds_at(slot: Slot, now: datetime) -> list[tuple[int, datetime]]:
    """(minutes before, when), of those that are still to come."""
    times = [(int(ahead.total_seconds()) // 60, slot.starts_at - ahead) for ahead in REMIND_BEFORE]
    return [(minutes, at) for minutes, at in times if at > now]


def still_reminds(booking: Booking, *, sequence: int, minutes: int, now: datetime) -> bool:
    """Whether a reminder asked for long ago is still true, and no nearer one has taken its place."""
    if booking.state != Booking.State.BOOKED or booking.sequence != sequence:
        return False
    nearer = [ahead for ahead in REMIND_BEFORE if ahead < timedelta(minutes=minutes)]
    until = booking.slot.starts_at - max(nearer, default=timedelta(0))
    return now < until
