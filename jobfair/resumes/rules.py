"""What a résumé may say, when it is complete, and how two devices' edits come together."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobfair.core.errors import DomainError, Invalid

YOUNGEST = 16  # years; 劳动法 (2018) 第十五条: no employer may take on a minor under 16
OLDEST = 100

EDUCATION = {  # GB/T 4658-2006, two digits
    "80": _("小学"),
    "70": _("初中"),
    "60": _("高中"),
    "40": _("中专、技校"),
    "30": _("大专"),
    "20": _("本科"),
    "10": _("研究生"),
}
EXPERIENCE = {
    "none": _("没有经验"),
    "under_1": _("1 年以内"),
    "1_3": _("1–3 年"),
    "3_5": _("3–5 年"),
    "5_10": _("5–10 年"),
    "over_10": _("10 年以上"),
}
AVAILABLE = {"now": _("随时到岗"), "week": _("一周内"), "month": _("一个月内"), "later": _("再商量")}

REQUIRED: dict[str, str | Promise] = {
    "name": _("请填写姓名。"),
    "birth": _("请选择出生年月。"),
    "area": _("请选择想在哪里工作。"),
    "occupation": _("请填写想做什么工作。"),
    "education": _("请选择学历。"),
    "experience": _("请选择工作年限。"),
    "summary": _("请写一句你会做什么，或者上传一份简历文件。"),
}
NEEDS_PHONE = _("请先用手机号登录，企业才能联系到你。")

_WIDE = str.maketrans(
    {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF10, 0xFF5B) if chr(wide - 0xFEE0).isalnum()}
)
_BIRTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_MULTILINE = {"summary", "did"}


class ResumeIncomplete(Invalid):
    """`fields` names each missing one and what to do."""

    code = "resumes.incomplete"
    message = _("简历还没填完，补上下面几项就能投递。")


class Minor(Invalid):
    code = "resumes.minor"
    message = _("未满 16 周岁不能求职，这份资料没有保存。")


class StaleResume(DomainError):
    """Another device changed the same fields to something else; nothing was written."""

    code = "resumes.stale"
    status = 409
    message = _("另一台设备改过同样的内容，请选择保留哪一份。")


class NoFile(DomainError):
    code = "resumes.no_file"
    status = 404
    message = _("还没有上传简历文件。")


def normal_form(changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changes` as they are kept: half-width digits and letters, NFC, no invisible marks, spaces collapsed."""
    return {field: _normal(field, value) for field, value in changes.items()}


def _normal(field: str, value: Any) -> Any:
    if isinstance(value, str):
        return normal_text(value, multiline=field in _MULTILINE)
    if isinstance(value, Mapping):
        return normal_form(value)
    if isinstance(value, list | tuple):
        return [_normal(field, one) for one in value]
    return value


def normal_text(text: str, *, multiline: bool) -> str:
    """Marks that hide or turn the text around them are taken out (Unicode TR 36, 3.2), as copying brings them along."""
    plain = unicodedata.normalize("NFC", text).translate(_WIDE)
    plain = "".join(char for char in plain if char in "\n\t\u200d" or unicodedata.category(char)[0] != "C")
    if not multiline:
        return " ".join(plain.split())
    lines = [" ".join(line.split()) for line in plain.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def ensure_acceptable(changes: Mapping[str, Any], today: date) -> None:
    """Refuse what could never be part of a résumé: Minor, or Invalid naming the field."""
    name = changes.get("name")
    if name and not all(unicodedata.category(char)[0] in "LM" or char in " ·•.'-" for char in name):
        raise Invalid(fields={"name": _("姓名只能用文字，请去掉数字、符号和表情。")})
    birth = changes.get("birth")
    if birth:
        months = _months_old(birth, today)
        if months is None or months > OLDEST * 12 or months < 0:
            raise Invalid(fields={"birth": _("请选择真实的出生年月，例如 1990 年 5 月。")})
        if months <= YOUNGEST * 12:
            raise Minor(fields={"birth": _("按出生年月还未满 16 周岁，满 16 周岁后再来。")})


def _months_old(birth: str, today: date) -> int | None:
    """Whole calendar months from the month of birth to this one."""
    matched = _BIRTH.fullmatch(birth)
    if matched is None:
        return None
    return (today.year - int(matched[1])) * 12 + today.month - int(matched[2])


def missing(form: Mapping[str, Any], *, has_file: bool, has_phone: bool) -> dict[str, str | Promise]:
    """{field: what to do} for what an application still needs; a file speaks for the experience."""
    left = {field: text for field, text in REQUIRED.items() if not form.get(field)}
    if has_file:
        left.pop("summary", None)
        left.pop("experience", None)
    if not has_phone:
        left["phone"] = NEEDS_PHONE
    return left


def ensure_complete(form: Mapping[str, Any], *, has_file: bool, has_phone: bool, today: date) -> None:
    left = missing(form, has_file=has_file, has_phone=has_phone)
    if left:
        raise ResumeIncomplete(fields=left)
    ensure_acceptable(form, today)


def clashes(
    changes: Mapping[str, Any], form: Mapping[str, Any], changed_in: Mapping[str, int], based_on: int
) -> list[str]:
    """Fields that another device changed since `based_on`, to something else than `changes` says.

    Edits of different fields come together by themselves; the same edit sent twice is one.
    """
    return sorted(
        field
        for field, value in changes.items()
        if changed_in.get(field, 0) > based_on and form.get(field) != value
    )


def merged(form: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The form with `changes`; what was emptied is gone."""
    return {field: value for field, value in {**form, **changes}.items() if value not in ("", None, [])}


def digest_of(form: Mapping[str, Any], *, phone: str, file_sha256: str | None) -> str:
    content = json.dumps([dict(form), phone, file_sha256], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
