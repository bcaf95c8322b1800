"""How a text message leaves the house. The sender is chosen by JOBFAIR_SMS_SENDER, a dotted path."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from jobfair.accounts.rules import SmsNotSent, mask_phone
from jobfair.accounts.services import keep_development_code
from jobfair.core import clock

SIGN_IN_CODE = "sign_in_code"  # parameters: code, minutes

logger = logging.getLogger(__name__)


class SmsSender(Protocol):
    """Sends one pre-approved template, as Chinese gateways require. Raises SmsNotSent when it could not."""

    def send(self, template_id: str, phone: str, parameters: Mapping[str, str]) -> None: ...


class DevelopmentSender:
    """Sends nothing: shows codes in the log and on the development page. Refuses to work outside DEBUG."""

    def send(self, template_id: str, phone: str, parameters: Mapping[str, str]) -> None:
        if not settings.DEBUG:
            logger.error("no text message was sent: set JOBFAIR_SMS_SENDER")
            raise SmsNotSent(retry_after=60)
        keep_development_code(phone=phone, code=parameters["code"], now=clock.now())
        logger.info("%s to %s: %s", template_id, mask_phone(phone), dict(parameters))


def sms_sender() -> SmsSender:
    """The sender in force."""
    return cast("SmsSender", import_string(settings.SMS_SENDER)())
