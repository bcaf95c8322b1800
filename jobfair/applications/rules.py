"""When a résumé may be handed in, how an application goes on, and until when it must be answered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobfair.accounts.models import User
from jobfair.applications.models import Application, Decision
from jobfair.core.errors import DomainError, Invalid, TooMany
from jobfair.core.working_days import end_of_working_day
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position

State = Application.State
Owner = Application.Owner

ANSWER_DAYS = 3  # working days: the answer promise
ESCALATION_DAYS = 1  # working days at each further owner
UNDO = timedelta(seconds=10)
START_WITHIN = timedelta(days=366)
SUBMISSIONS_MOST, SUBMISSIONS_PERIOD = 200, timedelta(hours=1)  # more is no choice any more
REMIND_AGAIN = timedelta(hours=4)
KEPT_FOR = timedelta(days=3 * 366)
"""At least three years after the service: 网络招聘服务管理规定（人社部令第44号）, 电子商务法第三十一条."""

# Decisions only follow a person's reading: nothing unopened is ever decided, so no rejection is purely automated
# (个人信息保护法第二十四条). Steps forward may be skipped (现场录用). Nobody decides `hired`: an offer becomes it when
# the person says so, or the employer with a contract (`starting`).
DECISIONS: Mapping[str, frozenset[str]] = {
    State.SUBMITTED: frozenset(),
    State.OPENED: frozenset({State.SHORTLISTED, State.INVITED, State.OFFERED, State.REJECTED}),
    State.SHORTLISTED: frozenset({State.INVITED, State.OFFERED, State.REJECTED}),
    State.INVITED: frozenset({State.OFFERED, State.REJECTED}),
    State.OFFERED: frozenset({State.REJECTED}),
    State.HIRED: frozenset(),
    State.REJECTED: frozenset(),
    State.WITHDRAWN: frozenset(),
}

# Each is about the position, never about the person: what the posting gate forbids to ask is no reason either.
REASONS: dict[str, str | Promise] = {
    "experience": _("工作经验与岗位要求有差距"),
    "skills": _("技能或证书与岗位要求有差距"),
    "education": _("学历或专业与岗位要求有差距"),
    "place": _("工作地点或班次不合适"),
    "pay": _("薪酬期望与岗位差距较大"),
    "filled": _("岗位已招满"),
    "reserve": _("已存入人才储备，有合适岗位再联系"),
    "other": _("其他原因"),
}


class PhoneNeeded(DomainError):
    code = "applications.phone_needed"
    status = 403
    message = _("投递前请先用手机号登录。")


class FairNotOpen(DomainError):
    code = "applications.fair_not_open"
    message = _("招聘会还没有开始，开始后才能投递。")


class FairOver(DomainError):
    code = "applications.fair_over"
    message = _("招聘会已经结束，不再接收投递。")


class PositionClosed(DomainError):
    code = "applications.position_closed"
    message = _("这个岗位已停止招聘，请看看其他岗位。")


class ConsentNeeded(DomainError):
    code = "applications.consent_needed"
    message = _("第一次向这家企业投递，请先同意把简历交给它。")


class WithdrawnBefore(DomainError):
    code = "applications.withdrawn_before"
    message = _("你撤回过这个岗位的投递，本场招聘会不能再投同一岗位，可以投其他岗位。")


class CannotWithdraw(DomainError):
    code = "applications.cannot_withdraw"
    message = _("这份投递已经结束，不用撤回。")


class NotOpened(DomainError):
    code = "applications.not_opened"
    message = _("请先打开简历看过，再作决定。")


class CannotDecide(DomainError):
    code = "applications.cannot_decide"
    message = _("这份投递的状态已经变了，请看最新状态后再操作。")


class ReasonNeeded(Invalid):
    code = "applications.reason_needed"
    message = _("请选择原因，求职者会看到。")


class HoldsOffice(DomainError):
    code = "applications.holds_office"
    message = _("你还是企业或招聘会的工作人员，请先请同事移除你的身份，再注销账号。")


class UndoTooLate(DomainError):
    code = "applications.undo_too_late"
    message = _("已超过 10 秒，结果已告知求职者，不能撤销。")


class NotOffered(DomainError):
    code = "applications.not_offered"
    message = _("请先发出录用意向，10 秒后对方收到了，再登记到岗日。")


class StartTooFar(Invalid):
    code = "applications.start_too_far"
    message = _("到岗日请填前后一年以内的日期。")


class ContractAhead(Invalid):
    code = "applications.contract_ahead"
    message = _("合同签订日不能晚于今天，签了以后再填。")


class StartUnknown(DomainError):
    code = "applications.start_unknown"
    message = _("还没有登记到岗日，或这份投递已经结束。")


class NotThatDayYet(DomainError):
    code = "applications.not_that_day_yet"
    message = _("还没到那一天，请到时再确认。")


class NothingOverdue(DomainError):
    code = "applications.nothing_overdue"
    message = _("这家企业现在没有超期未答复的投递，不用催办。")


class NobodyToRemind(DomainError):
    code = "applications.nobody_to_remind"
    message = _("这家企业没有招聘人员可以通知，请打电话联系企业联系人。")


class RemindedRecently(DomainError):
    code = "applications.reminded_recently"
    message = _("4小时内已经催办过，请先等企业答复，急的话请打电话。")


def ensure_may_remind(*, overdue: int, recruiters: int, last: datetime | None, now: datetime) -> None:
    """A reminder every four hours at most: more of them are read less."""
    if not overdue:
        raise NothingOverdue
    if not recruiters:
        raise NobodyToRemind
    if last is not None and now < last + REMIND_AGAIN:
        raise RemindedRecently(retry_after=int((last + REMIND_AGAIN - now).total_seconds()) + 1)


def ensure_may_submit(seeker: User) -> None:
    """Real-name rules: a résumé comes from a verified phone."""
    if seeker.is_guest or not seeker.phone_verified or not seeker.phone:
        raise PhoneNeeded


def ensure_not_too_many(lately: tuple[int, datetime] | None, *, now: datetime) -> None:
    """`lately`: how many were handed in within SUBMISSIONS_PERIOD, and when the first of them."""
    if lately is not None and lately[0] >= SUBMISSIONS_MOST:
        raise TooMany(retry_after=math.ceil((lately[1] + SUBMISSIONS_PERIOD - now).total_seconds()))


def ensure_takes_applications(position: Position, fair: Fair, *, today: date, now: datetime) -> None:
    """From the fair's opening to the end of its extension, while the position is published and valid."""
    if fair.state in {Fair.State.DRAFT, Fair.State.SCHEDULED}:
        raise FairNotOpen
    if fair.state not in {Fair.State.OPEN, Fair.State.EXTENDED} or now >= fair.extension_ends_at:
        raise FairOver
    over = position.valid_until is not None and position.valid_until < today
    if position.state != Position.State.PUBLISHED or over:
        raise PositionClosed


