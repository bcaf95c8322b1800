"""Pydantic's findings as sentences that name the field and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _


def describe_invalid(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """{field: remedy}; the first finding of a field wins."""
    described: dict[str, str] = {}
    for error in errors:
        described.setdefault(_field(error), _remedy(error))
    return described


def _field(error: Mapping[str, Any]) -> str:
    names = [str(part) for part in error.get("loc", ()) if isinstance(part, str)]
    return names[-1] if names else "body"


def _remedy(error: Mapping[str, Any]) -> str:
    context = error.get("ctx") or {}
    sentences = {
        "missing": _("请填写。"),
        "extra_forbidden": _("多出的内容，请去掉。"),
        "string_too_long": _("请缩短到 %(n)s 个字以内。") % {"n": context.get("max_length", "")},
        "too_long": _("请缩短到 %(n)s 个字以内。") % {"n": context.get("max_length", "")},
        "too_short": _("至少填写 %(n)s 个字。") % {"n": context.get("min_length", "")},
        "string_too_short": _("至少填写 %(n)s 个字。") % {"n": context.get("min_length", "")},
        "literal_error": _("请从给出的选项中选择。"),
        "enum": _("请从给出的选项中选择。"),
        "json_invalid": _("内容不完整，请刷新后重试。"),
        "value_error": _("含有无法保存的字符，请重新输入。"),
    }
    return sentences.get(str(error.get("type")), _("格式不对，请检查后重新填写。"))
