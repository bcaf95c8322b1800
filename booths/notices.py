"""What the lines tell people by notice: a call, which nobody may miss for having closed the page."""

from __future__ import annotations

from datetime import timedelta

from booths import queries
from booths.events import TicketArrived, TicketCalled, TicketEnded, TicketEvent, TicketRequeued, TicketServing
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
SETTLED_BY: tuple[type[TicketEvent], ...] = (TicketArrived, TicketServing, TicketRequeued, TicketEnded)


def connect() -> None:
    """Called once, by wiring."""
    listen(TicketCalled, tell_called)
    for fact in SETTLED_BY:
        listen(fact, settle_call)


def tell_called(event: TicketCalled) -> None:
    """The seeker is called: on every page of theirs, and by text message if no page is looked at for 20 s."""
    place = queries.get_place(event.ticket_id)
    booth = place.ticket.booth
    notify(
        user_id=event.seeker_id,
        kind=CALLED.kind,
        about=event.subject,
        params={"label": place.ticket.label, "booth": str(booth.number), "employer": booth.employer.name},
        link=f"/t/{event.ticket_id}",
        urgency="sms_if_unseen",
        now=clock.now(),
    )


def settle_call(event: TicketEvent) -> None:
    """The seeker came, or the call is over: no message need follow."""
    settle(user_id=event.seeker_id, about=event.subject, now=clock.now())
