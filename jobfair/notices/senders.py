"""Sign-in codes take the same way out as every other text message, but at once: their reader is waiting."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from jobfair.accounts.rules import SmsNotSent
from jobfair.core import clock
from jobfair.core.jobs import RetryLater
from jobfair.notices import services
from jobfair.notices.gateways import Outgoing, Refused, hand_over
from jobfair.notices.models import Channel, Message
from jobfair.notices.registry import find
from jobfair.notices.rules import fill


class GatewaySender:
    """What accounts.senders.SmsSender asks for."""

    def send(self, template_id: str, phone: str, parameters: Mapping[str, str]) -> None:
        """SmsNotSent when the gateway did not take it; the person then asks for another code."""
        template, now = find(template_id), clock.now()
        message = services.open_code_message(template=template, phone=phone, now=now)
        outgoing = Outgoing(
            uid=message.uid,
            channel=Channel.SMS,
            to=phone,
            template_id=settings.SMS_TEMPLATES.get(template_id, template_id),
            signature=settings.SMS_SIGNATURE,
            parameters=dict(parameters),
            text=fill(template.zh, parameters),
            link="",
            keys={},
        )
        try:
            hand_over(outgoing)
        except (RetryLater, Refused) as error:
            services.close_message(
                message_id=message.pk, state=Message.State.FAILED, reason=str(error), now=now
            )
            raise SmsNotSent(retry_after=60) from None
        services.note_sent(message_id=message.pk, now=clock.now())
