"""Refuses to go live without a way to send codes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

DEVELOPMENT_SENDER = "jobfair.accounts.senders.DevelopmentSender"


def connect() -> None:
    """Part of `check --deploy`."""
    register(sms_sender_is_chosen, Tags.security, deploy=True)


def sms_sender_is_chosen(**kwargs: Any) -> list[CheckMessage]:
    if settings.DEBUG or settings.SMS_SENDER != DEVELOPMENT_SENDER:
        return []
    return [
        Error(
            "No text messages can be sent, so nobody can sign in by phone.",
            hint="Set JOBFAIR_SMS_SENDER to the dotted path of a class like senders.SmsSender.",
            id="accounts.E001",
        )
    ]
