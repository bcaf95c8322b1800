"""A ticket as its own seeker sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from booths.models import Interview, Ticket
from booths.queries import Place
from booths.rules import POSTPONED_AT_MOST, UNDO
from booths.schemas.line import Channel, Service
from jobfair.core.schemas import Schema

TicketState = Literal[
    "waiting", "paused", "called", "arrived", "serving", "done", "missed", "left", "transferred", "expired"
]


class TicketOut(Schema):
    """`place` orders the line; only comparisons mean anything. `employer_name`: the host's, be it a service.

    `priority` is the seeker's own; to the booth's recruiters it is always empty. `may_postpone`: "in 10 minutes" is
    still to be had. `transferred_to` is the ticket that goes on for this one. `result_waits`: the employer has an
    answer for whoever agrees to hand in a résumé. `undo_until`: the recruiter may take back the last act till then.
    """

    id: int
    booth_id: int
    booth_number: int
    employer_name: str
    service: Service
    number: int
    label: str
    place: int
    channel: Channel
    state: TicketState
    misses: int
    taken_at: datetime
    called_at: datetime | None
    due_at: datetime | None
    desk_number: int | None
    held: bool
    ended_at: datetime | None
    result: str
    priority: Literal["", "veteran", "disabled", "pregnant", "booked"]
    paused_until: datetime | None
    may_postpone: bool
    ready_asked_at: datetime | None
    ready_at: datetime | None
    announcements: int
    transferred_to: int | None
    result_waits: bool
    undo_until: datetime | None

    @classmethod
    def of(cls, place: Place, *, to_booth: bool = False) -> TicketOut:
        ticket, call, talk = place.ticket, place.live_call, place.interview
        successor = getattr(ticket, "transferred_to", None)
        return cls.model_validate(
            {
                "id": ticket.pk,
                "booth_id": ticket.booth_id,
                "booth_number": ticket.booth.number,
                "employer_name": ticket.booth.host,
                "service": ticket.booth.service,
                "number": ticket.number,
                "label": ticket.label,
                "place": ticket.place,
                "channel": ticket.channel,
                "state": ticket.state,
                "misses": ticket.misses,
                "taken_at": ticket.taken_at,
                "called_at": call and call.called_at,
                "due_at": call and call.due_at,
                "desk_number": call and call.desk.number,
                "held": place.is_held,
                "ended_at": ticket.ended_at,
                "result": talk.result if talk else "",
                "priority": "" if to_booth else ticket.priority,
                "paused_until": ticket.paused_until,
                "may_postpone": ticket.postponed < POSTPONED_AT_MOST,
                "ready_asked_at": ticket.ready_asked_at,
                "ready_at": ticket.ready_at,
                "announcements": call.announcements if call else 0,
                "transferred_to": successor and successor.pk,
                "result_waits": talk is not None and talk.consent == Interview.Consent.AWAITED,
                "undo_until": undo_until(place),
            }
        )


def undo_until(place: Place) -> datetime | None:
    """Of a call that is not answered yet, or of a talk that is over."""
    ticket, call, talk = place.ticket, place.live_call, place.interview
    if ticket.state == Ticket.State.CALLED and call is not None:
        return call.called_at + UNDO
    if ticket.state == Ticket.State.DONE and talk is not None and talk.ended_at is not None:
        return talk.ended_at + UNDO
    return None


class MyTicketsOut(Schema):
    """A seeker's active tickets."""

    tickets: list[TicketOut]


class MyTicketPush(Schema):
    """One's own ticket changed; an ended one leaves the active list."""

    ticket: TicketOut
