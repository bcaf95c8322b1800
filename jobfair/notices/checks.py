"""Refuses to go live without a way to send codes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


def connect() -> None:
    """Part of `check --deploy`."""
    register(text_messages_can_be_sent, Tags.security, deploy=True)


def text_messages_can_be_sent(**kwargs: Any) -> list[CheckMessage]:
    account = settings.NOTICE_GATEWAYS["sms"]
    if settings.DEBUG or (account["url"] and account["secret"]):
        return []
    return [
        Error(
            "No text messages can be sent, so nobody can sign in by phone.",
            hint="Set JOBFAIR_SMS_GATEWAY and JOBFAIR_SMS_SECRET.",
            id="notices.E001",
        )
    ]
