"""The line's rule, as pure decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from booths.models import Booth, Call, Interview, LineRule, Ticket
from jobfair.applications.models import Application
from jobfair.core.errors import DomainError, Invalid
from jobfair.core.working_days import end_of_working_day
from jobfair.fairs.models import Fair

PLACES_BACK = 3
READY_AHEAD = 3  # a ready check goes out when no more people than this are ahead
LATER = timedelta(minutes=10)
POSTPONED_AT_MOST = 1  # "in 10 minutes" once per ticket; a pause from the line is free
RECALL_EACH = timedelta(seconds=10)
UNDO = timedelta(seconds=10)
CONSENT_DAYS = 3  # working days a walk-in has to agree to an outcome
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
    State.DONE: frozenset({State.SERVING}),  # a finish undone
    State.LEFT: frozenset(),
    State.TRANSFERRED: frozenset(),
    State.EXPIRED: frozenset(),
}
CERTIFICATES: dict[str, frozenset[str]] = {
    Ticket.Priority.VETERAN: frozenset({Ticket.Certificate.VETERAN_CARD, Ticket.Certificate.DISCHARGE_PAPER}),
    Ticket.Priority.DISABLED: frozenset({Ticket.Certificate.DISABILITY_CARD}),
    Ticket.Priority.PREGNANT: frozenset({Ticket.Certificate.MATERNITY_RECORD}),
}
DECIDES: dict[str, str] = {
    Interview.Outcome.SECOND_INTERVIEW: Application.State.INVITED,
    Interview.Outcome.OFFER: Application.State.OFFERED,
    Interview.Outcome.REJECT: Application.State.REJECTED,
}
BOOTH_TRANSITIONS: dict[str, frozenset[str]] = {
    Booth.State.CLOSED: frozenset({Booth.State.OPEN}),
    Booth.State.OPEN: frozenset({Booth.State.PAUSED, Booth.State.CLOSED}),
    Booth.State.PAUSED: frozenset({Booth.State.OPEN, Booth.State.CLOSED}),
}


class FairNotOpen(DomainError):
    code = "booths.fair_not_open"
    message = _("招聘会不在开放时间，请看首页的时间安排。")


class NumberTaken(Invalid):
    code = "booths.number_taken"
    message = _("这个展位号已经有人用了，请换一个号码。")


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


class LastTicketGiven(DomainError):
    code = "booths.last_ticket_given"
    message = _("展位今天的号已经发完，可以直接投递简历或看其他展位。")


class PeopleWaiting(DomainError):
    """Closing would end places; whoever closes says so knowingly."""

    code = "booths.people_waiting"
    message = _("还有人在排队。关闭后他们的号作废，会收到通知，并可一键投递简历。确认关闭请再按一次。")


class NotWaiting(DomainError):
    code = "booths.not_waiting"
    message = _("这个号不在等候，请从列表里另选一位。")


class CalledElsewhere(DomainError):
    """Told of a picked person only; call next keeps the place and goes on."""

    code = "booths.called_elsewhere"
    message = _("对方正在别的展位，位置已保留，请先叫下一位。")


class RecallTooSoon(DomainError):
    code = "booths.recall_too_soon"
    message = _("刚刚叫过，请稍等再叫。")


class UndoTooLate(DomainError):
    code = "booths.undo_too_late"
    message = _("已超过 10 秒，不能撤销。")


class CannotReopen(DomainError):
    code = "booths.cannot_reopen"
    message = _("对方或这张桌子已有新的安排，不能恢复刚才的面谈。")


class PostponedBefore(DomainError):
    code = "booths.postponed_before"
    message = _("这个号已经延后过一次，请现在到场，或退出后重新取号。")


class PriorityNotOffered(Invalid):
    code = "booths.priority_not_offered"
    message = _("本场招聘会没有设这一类优先，请看排队规则。")


class CertificateDoesNotFit(Invalid):
    code = "booths.certificate_does_not_fit"
    message = _("证件与优先类别不符，请核对后再选。")


class NotAService(DomainError):
    code = "booths.not_a_service"
    message = _("这是企业展位，咨询员只能安排在服务台。")


class OutcomeNotOffered(Invalid):
    """A service advises; it neither hires nor rejects."""

    code = "booths.outcome_not_offered"
    message = _("服务台没有录用结论，请填写建议和下一步。")


class OtherFair(DomainError):
    code = "booths.other_fair"
    message = _("只能转到同一场招聘会的其他展位。")


class PassUnknown(Invalid):
    code = "booths.pass_unknown"
    message = _("没有找到这张入场码，请再扫一次，或直接打印排队号。")


class ClaimUnknown(DomainError):
    """The same for a wrong number, a wrong code and a paper already claimed."""

    code = "booths.claim_unknown"
    message = _("号码或领取码不对，或者这张号已被领取，请核对小票。")


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
    ensure_takes_booked(booth, fair, now)
    if not booth.takes_tickets:
        raise LastTicketGiven


def ensure_takes_booked(booth: Booth, fair: Fair, now: datetime) -> None:
    """What was booked is kept after the last ticket too."""
    if fair.state != Fair.State.OPEN or not fair.opens_at <= now < fair.closes_at:
        raise FairNotOpen
    if booth.state == Booth.State.CLOSED:
        raise BoothNotOpen


def ensure_calls(booth: Booth) -> None:
    if booth.state == Booth.State.PAUSED:
        raise BoothPaused
    if booth.state == Booth.State.CLOSED:
        raise BoothNotOpen


def ensure_service(booth: Booth) -> None:
    if not booth.service:
        raise NotAService


def ensure_outcome(booth: Booth, outcome: str) -> None:
    if booth.service and outcome:
        raise OutcomeNotOffered(fields={"outcome": str(OutcomeNotOffered.message)})


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


def place_of_new(rule: LineRule | None, channel: str, *, last: int, last_of_channel: int, called: int) -> int:
    """The place of a ticket just taken; docs/decisions/0015 says why.

    Without an interleave: behind everyone (`last`). With a : b, each channel's tickets stand S/a or S/b apart,
    from where the line has been called to, so that a : b of them are called in turn while both wait.
    """
    if rule is None or not rule.interleave_onsite:
        return place_at_end(last)
    onsite = channel == Ticket.Channel.ONSITE
    step = SPACING // (rule.interleave_onsite if onsite else rule.interleave_online)
    return max(called, last_of_channel - last_of_channel % 2) + step // 2 * 2 + (0 if onsite else 1)


def place_at_end(last: int) -> int:
    """The place behind everyone; `last` is the greatest place in the line, 0 for an empty one."""
    return (last // SPACING + 1) * SPACING


def place_with_priority(preferred: Sequence[int], others: Sequence[int], own: int) -> int:
    """Behind those with priority who wait, before everyone else; never further back than `own`.

    `preferred` and `others` hold the places of those who wait, ascending. Where no room is left between the two,
    the place of the last with priority is shared: equal places are ordered by number.
    """
    if not others or own < others[0]:
        return own
    after = others[0]
    before = max([place for place in preferred if place < after], default=after - SPACING)
    middle = (before + after) // 2
    return max(before, middle)


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


def ensure_priority(rule: LineRule | None, kind: str, certificate: str) -> None:
    """The fair offers this priority, and the certificate a clerk has seen is one for it."""
    if rule is None or kind not in rule.priorities:
        raise PriorityNotOffered(fields={"kind": str(PriorityNotOffered.message)})
    if certificate not in CERTIFICATES[kind]:
        raise CertificateDoesNotFit(fields={"certificate": str(CertificateDoesNotFit.message)})


def ensure_may_recall(call: Call, now: datetime) -> None:
    ready = call.announced_at + RECALL_EACH
    if now < ready:
        raise RecallTooSoon(retry_after=max(1, int((ready - now).total_seconds())))


def ensure_may_undo_call(call: Call, now: datetime) -> None:
    if now >= call.called_at + UNDO:
        raise UndoTooLate


def ensure_may_undo_finish(interview: Interview, now: datetime) -> None:
    if interview.ended_at is None or now >= interview.ended_at + UNDO:
        raise UndoTooLate


def needs_consent(outcome: str) -> bool:
    """What the employer offers a walk-in is an application only if the person agrees to one."""
    return outcome in {Interview.Outcome.SECOND_INTERVIEW, Interview.Outcome.OFFER}


def consent_due(now: datetime) -> datetime:
    return end_of_working_day(now, days=CONSENT_DAYS)
