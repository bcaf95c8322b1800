"""Web Push (RFC 8030) with VAPID (RFC 8292): an extra, for browsers that have it. Needs the `push` extra and a key.

Mainland phones often have no push service and WeChat's browser has none, so nothing depends on it.
"""

from __future__ import annotations

import importlib.util
import json
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings

from jobfair.core.jobs import RetryLater
from jobfair.notices.gateways import ANSWERED_WITHIN, AddressGone, Outgoing, Refused

KEPT_FOR = timedelta(hours=1)  # by the push service, while the phone is away
# Endpoints are given by browsers, so only the push services themselves are written to, never an address of ours.
SERVICES = ("fcm.googleapis.com", "push.services.mozilla.com", "notify.windows.com", "push.apple.com")


def is_configured() -> bool:
    return bool(settings.VAPID_PRIVATE_KEY) and importlib.util.find_spec("pywebpush") is not None


def push_key() -> str:
    """The key a browser subscribes with; empty where the house sends no pushes."""
    return settings.VAPID_PUBLIC_KEY if is_configured() or settings.DEBUG else ""


def is_push_service(endpoint: str) -> bool:
    """Whether `endpoint` is an address of a browser maker's push service."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    known = any(host == name or host.endswith(f".{name}") for name in SERVICES)
    return parts.scheme == "https" and known and port in {None, 443} and parts.username is None


class VapidGateway:
    """Encrypts for the browser (RFC 8291) and hands the message to its maker's push service."""

    def send(self, message: Outgoing) -> None:
        from pywebpush import WebPushException, webpush

        content = {"id": str(message.uid), "text": message.text, "link": message.link}
        try:
            webpush(
                {"endpoint": message.to, "keys": dict(message.keys)},
                json.dumps(content, ensure_ascii=False),
                vapid_private_key=settings.VAPID_PRIVATE_KEY,
                vapid_claims={"sub": f"mailto:{settings.VAPID_CONTACT}"},
                ttl=int(KEPT_FOR.total_seconds()),
                timeout=ANSWERED_WITHIN,
            )
        except WebPushException as error:
            status = error.response.status_code if error.response is not None else 0
            if status in {404, 410}:
                raise AddressGone(f"the push service answered {status}") from None
            if status == 429 or status >= 500:
                raise RetryLater(f"the push service answered {status}") from None
            raise Refused(f"the push service answered {status}") from None
        except OSError as error:
            raise RetryLater(f"no answer: {type(error).__name__}") from None
