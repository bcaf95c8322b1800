"""What the lines' pages read."""

from __future__ import annotations

from datetime import datetime

from booths.models import Booth
from booths.queries import BoothCard, Visitor
from booths.schemas.line import BoothState, LineOut, Service
from booths.schemas.ticket import TicketOut
from jobfair.accounts.rules import mask_name
from jobfair.core.schemas import Schema
from jobfair.positions.models import Position
from jobfair.positions.schemas import PositionOut


class FairBrief(Schema):
    slug: str
    name: str
    state: str
    opens_at: datetime
    closes_at: datetime


class ZoneBrief(Schema):
    letter: str
    name: str


class HostBrief(Schema):
    """Whose booth it is; a service has no `id`."""

    id: int | None
    name: str
    area: str


class BoothBrief(Schema):
    """A booth without its line: what a page's head needs."""

    id: int
    number: int
    state: BoothState
    fair: FairBrief
    zone: ZoneBrief | None
    service: Service
    employer: HostBrief

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
                "service": booth.service,
                "employer": {
                    "id": booth.employer_id,
                    "name": booth.host,
                    "area": booth.area,
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
    service: Service
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
                "employer_name": booth.host,
                "service": booth.service,
                "titles": list(dict.fromkeys(position.title for position in offered)),
                "positions": len(offered),
                "headcount": sum(position.headcount_min or 0 for position in offered),
                "pay_min": min((p.pay_min or 0 for p in monthly), default=None),
                "pay_max": max((p.pay_max or p.pay_min or 0 for p in monthly), default=None),
                "area": booth.area,
                "state": booth.state,
                "waiting": card.waiting,
            }
        )


class HandedIn(Schema):
    """A résumé this employer may read: the seeker sent it. `id` and `participation_id` open it in the inbox."""

    id: int
    participation_id: int
    position_title: str
    state: str
    submitted_at: datetime


class PastTalk(Schema):
    at: datetime
    label: str
    recruiter: str
    result: str
    outcome: str
    note: str


class VisitorOut(Schema):
    """One who waits or talks, with what the booth may know of them. No application: masked, and no résumé."""

    ticket_id: int
    label: str
    name: str
    waiting_since: datetime
    applications: list[HandedIn]
    talks: list[PastTalk]

    @classmethod
    def of(cls, visitor: Visitor) -> VisitorOut:
        ticket = visitor.place.ticket
        seeker = ticket.seeker
        known = seeker.display_name if visitor.applications else ""
        return cls.model_validate(
            {
                "ticket_id": ticket.pk,
                "label": ticket.label,
                "name": known or ("" if seeker.is_guest else mask_name(seeker.display_name)),
                "waiting_since": ticket.taken_at,
                "applications": [
                    {
                        "id": one.pk,
                        "participation_id": one.participation_id,
                        "position_title": one.position.title,
                        "state": one.state,
                        "submitted_at": one.submitted_at,
                    }
                    for one in visitor.applications
                ],
                "talks": [
                    {
                        "at": talk.started_at,
                        "label": f"{visitor.place.ticket.booth.number}-{talk.ticket.number:03d}",
                        "recruiter": talk.recruiter.display_name,
                        "result": talk.result,
                        "outcome": talk.outcome,
                        "note": talk.note,
                    }
                    for talk in visitor.talks
                ],
            }
        )
