"""What the worker does for notices: reach people whose page is closed, and hear what became of messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings

from jobfair.core import clock
from jobfair.core.jobs import Attempt, handler
from jobfair.core.unit_of_work import unit_of_work
from jobfair.notices import queries, services
from jobfair.notices.gateways import AddressGone, Outgoing, Refused, hand_over
from jobfair.notices.models import Channel, Message, StubMessage
from jobfair.notices.registry import find
from jobfair.notices.rules import cut

DELIVERY_LEASE = timedelta(seconds=20)
REPORT_AFTER = timedelta(seconds=1)


def connect() -> None:
    """Import this module, so that its handlers are known."""


@handler(services.REACH)
def reach(payload: dict[str, Any], *, now: datetime, job: Attempt) -> None:
    """The page had its time to show the notice."""
    services.reach(notice_id=payload["notice"], channel=Channel(payload["channel"]), now=now)


@handler(services.DELIVER, outside=True, lease=DELIVERY_LEASE)
def deliver(payload: dict[str, Any], *, now: datetime, job: Attempt) -> Callable[[], object] | None:
    """Hand one message to its gateway, unless it was seen meanwhile or is too late to be of use."""
    message = Message.objects.select_related("notice__user", "address").filter(pk=payload["message"]).first()
    if message is None or message.notice is None or message.state != Message.State.QUEUED:
        return None
    close = partial(services.close_message, message_id=message.pk, now=now)
    if message.notice.seen_at is not None:
        return partial(close, state=Message.State.DROPPED, reason="")
    if now >= message.expires_at:
        return partial(close, state=Message.State.EXPIRED, reason="")
    outgoing = outgoing_of(message)
    if outgoing is None:
        return partial(close, state=Message.State.FAILED, reason="no address is left")
    try:
        hand_over(outgoing)
    except Refused as error:
        return partial(_refused, message, outgoing, error, now)
    return lambda: services.note_sent(message_id=message.pk, now=clock.now())


def _refused(message: Message, outgoing: Outgoing, error: Refused, now: datetime) -> None:
    services.close_message(message_id=message.pk, state=Message.State.FAILED, reason=str(error), now=now)
    if isinstance(error, AddressGone) and message.notice is not None:
        services.remove_address(
            user_id=message.notice.user_id, channel=outgoing.channel, address=outgoing.to, now=now
        )


def outgoing_of(message: Message) -> Outgoing | None:
    """The message as its gateway takes it; None when its reader has no such address any more."""
    notice, channel = message.notice, Channel(message.channel)
    assert notice is not None
    template = find(notice.kind)
    address = message.address
    to = queries.reachable_phone(notice.user) if channel is Channel.SMS else address and address.address
    if not to:
        return None
    wanted = {
        Channel.SMS: {name: name for name in template.sms_params},
        Channel.WECHAT: template.wechat_fields,
        Channel.PUSH: {},
    }[channel]
    template_id = {
        Channel.SMS: settings.SMS_TEMPLATES.get(template.sms_template_id, template.sms_template_id),
        Channel.WECHAT: settings.WECHAT_TEMPLATES.get(
            template.wechat_template_id, template.wechat_template_id
        ),
        Channel.PUSH: "",
    }[channel]
    return Outgoing(
        uid=message.uid,
        channel=channel,
        to=to,
        template_id=template_id,
        signature=settings.SMS_SIGNATURE,
        parameters={field: cut(notice.params[name]) for field, name in wanted.items()},
        text=notice.text_zh,
        link=notice.link,
        keys=dict(address.keys) if address is not None else {},
    )


@unit_of_work
def hear_stub_reports(now: datetime) -> int:
    """In DEBUG: what a real gateway would post to /api/gateways/sms/reports a moment after it took a message."""
    due = StubMessage.objects.filter(reported_at=None, received_at__lte=now - REPORT_AFTER)
    rows = list(due.order_by("pk")[:100])
    for row in rows:
        services.note_report(uid=row.uid, delivered=row.outcome == "delivered", reason=row.reason, now=now)
    StubMessage.objects.filter(pk__in=[row.pk for row in rows]).update(reported_at=now)
    return len(rows)
