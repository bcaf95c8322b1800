"""How a notice is worded, when it leaves the house and how often; pure."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext_lazy as _

from jobfair.core.errors import DomainError, Invalid
from jobfair.notices.models import Channel
from jobfair.notices.registry import Template

Urgency = Literal["sms_if_unseen", "in_app"]

GRACE = timedelta(seconds=5)  # WeChat and push wait for an open page to say that it was seen
TEXT_LONGEST = 300
PARAMETER_LONGEST = 20  # what gateways and WeChat's "thing" fields allow
ACKNOWLEDGED_AT_ONCE = 100
DEVICES_MOST = 5

# Sent within a day to one recipient; sign-in codes have limits of their own (accounts.limits).
PER_RECIPIENT = {Channel.SMS: 8, Channel.WECHAT: 30, Channel.PUSH: 60}
DAY = timedelta(days=1)


class AddressRefused(Invalid):
    code = "notices.address_refused"
    message = _("浏览器给出的推送地址不对，请刷新后重试。")


class ChannelOff(DomainError):
    """The house has no gateway for this channel."""

    code = "notices.channel_off"
    status = 409
    message = _("这种通知方式还没有开通。")


class ReportRefused(DomainError):
    """A delivery report whose signature is missing, wrong or old."""

    code = "notices.report_refused"
    status = 403
    message = _("回执签名不对。")


def plain(params: Mapping[str, str]) -> dict[str, str]:
    """`params` on one line each, without the invisible marks that would rewrite the text around them."""
    return {
        name: "".join(char for char in " ".join(value.split()) if unicodedata.category(char)[0] != "C")
        for name, value in params.items()
    }


def fill(template: str, params: Mapping[str, str]) -> str:
    """`template` with its {parameters}; a missing one is a fault of the caller (KeyError)."""
    return template.format_map(dict(params))[:TEXT_LONGEST]


def cut(line: str) -> str:
    """A parameter as gateways take it: at most 20 characters."""
    return line if len(line) <= PARAMETER_LONGEST else line[: PARAMETER_LONGEST - 1] + "…"


def wait_before(channel: Channel, template: Template) -> timedelta:
    """How long a page may take to show the notice before this channel does."""
    return template.sms_after if channel is Channel.SMS else GRACE


def speaks(channel: Channel, template: Template) -> bool:
    """Whether this kind of notice has words for the channel."""
    if channel is Channel.SMS:
        return bool(template.sms_template_id)
    return bool(template.wechat_template_id) if channel is Channel.WECHAT else True


def switch(category: str, channel: str) -> str:
    """The name of one switch of the preferences."""
    return f"{category}:{channel}"


def is_on(off: Collection[str], template: Template, channel: Channel) -> bool:
    return switch(template.category, channel) not in off


def withheld_because(
    channel: Channel, *, to_recipient: int, by_site: int, site_most: int
) -> Literal["", "recipient_limit", "site_limit"]:
    """Why one more message may not leave today, given how many have; empty when it may."""
    if to_recipient >= PER_RECIPIENT[channel]:
        return "recipient_limit"
    return "site_limit" if channel is Channel.SMS and by_site >= site_most else ""


def digest(address: str, secret: str) -> str:
    """Tells recipients apart in our records without naming them."""
    return hmac.new(secret.encode(), address.encode(), hashlib.sha256).hexdigest()[:32]


SIGNED_FOR = timedelta(minutes=5)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the Unix second and the body, in hex: on what we send, and on reports about it."""
    return hmac.new(secret.encode(), timestamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()


def ensure_signed(secret: str, *, timestamp: str, signature: str, body: bytes, now: datetime) -> None:
    """ReportRefused unless `body` was signed with `secret` in the last five minutes."""
    fresh = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    if not secret or not fresh or abs(int(timestamp) - now.timestamp()) > SIGNED_FOR.total_seconds():
        raise ReportRefused
    if not hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode()):
        raise ReportRefused


def safe_link(link: str) -> str:
    """`link` when it is an address within this site; ValueError otherwise."""
    if not link.startswith("/") or link.startswith(("//", "/\\")) or len(link) > 200:
        raise ValueError(f"a notice's link stays within the site: {link!r}")
    return link
