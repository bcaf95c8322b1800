"""What an employer's file must hold, and in which words; the refusals of registering, reviewing and inviting.

No queries, no clock.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from jobfair.core.errors import DomainError, Invalid, NotFound
from jobfair.employers.models import Employer, Invitation, Licence, Participation
from jobfair.employers.rules.identity import CODE_WRONG, REASONS, canonical_name, read_code
from jobfair.fairs.models import Fair

State = Employer.State
VERIFIED_FOR_MONTHS = 6  # product.md O2: papers are looked at again every six months
REMINDED_BEFORE = (timedelta(days=30), timedelta(days=7))
INVITATION_LASTS = timedelta(hours=72)
NAME_LONGEST, AREA_LONGEST, CONTACT_LONGEST, PERMIT_LONGEST, TEXT_LONGEST = 60, 40, 20, 40, 300

# Bidirectional overrides and isolates let a text rewrite what stands around it (Unicode TR 36, 3.2).
_OVERRIDES = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNREADABLE = {"Cc", "Cs", "Co", "Cn"}
_PHONE = re.compile(
    r"(?:\+?86-?)?(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|[48]00-?\d{3}-?\d{4}|\d{7,8})"
)


class FileInvalid(Invalid):
    """`fields` names each field of the file and its remedy."""

    code = "employers.file_invalid"
    message = _("企业资料有几处需要修改。")


class FileIncomplete(Invalid):
    code = "employers.file_incomplete"
    message = _("资料还不齐，补齐后才能提交审核。")


class PhoneNeeded(DomainError):
    """Only a person with a verified phone may act for an employer."""

    code = "employers.phone_needed"
    status = 403
    message = _("请先用手机号登录，再登记企业。")


class FileChanged(DomainError):
    """Another page or colleague changed the file since this one was read."""

    code = "employers.file_changed"
    message = _("资料刚刚被修改过，请看过新内容再继续。")


class AlreadyDecided(DomainError):
    """Another organiser was first; the sentence says who did what and when."""

    code = "employers.already_decided"


class NothingToReview(DomainError):
    code = "employers.nothing_to_review"
    message = _("这家企业现在没有等待审核的资料。")


class CannotVerify(DomainError):
    """The code does not pass, or no paper was shown and the note does not say what was looked at instead."""

    code = "employers.cannot_verify"
    message = _("现在不能通过。")


class LastRecruiter(DomainError):
    code = "employers.last_recruiter"
    message = _("这是最后一位招聘人员。请先邀请一位同事，再移除。")


class InvitationUnknown(NotFound):
    code = "employers.invitation_unknown"
    message = _("这个邀请链接不对，请让同事重新发一个。")


class InvitationSpent(DomainError):
    code = "employers.invitation_used"
    message = _("这个邀请链接已经用过。每个链接只能用一次，请让同事重新邀请。")


class InvitationOver(DomainError):
    code = "employers.invitation_expired"
    message = _("这个邀请链接已过期（72 小时内有效），请让同事重新邀请。")


class InvitationTakenBack(DomainError):
    code = "employers.invitation_revoked"
    message = _("这个邀请已被撤回，请联系邀请你的同事。")


class InvitationForAnother(DomainError):
    code = "employers.invitation_for_another"
    status = 403


class RequestAnswered(DomainError):
    code = "employers.request_answered"
    message = _("这个申请已经有人处理过了，请刷新查看结果。")


class FairNotOpen(DomainError):
    code = "employers.fair_not_open"
    message = _("这场招聘会已不再接受报名。")


class ParticipationRefused(DomainError):
    """Applying again after a refusal is for the organiser to start."""

    code = "employers.participation_state"
    message = _("这项参会申请现在的状态不能这样改，请刷新查看。")


# Why a file is sent back; the organiser picks some and adds a sentence.
REFUSALS: dict[str, str | Promise] = {
    "unreadable": _("证照照片看不清，请重新拍摄后上传"),
    "code_differs": _("统一社会信用代码与营业执照不一致"),
    "name_differs": _("企业名称与营业执照不一致"),
    "expired": _("证照已过有效期"),
    "permit_missing": _("缺少人力资源服务许可证或劳务派遣经营许可证"),
    "not_operating": _("登记状态异常（吊销、注销或列入经营异常名录）"),
    "out_of_scope": _("经营范围与招聘内容不符"),
    "other": _("其他，见说明"),
}


REASON_NEEDED = _("请写明原因，企业会看到。")


def posts_for_others(employer: Employer) -> bool:
    """Agencies and dispatch firms: each posting names the actual employer and the mandate.

    Regulations on the HR market (State Council decree 700), article 31; interim provisions on labour dispatch.
    """
    return employer.kind != Employer.Kind.DIRECT


def papers_asked_of(employer: Employer) -> tuple[Licence.Paper, ...]:
    if posts_for_others(employer):
        return (Licence.Paper.BUSINESS, Licence.Paper.PERMIT)
    return (Licence.Paper.BUSINESS,)


def missing_in_file(employer: Employer, papers: Collection[str]) -> dict[str, str]:
    """What is still to be filled in before the file can be reviewed: {field: remedy}."""
    asked = {
        "area": _now("请填写所在区县。"),
        "contact": _now("请填写个人信息联系人。"),
        "contact_phone": _now("请填写联系电话。"),
    }
    missing = {field: remedy for field, remedy in asked.items() if not getattr(employer, field)}
    if employer.credit_code is None or employer.reasons:
        reason = REASONS[employer.reasons[0]] if employer.reasons else CODE_WRONG
        missing["credit_code"] = f"{reason.sentence}{reason.remedy}"
    if posts_for_others(employer) and not employer.permit_number:
        missing["permit_number"] = _now("请填写许可证编号。")
    for paper in papers_asked_of(employer):
        if paper not in papers:
            missing[f"paper_{paper}"] = _now("请上传%(paper)s。") % {"paper": paper.label}
    return missing


def normal_file(
    *, name: str, kind: str, permit_number: str, area: str, contact: str, contact_phone: str
) -> dict[str, str]:
    """The fields as stored, or FileInvalid naming each that cannot be."""
    wrong: dict[str, str] = {}
    read = {
        "name": _line(wrong, "name", canonical_name(name), NAME_LONGEST, least=2),
        "permit_number": _line(wrong, "permit_number", permit_number, PERMIT_LONGEST),
        "area": _line(wrong, "area", area, AREA_LONGEST),
        "contact": _line(wrong, "contact", contact, CONTACT_LONGEST),
    }
    read["contact_phone"] = _phone(wrong, "contact_phone", contact_phone)
    if kind not in Employer.Kind.values:
        wrong["kind"] = _now("请从给出的选项中选择。")
    elif kind == Employer.Kind.DIRECT:
        read["permit_number"] = ""
    if wrong:
        raise FileInvalid(fields=wrong)
    return read | {"kind": kind}


def normal_code(text: str) -> str:
    """The credit code, or FileInvalid with the remedy (GB 32100-2015)."""
    code, reasons = read_code(text)
    if code is None:
        reason = REASONS[reasons[0]]
        raise FileInvalid(fields={"credit_code": f"{reason.sentence}{reason.remedy}"})
    return code


def normal_contact(*, contact: str, contact_phone: str) -> dict[str, str]:
    """A fair's contact, or FileInvalid."""
    wrong: dict[str, str] = {}
    read = {
        "contact": _line(wrong, "contact", contact, CONTACT_LONGEST, least=1),
        "contact_phone": _phone(wrong, "contact_phone", contact_phone),
    }
    if not wrong and not read["contact_phone"]:
        wrong["contact_phone"] = _now("请填写联系电话。")
    if wrong:
        raise FileInvalid(fields=wrong)
    return read


