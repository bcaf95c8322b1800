"""Decisions about employers; no queries, no clock."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from jobfair.core.errors import DomainError
from jobfair.employers.models import Employer

State = Employer.State

NEXT: dict[str, frozenset[str]] = {
    State.REGISTERED: frozenset({State.IN_REVIEW}),
    State.IN_REVIEW: frozenset({State.VERIFIED, State.REFUSED}),
    State.VERIFIED: frozenset({State.IN_REVIEW, State.DUE, State.REFUSED}),
    State.DUE: frozenset({State.IN_REVIEW, State.VERIFIED, State.REFUSED}),
    State.REFUSED: frozenset({State.IN_REVIEW}),
}


@dataclass(frozen=True)
class Reason:
    """Why something waits or is refused: a stable code, what is wrong, what to do, and who asks for it."""

    code: str
    sentence: str | Promise
    remedy: str | Promise
    source: str


CODE_SOURCE = "GB 32100-2015"
CODE_MISSING = Reason(
    "employers.code_missing",
    _("没有填写统一社会信用代码。"),
    _("请企业按营业执照补填 18 位代码。"),
    CODE_SOURCE,
)
CODE_WRONG = Reason(
    "employers.code_wrong",
    _("统一社会信用代码未通过校验。"),
    _("请对照营业执照逐位核对后改正。"),
    CODE_SOURCE,
)
CODE_TAKEN = Reason(
    "employers.code_taken",
    _("这个统一社会信用代码已属于另一家企业。"),
    _("请核对两家企业的营业执照，改正填错的一家。"),
    CODE_SOURCE,
)
NOT_VERIFIED = Reason(
    "employers.not_verified",
    _("企业尚未核验。"),
    _("由组织者核验企业资料。"),
    "人社厅发〔2025〕60号",
)
REASONS = {reason.code: reason for reason in (CODE_MISSING, CODE_WRONG, CODE_TAKEN, NOT_VERIFIED)}


class EmployerStateRefused(DomainError):
    """The employer cannot go from its state to the one asked for."""

    code = "employers.state_refused"
    message = _("企业现在的状态不能这样改。")


@dataclass(frozen=True)
class StatedEmployer:
    """An employer as a sheet or a form states it."""

    name: str
    code: str = ""
    area: str = ""
    contact: str = ""
    contact_phone: str = ""
    booth: str = ""


@dataclass(frozen=True)
class Identity:
    """Who a stated employer is: its valid code, or (with the reason it waits) its name."""

    name: str
    code: str | None
    reasons: tuple[str, ...] = field(default=(), compare=False)


def canonical_name(text: str) -> str:
    """One spelling for one name: no spaces, Chinese brackets, as on a business licence."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return plain.replace("(", "（").replace(")", "）").replace(",", "，")


def read_code(text: str) -> tuple[str | None, tuple[str, ...]]:
    """The code, checked by GB 32100-2015, or why there is none. Spaces and lower case are no errors."""
    plain = re.sub(r"[\s\-\u200b]+", "", unicodedata.normalize("NFKC", text)).upper()
    if not plain:
        return None, (CODE_MISSING.code,)
    if not uscc.is_valid(plain):
        return None, (CODE_WRONG.code,)
    return plain, ()


def identify(stated: Iterable[StatedEmployer], holders: dict[str, str]) -> list[Identity]:
    """The identity of each, in order. `holders` maps codes already registered to their employers' names.

    A code belongs to the first name that stated it: under another name it is an error of the sheet.
    """
    holders = dict(holders)
    identities = []
    for one in stated:
        name = canonical_name(one.name)
        code, reasons = read_code(one.code)
        if code and holders.setdefault(code, name) != name:
            code, reasons = None, (CODE_TAKEN.code,)
        identities.append(Identity(name, code, reasons))
    return identities


def ensure_may_become(employer: Employer, state: Employer.State) -> None:
    if state not in NEXT[employer.state]:
        raise EmployerStateRefused


def may_be_verified(employer: Employer) -> bool:
    """Only with a credit code that passes its check, and nothing left to settle."""
    return (
        State.VERIFIED in NEXT[employer.state]
        and employer.credit_code is not None
        and uscc.is_valid(employer.credit_code)
        and not employer.reasons
    )
