"""A booth's line as anyone may see it, and its pushes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from booths.models import Booth, Call, LineRule
from booths.queries import LineFacts, Place
from jobfair.core.schemas import Schema

BoothState = Literal["closed", "open", "paused"]
Channel = Literal["onsite", "online"]
Priority = Literal["veteran", "disabled", "pregnant"]
ActiveState = Literal["waiting", "paused", "called", "arrived", "serving"]
Service = Literal["", "policy", "cooperation", "skills", "guidance"]
EndState = Literal["done", "missed", "left", "transferred", "expired"]


class LineTicket(Schema):
    """A place in the line as anyone may see it: a number, no person. `priority`: has it, not which one."""

    ticket_id: int
    label: str
    place: int
    channel: Channel
    state: ActiveState
    desk_number: int | None
    priority: bool

    @classmethod
    def of(cls, place: Place) -> LineTicket:
        return cls.model_validate(
            {
                "ticket_id": place.ticket.pk,
                "label": place.ticket.label,
                "place": place.ticket.place,
                "channel": place.ticket.channel,
                "state": place.ticket.state,
                "desk_number": place.live_call.desk.number if place.live_call else None,
                "priority": bool(place.ticket.priority),
            }
        )


class RuleOut(Schema):
    """So many on site are called to so many online while both wait; 0 : 0 is one line for both."""

    interleave_onsite: int
    interleave_online: int
    priorities: list[Priority]

    @classmethod
    def of(cls, rule: LineRule | None) -> RuleOut:
        rule = rule or LineRule(priorities=[])
        return cls.model_validate(
            {
                "interleave_onsite": rule.interleave_onsite,
                "interleave_online": rule.interleave_online,
                "priorities": rule.priorities,
            }
        )


class LineHead(Schema):
    """What is true of the whole line."""

    state: BoothState
    takes_tickets: bool
    desks_on_duty: int
    closes_at: datetime
    rule: RuleOut

    @classmethod
    def of(cls, booth: Booth, facts: LineFacts) -> LineHead:
        return cls.model_validate(
            {
                "state": booth.state,
                "takes_tickets": booth.takes_tickets,
                "desks_on_duty": facts.desks_on_duty,
                "closes_at": booth.fair.closes_at,
                "rule": RuleOut.of(facts.rule),
            }
        )


class LineOut(LineHead):
    """A booth's line: everyone with an active ticket, in order of `place`."""

    booth_id: int
    waiting: list[LineTicket]

    @classmethod
    def of(cls, booth: Booth, facts: LineFacts, line: Sequence[Place] = ()) -> LineOut:
        head = LineHead.of(booth, facts).model_dump()
        rows = [LineTicket.of(place) for place in line]
        return cls.model_validate({**head, "booth_id": booth.pk, "waiting": rows})


class LineTicketPush(Schema):
    """Replace the row with this ticket_id, then sort by place."""

    ticket: LineTicket


class TicketEndedPush(Schema):
    """Take the row out of the line."""

    ticket_id: int
    state: EndState


class BoothStatePush(LineHead):
    """Every field replaces the one of the same name, at the line and at the desk."""


class ShownCall(Schema):
    """A call on the hall's display. `times` counts its announcements; `state` is the ticket's."""

    call_id: int
    label: str
    booth_id: int
    booth_number: int
    zone: str
    desk_number: int
    called_at: datetime
    times: int
    state: str

    @classmethod
    def of(cls, call: Call) -> ShownCall:
        booth = call.ticket.booth
        return cls.model_validate(
            {
                "call_id": call.pk,
                "label": call.ticket.label,
                "booth_id": booth.pk,
                "booth_number": booth.number,
                "zone": booth.zone.letter if booth.zone else "",
                "desk_number": call.desk.number,
                "called_at": call.announced_at,
                "times": call.announcements,
                "state": call.ticket.state,
            }
        )
