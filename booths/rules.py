"""The line's rule, as pure decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from booths.models import Booth, Ticket
from jobfair.core.errors import DomainError
from jobfair.fairs.models import Fair

PLACES_BACK = 3
SPACING = 1 << 40  # room for forty halvings; 4,000 places still fit a browser's 2^53

State = Ticket.State
TRANSITIONS: dict[str, frozenset[str]] = {
    State.WAITING: frozenset({State.CALLED, State.LEFT, State.PAUSED, State.TRANSFERRED, State.EXPIRED}),
    State.PAUSED: frozenset({State.WAITING, State.LEFT, State.TRANSFERRED, State.EXPIRED}),
    State.CALLED: frozenset(
        {State.ARRIVED, State.SERVING, State.MISSED, State.LEFT, State.PAUSED, State.WAITING}
    ),
    State.ARRIVED: frozenset({State.SERVING, State.LEFT}),
    State.SERVING: frozenset({State.DONE}),
    State.MISSED: frozenset({State.WAITING}),
    State.DONE: frozenset(),
    State.LEFT: frozenset(),
    State.TRANSFERRED: frozenset(),
    State.EXPIRED: frozenset(),
}
BOOTH_TRANSITIONS: dict[str, frozenset[str]] = {
    Booth.State.CLOSED: frozenset({Booth.State.OPEN}),
    Booth.State.OPEN: frozenset({Booth.State.PAUSED, Booth.State.CLOSED}),
    Booth.State.PAUSED: frozenset({Booth.State.OPEN, Booth.State.CLOSED}),
}


class FairNotOpen(DomainError):
    code = "booths.fair_not_open"
    message = _("招聘会不在开放时间，请看首页的时间安排。")


class BoothNotOpen(DomainError):
    code = "booths.booth_not_open"
    message = _("展位现在不接受排队，请稍后再来或先看其他展位。")


class BoothPaused(DomainError):
    code = "booths.booth_paused"
    message = _("展位已暂停叫号，请先恢复叫号。")


class BoothCannotChange(DomainError):
    code = "booths.booth_cannot_change"
    message = _("展位状态已经变了，请看最新状态后再操作。")


class BoothBusy(DomainError):
    code = "booths.booth_busy"
    message = _("还有人被叫号或正在面谈，请先结束再关闭展位。")


class AlreadyInLine(DomainError):
    code = "booths.already_in_line"
    message = _("你已经在这个展位排队了，原来的号有效。")


class TooManyLines(DomainError):
    code = "booths.too_many_lines"
    message = _("同时排队的展位已到上限，退出一个后再取号。")


class LineEmpty(DomainError):
    code = "booths.line_empty"
    message = _("现在没有等候的人。")


class DeskBusy(DomainError):
    code = "booths.desk_busy"
    message = _("这张桌子还有一位没有结束，请先完成。")


class CallNotDue(DomainError):
    code = "booths.call_not_due"
    message = _("对方还在到场时限内，请再等一等。")


class TicketCannotChange(DomainError):
    code = "booths.ticket_cannot_change"
    message = _("这个号的状态已经变了，请看最新状态后再操作。")


def ensure_ticket_may_become(ticket: Ticket, state: str) -> None:
    if state not in TRANSITIONS[ticket.state]:
        raise TicketCannotChange


def ensure_booth_may_become(booth: Booth, state: str) -> None:
    if state not in BOOTH_TRANSITIONS[booth.state]:
        raise BoothCannotChange


def ensure_takes_tickets(booth: Booth, fair: Fair, now: datetime) -> None:
    """A fair takes tickets while it is open; a booth while it is open or only pauses calling."""
    if fair.state != Fair.State.OPEN or not fair.opens_at <= now < fair.closes_at:
        raise FairNotOpen
    if booth.state == Booth.State.CLOSED:
        raise BoothNotOpen


def ensure_calls(booth: Booth) -> None:
    if booth.state == Booth.State.PAUSED:
        raise BoothPaused
    if booth.state == Booth.State.CLOSED:
        raise BoothNotOpen


def ensure_room_for_another_line(fair: Fair, active_tickets: int) -> None:
    if active_tickets >= fair.tickets_per_seeker:
        raise TooManyLines


def ensure_due(due_at: datetime, now: datetime) -> None:
    """A called person may use the whole time that was promised."""
    if now < due_at:
        raise CallNotDue(retry_after=max(1, int((due_at - now).total_seconds())))


def time_to_arrive(fair: Fair, channel: str) -> timedelta:
    onsite = channel == Ticket.Channel.ONSITE
    return timedelta(seconds=fair.onsite_call_seconds if onsite else fair.online_call_seconds)


def place_at_end(last: int) -> int:
    """The place behind everyone; `last` is the greatest place in the line, 0 for an empty one."""
    return (last // SPACING + 1) * SPACING


def place_after_miss(waiting: Sequence[int], own: int) -> int:
    """The place three waiting people further back than `own`, between its new neighbours.

    `waiting` holds the places of the others who wait, ascending. Where forty halvings have left no room,
    the place of the fourth is shared: equal places are ordered by number.
    """
    behind = [place for place in waiting if place > own]
    if not behind:
        return own
    if len(behind) <= PLACES_BACK:
        return behind[-1] + SPACING // 2
    before, after = behind[PLACES_BACK - 1], behind[PLACES_BACK]
    middle = (before + after) // 2
    return middle if middle > before else after