def normal_text(text: str) -> str:
    """An organiser's explanation, one paragraph, or FileInvalid."""
    wrong: dict[str, str] = {}
    read = _line(wrong, "text", text, TEXT_LONGEST)
    if wrong:
        raise FileInvalid(fields=wrong)
    return read


def ensure_can_verify(employer: Employer, *, papers: Collection[str], text: str) -> None:
    if employer.credit_code is None or not uscc.is_valid(employer.credit_code) or employer.reasons:
        raise CannotVerify(_("统一社会信用代码还没有通过校验，请先退回企业改正。"))
    lacking = [paper.label for paper in papers_asked_of(employer) if paper not in papers]
    if lacking and not text:
        named = _now("、").join(str(label) for label in lacking)
        raise CannotVerify(
            _now("企业还没有上传%(papers)s。如已线下核对，请在说明里写明看过什么。") % {"papers": named},
            fields={"text": _now("请写明线下核对了哪些证照。")},
        )


def ensure_reasons(reasons: Collection[str], text: str) -> None:
    """A refusal says why: a reason of the list, and a sentence where the list says `other`."""
    if not reasons or any(code not in REFUSALS for code in reasons):
        raise FileInvalid(fields={"reasons": _now("请至少选择一个原因。")})
    if "other" in reasons and not text:
        raise FileInvalid(fields={"text": _now("选择“其他”时，请写明原因。")})


