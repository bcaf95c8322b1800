"""What counts as a phone number and a name, how both are shown to strangers, and the refusals of sign-in."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from jobfair.core.errors import DomainError, Invalid

NAME_LONGEST = 20
CODE_LENGTH = 6

# Mainland mobile numbers: eleven digits, 1 then 3–9 (MIIT, Telecommunications Network Numbering Plan, 2017).
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PREFIX = re.compile(r"(?:\+86|0086|86)(?=1[0-9]{10}$)")
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−()]")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９＋－（）", "0123456789+-()")
# Bidirectional overrides and isolates let a name rewrite the text around it (Unicode TR 36, 3.2).
_OVERRIDES = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class PhoneInvalid(Invalid):
    code = "accounts.phone_invalid"
    message = _("手机号不对，请填写 11 位中国大陆手机号。")


class NameInvalid(Invalid):
    code = "accounts.name_invalid"
    message = _("称呼不能用，请换一个。")


class CodeWrong(Invalid):
    code = "accounts.code_wrong"
    message = _("验证码不对，请核对短信后重新填写。")


class CodeExpired(DomainError):
    """No code is pending here: never asked for, timed out, used, or guessed at too often."""

    code = "accounts.code_expired"
    status = 409
    message = _("验证码已失效，请重新获取。")


class PasswordWrong(Invalid):
    """The same for an unknown name, a wrong password, a guest and a disabled account."""

    code = "accounts.password_wrong"
    message = _("用户名或密码不对。")


class AccountDisabled(DomainError):
    code = "accounts.disabled"
    status = 403
    message = _("这个账号已停用，请联系主办方。")


class SecondFactorNeeded(DomainError):
    """The first factor was right; the sign-in waits for POST /api/sign-in/second-factor."""

    code = "accounts.second_factor_needed"
    status = 403
    message = _("还差一步：请填写验证器上的 6 位数字。")


class SignInExpired(DomainError):
    """No sign-in waits for a second factor in this session."""

    code = "accounts.sign_in_expired"
    message = _("这次登录已失效，请重新登录。")


class SecondFactorWrong(Invalid):
    code = "accounts.second_factor_wrong"
    message = _("验证码不对，或已经用过。")


class SecondFactorOff(DomainError):
    """There is no second factor to use, or no set-up has begun."""

    code = "accounts.second_factor_off"
    message = _("还没有开始设置两步验证，请从头再来。")


class StepUpRequired(DomainError):
    """POST /api/me/step-up first; GET /api/me/second-factor says by which way."""

    code = "accounts.step_up_required"
    status = 403
    message = _("为了安全，请先再验证一次身份。")


class NoWayToStepUp(DomainError):
    """Neither a second factor nor a verified phone."""

    code = "accounts.no_way_to_step_up"
    message = _("请先设置两步验证，再做这件事。")


class OtherPerson(DomainError):
    """The page still shows one person, and the browser's session has become another's."""

    code = "accounts.other_person"
    status = 403
    message = _("这个浏览器现在登录的是另一个账号，刚才的操作没有执行。请换回原来的账号再试。")


class SmsNotSent(DomainError):
    code = "accounts.sms_not_sent"
    status = 409
    message = _("短信没有发出，请一分钟后再试。")


def normal_phone(text: str) -> str:
    """A typed mainland mobile number as E.164 (`+8613…`), or PhoneInvalid.

    Takes spaces, hyphens, brackets, full-width digits, +86/0086/86, and the invisible marks that phones'
    contact books paste along.
    """
    digits = text.translate(_FULL_WIDTH)
    digits = "".join(char for char in digits if unicodedata.category(char) != "Cf")
    digits = _PREFIX.sub("", _SEPARATORS.sub("", digits))
    if not _MOBILE.fullmatch(digits):
        raise PhoneInvalid(fields={"phone": _now("手机号要填 11 位数字，以 1 开头，例如 138 0000 1234。")})
    return f"+86{digits}"


def normal_code(text: str) -> str:
    """The digits of a typed code, or CodeWrong when it cannot be one."""
    code = _SEPARATORS.sub("", text.translate(_FULL_WIDTH))
    if not re.fullmatch(rf"[0-9]{{{CODE_LENGTH}}}", code):
        raise CodeWrong(fields={"code": _now("验证码是 %(n)s 位数字，请照短信填写。") % {"n": CODE_LENGTH}})
    return code


def normal_second_factor(text: str) -> str:
    """Six digits of an authenticator or eight of a recovery code, or SecondFactorWrong."""
    code = _SEPARATORS.sub("", text.translate(_FULL_WIDTH))
    if not re.fullmatch(r"[0-9]{6}|[0-9]{8}", code):
        raise SecondFactorWrong(fields={"code": _now("请填验证器上的 6 位数字，或一个 8 位恢复码。")})
    return code


def normal_name(text: str) -> str:
    """A name to be called by, NFC, spaces collapsed; empty stays empty. NameInvalid says what to change."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if len(name) > NAME_LONGEST:
        raise NameInvalid(
            fields={"display_name": _now("称呼请缩短到 %(n)s 个字以内。") % {"n": NAME_LONGEST}}
        )
    if any(char in _OVERRIDES or unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"} for char in name):
        raise NameInvalid(fields={"display_name": _now("称呼里有看不见的控制字符，请重新输入。")})
    if name and not any(unicodedata.category(char)[0] in "LNS" for char in name):
        raise NameInvalid(fields={"display_name": _now("称呼至少要有一个看得见的字。")})
    return name


def mask_phone(phone: str) -> str:
    """`+8613800001234` → `138****1234`."""
    local = phone.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}"


def mask_name(name: str, *, guest: bool = False) -> str:
    """What strangers see: `王小明` → `王**`, whatever the length; guests are `访客`."""
    if guest:
        return _now("访客")
    return f"{name[0]}**" if name else _now("求职者")


def session_mark(session_key: str) -> str:
    """Names a session without giving it away, so that sockets can be matched to it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]
