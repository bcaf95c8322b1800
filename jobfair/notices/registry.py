"""What may be said to people: each kind of notice, its words, and the templates that gateways have approved for it.

Chinese gateways send approved templates only, filled with parameters, under a registered signature (MIIT, 通信短信息
服务管理规定, 2015); WeChat's subscription messages work the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

Category = Literal["calls", "applications", "fair", "work"]
CATEGORIES: tuple[Category, ...] = ("calls", "applications", "fair", "work")


@dataclass(frozen=True)
class Template:
    """`zh` and `en` hold {parameters}. `sms_after`: how long a notice may wait unseen before its SMS."""

    kind: str
    category: Category
    zh: str
    en: str
    sms_template_id: str
    sms_params: tuple[str, ...]
    wechat_template_id: str
    wechat_fields: Mapping[str, str] = field(default_factory=dict)  # WeChat's field name → our parameter
    sms_after: timedelta = timedelta(minutes=10)
    useful_for: timedelta = timedelta(hours=12)  # later than this no message leaves any more


class UnknownKind(LookupError):
    """No template was registered under this kind."""


_templates: dict[str, Template] = {}


def template(
    kind: str,
    *,
    category: Category,
    zh: str,
    en: str,
    sms_template_id: str = "",
    sms_params: tuple[str, ...] = (),
    wechat_template_id: str = "",
    wechat_fields: Mapping[str, str] | None = None,
    sms_after: timedelta = timedelta(minutes=10),
    useful_for: timedelta = timedelta(hours=12),
) -> Template:
    """Register one kind of notice, at start. Without a template id that channel is never used for it."""
    made = Template(
        kind,
        category,
        zh,
        en,
        sms_template_id,
        sms_params,
        wechat_template_id,
        dict(wechat_fields or {}),
        sms_after,
        useful_for,
    )
    if _templates.setdefault(kind, made) != made:
        raise ValueError(f"two templates for {kind}")
    return made


def find(kind: str) -> Template:
    """The template of `kind`, or UnknownKind."""
    try:
        return _templates[kind]
    except KeyError:
        raise UnknownKind(kind) from None


# The one message without a notice: it proves a phone number, so it goes out at once and is never repeated later.
SIGN_IN_CODE = template(
    "sign_in_code",
    category="fair",
    zh="验证码{code}，{minutes}分钟内有效。请勿告诉他人。",
    en="Your code is {code}, valid for {minutes} minutes. Tell nobody.",
    sms_template_id="sign_in_code",
    sms_params=("code", "minutes"),
    useful_for=timedelta(minutes=5),
)
