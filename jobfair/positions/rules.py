"""The legal gate: what a position must state, what it may not ask, and the states it goes through.

What must be stated before publishing (employer, headcount, conditions, duties, place, base pay, validity):
人社厅发〔2025〕60号. What may not be asked: see legal/grounds.py, where each ground names its law.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobfair.core.errors import DomainError
from jobfair.employers.models import Employer
from jobfair.employers.rules import NOT_VERIFIED, Reason
from jobfair.employers.rules import REASONS as EMPLOYER_REASONS
from jobfair.fairs.models import Fair
from jobfair.positions.legal import GROUNDS, find_unlawful
from jobfair.positions.models import Complaint, Position

State = Position.State

NEXT: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.IN_REVIEW}),
    State.IN_REVIEW: frozenset({State.PUBLISHED, State.REFUSED, State.CLOSED}),
    State.PUBLISHED: frozenset({State.CLOSED, State.IN_REVIEW, State.REFUSED}),
    State.CLOSED: frozenset({State.IN_REVIEW}),
    State.REFUSED: frozenset({State.IN_REVIEW}),
}

_NOTICE = "人社厅发〔2025〕60号"
_HOUSE = "本平台规则"


class PositionStateRefused(DomainError):
    """The position cannot go from its state to the one asked for."""

    code = "positions.state_refused"
    message = _("岗位现在的状态不能这样改。")


class ChangedMeanwhile(DomainError):
    """Someone else has written since the asker looked; `fields` says what is different now."""

    code = "positions.changed_meanwhile"
    message = _("你打开之后，内容已被别人修改。请看过最新内容再操作。")


class GateRefused(DomainError):
    """The posting lacks what must be stated, or asks what may not be asked; `fields` says which and why."""

    code = "positions.gate_refused"
    status = 422
    message = _("岗位还不能提交，请按提示修改。")


class RefusalNeedsReason(DomainError):
    """A refusal without a reason helps nobody."""

    code = "positions.refusal_needs_reason"
    status = 422
    message = _("请选择原因，或用一句话写明，企业会看到。")

    def __init__(self) -> None:
        super().__init__(fields={"text": str(self.message)})


class ComplaintSettledBefore(DomainError):
    code = "positions.complaint_settled"
    message = _("这条举报已有人处理。")


class ImportGone(DomainError):
    code = "positions.import_gone"
    status = 410
    message = _("这份表格上传超过一天没有确认，已经删除。请重新上传。")


class FairOver(DomainError):
    code = "positions.fair_over"
    message = _("这场招聘会已结束，不能再提交岗位。")


class ValidityOver(DomainError):
    """Nothing can be imported that would be over before it begins."""

    code = "positions.validity_over"
    status = 422
    message = _("有效期止早于有效期起：请用 --valid-until 指定更晚的日期，或先延长招聘会。")


def _missing(name: str, sentence: str | Promise, remedy: str | Promise, source: str = _NOTICE) -> Reason:
    return Reason(f"positions.{name}", sentence, remedy, source)


_REASONS = (
    _missing("headcount_missing", _("没有填写招聘人数。"), _("请填写人数，如“5”或“5-10”。")),
    _missing("headcount_open", _("招聘人数写的是“若干”或“不限”。"), _("请写明人数，如“5”或“5-10”。")),
    _missing(
        "headcount_unreadable",
        _("招聘人数无法识别。"),
        _("请只写数字或范围，如“5”或“5-10”；被表格改成日期的请改回文本。"),
    ),
    _missing("pay_missing", _("没有写明薪酬（空白或“面议”）。"), _("请写明基本薪酬，如“5000-8000元/月”。")),
    _missing(
        "pay_base_missing",
        _("只写了提成、计件或上限，没有写明基本薪酬。"),
        _("请写明底薪或最低薪酬，如“底薪4000元/月+提成”。"),
    ),
    _missing(
        "pay_unreadable",
        _("薪酬无法识别。"),
        _("请写成“5000-8000元/月”“22元/小时”“8万-10万元/年”这样的整数金额和单位。"),
    ),
    _missing("education_missing", _("没有填写学历要求。"), _("请填写最低学历；没有要求的请填“不限”。")),
    _missing(
        "education_unreadable",
        _("学历要求无法识别。"),
        _("请填写最低学历，如“大专及以上”；没有要求的请填“不限”。"),
    ),
    _missing("area_missing", _("没有填写工作地点。"), _("请填写工作地点，至少到区县。")),
    _missing("duties_missing", _("没有岗位职责，也没有可参考的建议。"), _("请企业填写岗位职责。")),
    _missing(
        "duties_unconfirmed", _("岗位职责是系统建议，企业待确认。"), _("由组织者与企业核对后批量确认。")
    ),
    _missing("validity_missing", _("没有有效期。"), _("请填写岗位有效期的起止日期。")),
    _missing("validity_over", _("有效期已过。"), _("请延长有效期。")),
    _missing("employer_missing", _("这一行看不出是哪家企业的岗位。"), _("请在这一行或上面填写企业名称。")),
    _missing(
        "other_employer",
        _("这一行写的是别的企业。"),
        _("本页只导入你自己企业的岗位；请删去这一行，或改正企业名称和信用代码。"),
        _HOUSE,
    ),
    _missing("title_missing", _("没有填写岗位名称。"), _("请填写岗位名称；表格里多余的行请删去。")),
    _missing(
        "text_too_long",
        _("有一格文字过长。"),
        _("岗位名称、地点不超过 80 字，要求及福利不超过 400 字。"),
        _HOUSE,
    ),
    _missing(
        "source_missing",
        _("转载的岗位没有注明来源。"),
        _("请写明从哪个平台、哪个页面转来。"),
    ),
    _missing(
        "actual_employer_missing",
        _("代理招聘、劳务派遣的岗位没有写明实际用工单位。"),
        _("请填写实际用工单位的全称。"),
    ),
    _missing(
        "mandate_missing",
        _("没有写明用工单位的委托依据。"),
        _("请填写委托书或协议的名称、编号和日期。"),
    ),
    _missing("limits_ethnicity", _("限制民族。"), _("请删去民族限制。"), "就业促进法第二十八条"),
    _missing("limits_race", _("限制种族。"), _("请删去种族、肤色限制。"), "就业促进法第三条"),
    _missing(
        "limits_sex",
        _("限制性别或规定性别优先。"),
        _("请删去性别要求，或写“男女不限”。"),
        "妇女权益保障法第四十三条",
    ),
    _missing("limits_religion", _("限制宗教信仰。"), _("请删去宗教信仰要求。"), "就业促进法第三条"),
    _missing("limits_hukou", _("限制户籍、地域或规定本地户籍优先。"), _("请删去户籍、地域要求。"), _NOTICE),
    _missing("limits_status", _("限制身份。"), _("请删去对农民工等身份的限制。"), "就业促进法第三十一条"),
    _missing(
        "limits_marriage", _("限制婚姻或生育。"), _("请删去婚姻、生育要求。"), "妇女权益保障法第四十三条"
    ),
    _missing("limits_disability", _("排斥残疾人。"), _("请删去这项要求。"), "就业促进法第二十九条"),
    _missing(
        "tests_hepatitis_b",
        _("要求检测乙肝或排斥携带者。"),
        _("请删去乙肝检测要求。"),
        "人社部发〔2010〕12号",
    ),
    _missing(
        "asks_payment", _("向求职者收取押金或费用、要求担保。"), _("请取消收费和担保。"), "劳动合同法第九条"
    ),
    _missing("sells_training_loan", _("以培训贷款为入职条件。"), _("请取消贷款培训。"), _HOUSE),
    _missing("withholds_papers", _("扣押证件。"), _("请改为只查验或收取复印件。"), "劳动合同法第九条"),
    _missing("limits_age", _("限制年龄。"), _("请删去年龄上限，可写“年满18周岁”。"), _HOUSE),
)
STATES = (  # where a position stands that lacks nothing
    Reason("positions.ready", _("可以发布。"), _("由组织者发布。"), _HOUSE),
    Reason("positions.refused", _("组织者不予发布。"), _("改正后可重新提交审核。"), _HOUSE),
)
REASONS: dict[str, Reason] = {reason.code: reason for reason in (*_REASONS, *STATES)} | EMPLOYER_REASONS
UNLAWFUL = frozenset(ground.code for ground in GROUNDS)
TEXTS = ("title", "notes", "duties", "pay_note", "area")  # what the law reads
ORGANISERS_STEPS = frozenset({"positions.duties_unconfirmed", NOT_VERIFIED.code})


def ensure_may_become(position: Position, state: Position.State) -> None:
    if state not in NEXT[position.state]:
        raise PositionStateRefused


def ensure_takes_positions(fair: Fair) -> None:
    if fair.state in {Fair.State.CLOSED, Fair.State.ARCHIVED}:
        raise FairOver


def hires_for_others(employer: Employer) -> bool:
    """Agencies and dispatch firms: the person will work elsewhere, so the posting must say where and by whose leave."""
    return employer.kind in {Employer.Kind.AGENCY, Employer.Kind.DISPATCH}


def ensure_unsettled(complaint: Complaint) -> None:
    if complaint.state != Complaint.State.OPEN:
        raise ComplaintSettledBefore


def ensure_seen(position: Position, seen: int | None) -> None:
    """`seen` is the revision the asker looked at; None asks nothing."""
    if seen is not None and position.revision != seen:
        raise ChangedMeanwhile(fields={"revision": str(State(position.state).label)})


def ensure_all_seen(rows: Sequence[Position], seen: Mapping[int, int]) -> None:
    """Every one of `seen` (revision by id) is still among `rows`, as it was."""
    now = {row.pk: row.revision for row in rows}
    stale = {
        str(pk): str(_("内容已修改。") if pk in now else _("已不在待审核列表。"))
        for pk, revision in seen.items()
        if now.get(pk) != revision
    }
    if stale:
        raise ChangedMeanwhile(fields=stale)


def list_shortcomings(position: Position) -> list[str]:
    """What the posting itself lacks or may not ask, law first; independent of the day and of its employer.

    An empty field keeps the reason its import gave (若干 is not the same as blank); otherwise it is missing.
    """
    reasons = [] if position.title else ["positions.title_missing"]
    reasons += [finding.code for finding in find_unlawful(getattr(position, name) for name in TEXTS)]
    if position.pay_min is None or not position.pay_unit:
        reasons.append(_kept(position, "positions.pay_"))
    if position.headcount_min is None:
        reasons.append(_kept(position, "positions.headcount_"))
    if not position.education:
        reasons.append(_kept(position, "positions.education_"))
    if not position.area:
        reasons.append("positions.area_missing")
    if not position.duties:
        reasons.append("positions.duties_missing")
    if position.is_repost and not position.source:
        reasons.append("positions.source_missing")
    return reasons


def list_obstacles(position: Position, employer: Employer, *, on: date) -> list[str]:
    """What keeps a position from being published on a day: its employer, itself, the organiser's steps."""
    reasons: list[str] = []
    if employer.state != Employer.State.VERIFIED:
        reasons += employer.reasons or [NOT_VERIFIED.code]
    reasons += list_shortcomings(position)
    if hires_for_others(employer):
        reasons += [
            f"positions.{name}_missing"
            for name in ("actual_employer", "mandate")
            if not getattr(position, name)
        ]
    if position.valid_from is None or position.valid_until is None:
        reasons.append("positions.validity_missing")
    elif position.valid_until < on:
        reasons.append("positions.validity_over")
    if position.duties and position.duties_confirmed_at is None:
        reasons.append("positions.duties_unconfirmed")
    return reasons


def list_lapses(position: Position, employer: Employer, *, on: date) -> list[str]:
    """What a published position no longer satisfies.

    An employer that has come due for its next verification publishes nothing new and keeps what it has; a last
    day that is over closes the position, it does not send it back.
    """
    pardoned = {"positions.validity_over"}
    if employer.state == Employer.State.DUE:
        pardoned |= {NOT_VERIFIED.code, *employer.reasons}
    return [code for code in list_obstacles(position, employer, on=on) if code not in pardoned]


def _kept(position: Position, prefix: str) -> str:
    return next((code for code in position.reasons if code.startswith(prefix)), f"{prefix}missing")
