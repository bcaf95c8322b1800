"""Wire types of the lines, shared by HTTP and the socket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from booths.models import Booth, Desk
from booths.queries import BoothCard, Place
from jobfair.accounts.rules import mask_name
from jobfair.core.schemas import Schema, Text
from jobfair.positions.models import Position
from jobfair.positions.schemas import PositionOut

BoothState = Literal["closed", "open", "paused"]
Channel = Literal["onsite", "online"]
ActiveState = Literal["waiting", "paused", "called", "arrived", "serving"]
TicketState = Literal[
    "waiting", "paused", "called", "arrived", "serving", "done", "missed", "left", "transferred", "expired"
]
EndState = Literal["done", "missed", "left", "transferred", "expired"]
Note = Annotated[Text, StringConstraints(max_length=500)]


class TakeTicketIn(Schema):
    channel: Channel


class FinishIn(Schema):
    result: Literal["talked", "no_show", "left"]
    note: Note = ""


class BoothStateOut(Schema):
    booth_id: int
    state: BoothState


class TicketOut(Schema):
    """A ticket as its own seeker sees it. `place` orders the line; only comparisons mean anything."""

    id: int
    booth_id: int
    booth_number: int
    employer_name: str
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

    @classmethod
    def of(cls, place: Place) -> TicketOut:
        ticket, call = place.ticket, place.live_call
        return cls.model_validate(
            {
                "id": ticket.pk,
                "booth_id": ticket.booth_id,
                "booth_number": ticket.booth.number,
                "employer_name": ticket.booth.employer.name,
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
                "result": place.interview.result if place.interview else "",
            }
        )


class CallNextOut(Schema):
    """Who was called. Empty: everyone who waits is with another booth, and their places are kept."""

    ticket: TicketOut | None


class LineTicket(Schema):
    """A place in the line as anyone may see it: a number, no person."""

    ticket_id: int
    label: str
    place: int
    channel: Channel
    state: ActiveState
    desk_number: int | None

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
            }
        )


class LineOut(Schema):
    """A booth's line: everyone with an active ticket, in order."""

    booth_id: int
    state: BoothState
    waiting: list[LineTicket]

    @classmethod
    def of(cls, booth: Booth, line: Sequence[Place]) -> LineOut:
        rows = [LineTicket.of(place) for place in line]
        return cls.model_validate({"booth_id": booth.pk, "state": booth.state, "waiting": rows})


class DeskTicket(Schema):
    """A place in the line as the booth's recruiters see it; names of strangers are masked."""

    ticket_id: int
    label: str
    place: int
    channel: Channel
    state: ActiveState
    desk_number: int | None
    who: str
    seeker_guest: bool
    taken_at: datetime
    called_at: datetime | None
    due_at: datetime | None
    serving_since: datetime | None
    held: bool
    misses: int

    @classmethod
    def of(cls, place: Place) -> DeskTicket:
        ticket, call, talk = place.ticket, place.live_call, place.interview
        serving = talk is not None and talk.ended_at is None
        return cls.model_validate(
            {
                **LineTicket.of(place).model_dump(),
                "who": "" if ticket.seeker.is_guest else mask_name(ticket.seeker.display_name),
                "seeker_guest": ticket.seeker.is_guest,
                "taken_at": ticket.taken_at,
                "called_at": call and call.called_at,
                "due_at": call and call.due_at,
                "serving_since": talk.started_at if talk is not None and serving else None,
                "held": place.is_held,
                "misses": ticket.misses,
            }
        )


class DeskRow(Schema):
    id: int
    number: int


class DeskOut(Schema):
    """The recruiter's console. `talked_today` counts the day's tickets that ended in a talk."""

    booth_id: int
    number: int
    state: BoothState
    employer_name: str
    desks: list[DeskRow]
    waiting: list[DeskTicket]
    talked_today: int

    @classmethod
    def of(cls, booth: Booth, line: Sequence[Place], desks: Sequence[Desk], talked_today: int) -> DeskOut:
        return cls.model_validate(
            {
                "booth_id": booth.pk,
                "number": booth.number,
                "state": booth.state,
                "employer_name": booth.employer.name,
                "desks": [DeskRow(id=desk.pk, number=desk.number) for desk in desks],
                "waiting": [DeskTicket.of(place) for place in line],
                "talked_today": talked_today,
            }
        )


class MyTicketsOut(Schema):
    """A seeker's active tickets."""

    tickets: list[TicketOut]


# Pushes


class LineTicketPush(Schema):
    """Replace the row with this ticket_id, then sort by place."""

    ticket: LineTicket


class TicketEndedPush(Schema):
    """Take the row out of the line."""

    ticket_id: int
    state: EndState


class BoothStatePush(Schema):
    state: BoothState


class DeskTicketPush(Schema):
    ticket: DeskTicket


class DeskTicketEndedPush(Schema):
    ticket_id: int
    state: EndState
    talked_today: int


class MyTicketPush(Schema):
    """One's own ticket changed; an ended one leaves the active list."""

    ticket: TicketOut


# Pages


class FairBrief(Schema):
    slug: str
    name: str
    state: str
    opens_at: datetime
    closes_at: datetime


class ZoneBrief(Schema):
    letter: str
    name: str


class EmployerBrief(Schema):
    id: int
    name: str
    area: str


class BoothBrief(Schema):
    """A booth without its line: what a page's head needs."""

    id: int
    number: int
    state: BoothState
    fair: FairBrief
    zone: ZoneBrief | None
    employer: EmployerBrief

    @classmethod
    def of(cls, booth: Booth) -> BoothBrief:
        fair = booth.fair
        return cls.model_validate(
            {
                "id": booth.pk,
                "number": booth.number,
                "state": booth.state,
                "fair": {
                    "slug": fair.slug,
                    "name": fair.name,
                    "state": fair.state,
                    "opens_at": fair.opens_at,
                    "closes_at": fair.closes_at,
                },
                "zone": booth.zone and {"letter": booth.zone.letter, "name": booth.zone.name},
                "employer": {
                    "id": booth.employer.pk,
                    "name": booth.employer.name,
                    "area": booth.employer.area,
                },
            }
        )


class BoothOut(Schema):
    booth: BoothBrief
    positions: list[PositionOut]
    line: LineOut
    my_ticket: TicketOut | None


class TicketPageOut(Schema):
    ticket: TicketOut
    booth: BoothBrief
    positions: list[PositionOut]
    line: LineOut


class BoothCardOut(Schema):
    """A booth in the fair's list. Pay is the span of its monthly postings, yuan; empty where none is monthly."""

    id: int
    number: int
    zone_id: int | None
    employer_name: str
    titles: list[str]
    positions: int
    headcount: int
    pay_min: int | None
    pay_max: int | None
    area: str
    state: BoothState
    waiting: int

    @classmethod
    def of(cls, card: BoothCard) -> BoothCardOut:
        booth, offered = card.booth, card.positions
        monthly = [p for p in offered if p.pay_unit == Position.PayUnit.MONTH and p.pay_min is not None]
        return cls.model_validate(
            {
                "id": booth.pk,
                "number": booth.number,
                "zone_id": booth.zone_id,
                "employer_name": booth.employer.name,
                "titles": list(dict.fromkeys(position.title for position in offered)),
                "positions": len(offered),
                "headcount": sum(position.headcount_min or 0 for position in offered),
                "pay_min": min((p.pay_min or 0 for p in monthly), default=None),
                "pay_max": max((p.pay_max or p.pay_min or 0 for p in monthly), default=None),
                "area": booth.employer.area,
                "state": booth.state,
                "waiting": card.waiting,
            }
        )
