"""How a message leaves the house: by HTTP to a gateway where one is set, to a stub in the product while developing."""

from __future__ import annotations

import hashlib
import http.client
import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.db.models import F

from jobfair.accounts.rules import mask_phone
from jobfair.accounts.services import keep_development_code
from jobfair.core import clock
from jobfair.core.jobs import RetryLater
from jobfair.notices.models import Channel, StubMessage
from jobfair.notices.rules import sign

logger = logging.getLogger(__name__)
ANSWERED_WITHIN = 8.0  # seconds; less than the lease of the job that waits
ANSWER_MOST = 10_000  # bytes read of an answer
STUB_KEPT = 200
STUB_REFUSES = "0404"  # numbers with this end are not reachable, so that a failed delivery can be looked at


@dataclass(frozen=True)
class Outgoing:
    """One message as a gateway takes it. `uid` is ours: the same at every repeat."""

    uid: UUID
    channel: Channel
    to: str  # E.164 phone, openid or push endpoint
    template_id: str
    signature: str
    parameters: Mapping[str, str]
    text: str  # as the reader will see it; gateways that fill the template themselves ignore it
    link: str
    keys: Mapping[str, str]


class Refused(Exception):
    """The gateway will never take this message. `status`: what it answered by HTTP, if it did."""

    def __init__(self, reason: str, *, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status


class AddressGone(Refused):
    """Nobody is at this address any more: it is forgotten."""


class Gateway(Protocol):
    """Takes a message, once however often it comes. Raises RetryLater, Refused or AddressGone."""

    def send(self, message: Outgoing) -> None: ...


def gateway_for(channel: Channel) -> Gateway | None:
    """The gateway in force; none where the house has none for this channel."""
    if channel is Channel.PUSH:
        from jobfair.notices.web_push import VapidGateway, is_configured

        if is_configured():
            return VapidGateway()
    else:
        account = settings.NOTICE_GATEWAYS[channel.value]
        if account["url"]:
            return HttpGateway(account["url"], account["key"], account["secret"])
    return LocalGateway() if settings.DEBUG else None


def hand_over(message: Outgoing) -> None:
    """Give it to its channel's gateway. Raises what Gateway raises, and Refused where there is none."""
    gateway = gateway_for(message.channel)
    if gateway is None:
        raise Refused("no gateway is set")
    gateway.send(message)


class HttpGateway:
    """A gateway, or the relay in front of one, that takes JSON signed as rules.sign says and sends reports back."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        self._url, self._key, self._secret = url, key, secret

    def send(self, message: Outgoing) -> None:
        self._post(
            {
                "id": str(message.uid),
                "channel": message.channel.value,
                "to": message.to,
                "template": message.template_id,
                "signature": message.signature,
                "parameters": dict(message.parameters),
                "link": message.link,
            }
        )

    def identify(self, code: str) -> str | None:
        """The openid behind a code of wx.login; None when the gateway knows none or does not answer."""
        try:
            openid = json.loads(self._post({"code": code})).get("openid")
        except (RetryLater, Refused, ValueError, AttributeError):
            return None
        return openid if isinstance(openid, str) and openid else None

    def _post(self, content: Mapping[str, object]) -> bytes:
        body = json.dumps(content, ensure_ascii=False).encode()
        timestamp = str(int(clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Key": self._key,
            "X-Timestamp": timestamp,
            "X-Signature": sign(self._secret, timestamp, body),
        }
        return hand_to(self._url, body, headers)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A gateway that sends us elsewhere, to its sign-in page say, has not taken the message."""

    def redirect_request(self, *_: object) -> None:
        return None


_post = urllib.request.build_opener(_NoRedirect)


def hand_to(url: str, body: bytes, headers: Mapping[str, str], *, within: float = ANSWERED_WITHIN) -> bytes:
    """POST, and the beginning of what is answered. Raises RetryLater, Refused or AddressGone by the status.

    `within`: seconds for each step and for the whole answer, so that a gateway that drips keeps no lease too long.
    """
    request = urllib.request.Request(url, body, dict(headers))  # noqa: S310 - the operator's, or a push service's
    until = time.monotonic() + within
    try:
        with _post.open(request, timeout=within) as answer:
            content = b""
            while len(content) < ANSWER_MOST and (part := answer.read1(ANSWER_MOST)):
                content += part
                if time.monotonic() > until:
                    break  # the status came, and it says taken
            return content
    except urllib.error.HTTPError as error:
        with error:
            _judge(error.code, error.headers.get("Retry-After", ""))
        return b""
    except (OSError, http.client.HTTPException) as error:
        raise RetryLater(f"no answer: {type(error).__name__}") from None


def _judge(status: int, retry_after: str) -> None:
    """What an answer other than success means. 409: it has this message already."""
    said = f"the gateway answered {status}"
    if status == 409:
        return
    if status in {408, 425, 429} or status >= 500:
        seconds = int(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
        raise RetryLater(said, after=timedelta(seconds=min(seconds, 86400)) if seconds is not None else None)
    if status == 410:
        raise AddressGone(said, status=status)
    raise Refused(said, status=status)


class LocalGateway:
    """In DEBUG: keeps what it receives for the page /dev/messages, each message once, and reports on it."""

    def send(self, message: Outgoing) -> None:
        now = clock.now()
        fails = message.to.endswith(STUB_REFUSES)
        row, is_new = StubMessage.objects.get_or_create(
            uid=message.uid,
            defaults={
                "channel": message.channel,
                "recipient": _masked(message),
                "template_id": message.template_id,
                "signature": message.signature,
                "parameters": dict(message.parameters),
                "text": message.text,
                "link": message.link,
                "received_at": now,
                "outcome": "failed" if fails else "delivered",
                "reason": "空号" if fails else "",
            },
        )
        if not is_new:
            StubMessage.objects.filter(pk=row.pk).update(times=F("times") + 1)
            return
        old = StubMessage.objects.order_by("-pk").values_list("pk", flat=True)[STUB_KEPT : STUB_KEPT + 50]
        StubMessage.objects.filter(pk__in=list(old), reported_at__isnull=False).delete()
        if "code" in message.parameters:
            keep_development_code(phone=message.to, code=message.parameters["code"], now=now)
        logger.info("%s to %s: %s", message.channel, _masked(message), message.text)


def _masked(message: Outgoing) -> str:
    if message.channel is Channel.SMS:
        return mask_phone(message.to)
    return f"{message.to[:24]}…"


def identify_wechat(code: str) -> str | None:
    """The openid behind a code of wx.login, asked of the WeChat gateway; None without one, or when it knows none."""
    account = settings.NOTICE_GATEWAYS["wechat"]
    if account["url"]:
        return HttpGateway(account["url"], account["key"], account["secret"]).identify(code)
    return f"stub-{hashlib.sha256(code.encode()).hexdigest()[:24]}" if settings.DEBUG else None


CHOICES = "/me/notices/choices"  # the page that WeChat leads back to


def where_wechat_asks(site: str) -> str:
    """WeChat's web sign-in (snsapi_base: who it is, nothing else), leading back to the choices with a code.

    With the stub the page itself is the answer. Empty where no service account is set up. STATE is the page's to fill.
    """
    if settings.WECHAT_APP and settings.NOTICE_GATEWAYS["wechat"]["url"]:
        back = quote(site.rstrip("/") + CHOICES, safe="")
        return (
            f"https://open.weixin.qq.com/connect/oauth2/authorize?appid={quote(settings.WECHAT_APP, safe='')}"
            f"&redirect_uri={back}&response_type=code&scope=snsapi_base&state=STATE#wechat_redirect"
        )
    return f"{CHOICES}?code=stub-code&state=STATE" if settings.DEBUG else ""
