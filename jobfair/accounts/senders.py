"""How a sign-in code leaves the house. The sender, of a domain above, is named by settings.SMS_SENDER."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

SIGN_IN_CODE = "sign_in_code"  # parameters: code, minutes


class SmsSender(Protocol):
    """Sends one pre-approved template, as Chinese gateways require. Raises SmsNotSent when it could not."""

    def send(self, template_id: str, phone: str, parameters: Mapping[str, str]) -> None: ...


def sms_sender() -> SmsSender:
    """The sender in force."""
    return cast("SmsSender", import_string(settings.SMS_SENDER)())
