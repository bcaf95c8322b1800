"""What the lines tell people by notice: a call, which nobody may miss for having closed the page."""

from __future__ import annotations

from datetime import timedelta

from booths import queries
from booths.events import (
    CallUndone,
    ReadyAsked,
    TicketArrived,
    TicketCalled,
    TicketEnded,
    TicketEvent,
    TicketPaused,
    TicketRequeued,
    TicketServing,
)
from booths.models import Ticket
from jobfair.core import clock
from jobfair.core.events import listen
from jobfair.notices.registry import template
from jobfair.notices.services import notify, settle

CALLED = template(
    "booths.called",
    category="calls",
    zh="{label}轮到你了：请到{booth}号展位，{employer}。",
    en="{label}: it is your turn. Please go to booth {booth}, {employer}.",
    sms_template_id="booths_called",
    sms_params=("label", "booth", "employer"),
    wechat_template_id="booths_called",
    wechat_fields={"character_string1": "label", "thing2": "employer", "character_string3": "booth"},
    sms_after=timedelta(seconds=20),
    useful_for=timedelta(minutes=3),
)
NEAR = template(
    "booths.ready_asked",
    category="calls",
    zh="{label}快轮到你了，前面不到4位。请到{booth}号展位附近，并确认你在。",
    en="{label}: fewer than 4 people are ahead. Please come near booth {booth} and say that you are there.",
    sms_template_id="",
    wechat_template_id="booths_ready_asked",
    wechat_fields={"character_string1": "label", "character_string3": "booth"},
    useful_for=timedelta(minutes=10),
)
EXPIRED = template(
    "booths.expired",
    category="calls",
    zh="{label}还没叫到，{employer}的展位已经结束。可以一键投递简历，企业会在线回复。",
    en="{label}: {employer} has closed its booth before your turn. One tap hands in your résumé instead.",
    sms_template_id="booths_expired",
    sms_params=("label", "employer"),
    wechat_template_id="booths_expired",
    wechat_fields={"character_string1": "label", "thing2": "employer"},
)
SETTLED_BY: tuple[type[TicketEvent], ...] = (
    TicketArrived,
    TicketServing,
    TicketRequeued,
    TicketEnded,
    TicketPaused,
    CallUndone,
)


def connect() -> None:
    """Called once, by wiring."""
    listen(TicketCalled, tell_called)
    for fact in SETTLED_BY:
        listen(fact, settle_call)
    listen(ReadyAsked, tell_near)
    listen(TicketEnded, tell_expired)


def tell_called(event: TicketCalled) -> None:
    """The seeker is called: on every page of theirs, and by text message if no page is looked at for 20 s."""
    ticket = queries.get_ticket(event.ticket_id)
    booth = ticket.booth
    notify(
        user_id=event.seeker_id,
        kind=CALLED.kind,
        about=event.subject,
        params={"label": ticket.label, "booth": str(booth.number), "employer": booth.host},
        link=f"/t/{event.ticket_id}",
        urgency="sms_if_unseen",
        now=clock.now(),
    )


def settle_call(event: TicketEvent) -> None:
    """The seeker came, or the call is over: no message need follow."""
    settle(user_id=event.seeker_id, about=event.subject, now=clock.now())


def tell_near(event: ReadyAsked) -> None:
    """The ready check; it settles with the call that follows."""
    ticket = queries.get_ticket(event.ticket_id)
    notify(
        user_id=event.seeker_id,
        kind=NEAR.kind,
        about=f"{event.subject}:near",
        params={"label": ticket.label, "booth": str(ticket.booth.number)},
        link=f"/t/{event.ticket_id}",
        urgency="in_app",
        now=clock.now(),
    )


def tell_expired(event: TicketEnded) -> None:
    """The booth closed before the turn came."""
    if event.state != Ticket.State.EXPIRED:
        return
    ticket = queries.get_ticket(event.ticket_id)
    notify(
        user_id=event.seeker_id,
        kind=EXPIRED.kind,
        about=f"{event.subject}:expired",
        params={"label": ticket.label, "employer": ticket.booth.host},
        link=f"/t/{event.ticket_id}",
        urgency="sms_if_unseen",
        now=clock.now(),
    )