def answer_due(submitted_at: datetime) -> datetime:
    return end_of_working_day(submitted_at, days=ANSWER_DAYS)


def next_owner(level: str) -> Owner:
    return {Owner.RECRUITER: Owner.BOOTH}.get(Owner(level), Owner.ORGANISER)


def next_escalation(level: str, now: datetime) -> datetime | None:
    """When it goes further up from `level`; the organiser is the last."""
    return None if level == Owner.ORGANISER else end_of_working_day(now, days=ESCALATION_DAYS)


def ensure_may_decide(application: Application, to: str) -> None:
    if application.state == State.SUBMITTED:
        raise NotOpened
    if to not in DECISIONS[application.state]:
        raise CannotDecide


def ensure_may_withdraw(told_state: str) -> None:
    """By what the seeker has been told: a rejection that may still be undone is none yet."""
    if told_state not in Application.ACTIVE:
        raise CannotWithdraw


def ensure_reason(to: str, code: str, text: str) -> None:
    """A rejection says why, in the seeker's words; `other` needs a sentence of its own."""
    if code and code not in REASONS:
        raise ReasonNeeded(fields={"reason_code": str(_("请从列表中选择原因。"))})
    if to == State.REJECTED and not code:
        raise ReasonNeeded(fields={"reason_code": str(_("请选择不合适的原因。"))})
    if code == "other" and not text.strip():
        raise ReasonNeeded(fields={"reason_text": str(_("选择“其他原因”时，请写明原因。"))})


def ensure_may_undo(decision: Decision, now: datetime) -> None:
    if decision.state != Decision.State.PENDING or now >= decision.settles_at:
        raise UndoTooLate


def ensure_offered(state: str, *, told: str) -> None:
    """A date is agreed on an offer that has reached the seeker."""
    if state not in {State.OFFERED, State.HIRED} or told not in {State.OFFERED, State.HIRED}:
        raise NotOffered


def ensure_start_near(starts_on: date, contract_on: date | None, *, today: date) -> None:
    if abs(starts_on - today) > START_WITHIN:
        raise StartTooFar(fields={"starts_on": str(StartTooFar.message)})
    if contract_on is not None and contract_on > today:
        raise ContractAhead(fields={"contract_on": str(ContractAhead.message)})


def is_answer(state: str) -> bool:
    """Opening is no answer; everything the employer decides after it is."""
    return state not in {State.SUBMITTED, State.OPENED, State.WITHDRAWN}