def six_months_after(at: datetime) -> datetime:
    """The same day six months later, or that month's last."""
    month = at.month - 1 + VERIFIED_FOR_MONTHS
    year, month = at.year + month // 12, month % 12 + 1
    for day in (at.day, 30, 29, 28):
        try:
            return at.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def ensure_usable(invitation: Invitation, *, phone: str | None, now: datetime) -> None:
    """Whether the one who holds the link may use it now. Its own refusal for each way it may fail."""
    if invitation.revoked_at is not None:
        raise InvitationTakenBack
    if invitation.used_at is not None:
        raise InvitationSpent
    if invitation.expires_at <= now:
        raise InvitationOver
    if invitation.phone != phone:
        local = invitation.phone.removeprefix("+86")
        raise InvitationForAnother(
            _now("这个邀请是发给 %(phone)s 的，请用这个手机号登录后再打开链接。")
            % {"phone": f"{local[:3]}****{local[-4:]}"}
        )


PARTICIPATION_NEXT: dict[str, frozenset[str]] = {
    Participation.State.APPLIED: frozenset(
        {Participation.State.ACCEPTED, Participation.State.REFUSED, Participation.State.WITHDRAWN}
    ),
    Participation.State.ACCEPTED: frozenset(),
    Participation.State.REFUSED: frozenset({Participation.State.ACCEPTED}),
    Participation.State.WITHDRAWN: frozenset({Participation.State.APPLIED}),
}


def ensure_participation_may_become(participation: Participation, state: Participation.State) -> None:
    if state not in PARTICIPATION_NEXT[participation.state]:
        raise ParticipationRefused


def takes_applications(fair: Fair, now: datetime) -> bool:
    """Employers may apply once a fair is announced and until it closes."""
    return fair.state in {Fair.State.SCHEDULED, Fair.State.OPEN} and now < fair.closes_at


def _line(wrong: dict[str, str], field: str, text: str, most: int, *, least: int = 0) -> str:
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if len(line) > most:
        wrong[field] = _now("请缩短到 %(n)s 个字以内。") % {"n": most}
    elif len(line) < least:
        wrong[field] = _now("至少填写 %(n)s 个字。") % {"n": least}
    elif any(char in _OVERRIDES or unicodedata.category(char) in _UNREADABLE for char in line):
        wrong[field] = _now("含有看不见的控制字符，请重新输入。")
    elif field == "name" and any(unicodedata.category(char) == "So" for char in line):
        wrong[field] = _now("请照营业执照填写，不能有表情符号。")
    return line


def _phone(wrong: dict[str, str], field: str, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    plain = re.sub(r"[\s()]+", "", re.sub(r"[‐‑‒–—―−]", "-", plain))
    if plain and not _PHONE.fullmatch(plain):
        wrong[field] = _now("电话不对，请填手机号，或带区号的座机，例如 0513-80000000。")
    return plain
