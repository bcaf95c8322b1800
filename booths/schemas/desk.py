"""The recruiter's console."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from booths.models import Booth, DutyShift
from booths.queries import DeskFacts, Place
from booths.schemas.line import ActiveState, Channel, EndState, LineHead, LineTicket, Service
from booths.schemas.ticket import undo_until
from jobfair.accounts.rules import mask_name
from jobfair.core.schemas import Schema

DutyState = Literal["on", "away"]


class DeskTicket(Schema):
    """A place in the line as the booth's recruiters see it; names of strangers are masked.

    `seeker_id` is whom the chat is with. `paper`: a walk-in who holds a number and no phone yet.
    """

    ticket_id: int
    label: str
    place: int
    channel: Channel
    state: ActiveState
    desk_number: int | None
    priority: bool
    seeker_id: int
    who: str
    seeker_guest: bool
    paper: bool
    taken_at: datetime
    called_at: datetime | None
    due_at: datetime | None
    announcements: int
    undo_until: datetime | None
    serving_since: datetime | None
    held: bool
    misses: int
    paused_until: datetime | None
    ready_asked_at: datetime | None
    ready_at: datetime | None

    @classmethod
    def of(cls, place: Place) -> DeskTicket:
        ticket, call, talk = place.ticket, place.live_call, place.interview
        serving = talk is not None and talk.ended_at is None
        return cls.model_validate(
            {
                **LineTicket.of(place).model_dump(),
                "seeker_id": ticket.seeker_id,
                "who": "" if ticket.seeker.is_guest else mask_name(ticket.seeker.display_name),
                "seeker_guest": ticket.seeker.is_guest,
                "paper": bool(ticket.claim_hash),
                "taken_at": ticket.taken_at,
                "called_at": call and call.called_at,
                "due_at": call and call.due_at,
                "announcements": call.announcements if call else 0,
                "undo_until": undo_until(place),
                "serving_since": talk.started_at if talk is not None and serving else None,
                "held": place.is_held,
                "misses": ticket.misses,
                "paused_until": ticket.paused_until,
                "ready_asked_at": ticket.ready_asked_at,
                "ready_at": ticket.ready_at,
            }
        )


class DeskRow(Schema):
    id: int
    number: int


class DutyRow(Schema):
    """Someone at a desk, or away from it, since then."""

    recruiter_id: int
    who: str
    desk_number: int
    state: DutyState
    since: datetime

    @classmethod
    def of(cls, shift: DutyShift) -> DutyRow:
        return cls.model_validate(
            {
                "recruiter_id": shift.recruiter_id,
                "who": shift.recruiter.display_name,
                "desk_number": shift.desk.number,
                "state": shift.state,
                "since": shift.started_at,
            }
        )


class DeskOut(LineHead):
    """`employer_name`: the host's, at a service desk the service's. `talked_today`: tickets that ended in a talk."""

    booth_id: int
    number: int
    employer_name: str
    service: Service
    desks: list[DeskRow]
    duty: list[DutyRow]
    waiting: list[DeskTicket]
    talked_today: int

    @classmethod
    def at(cls, booth: Booth, desk: DeskFacts) -> DeskOut:
        return cls.model_validate(
            {
                **LineHead.of(booth, desk.facts).model_dump(),
                "booth_id": booth.pk,
                "number": booth.number,
                "employer_name": booth.host,
                "service": booth.service,
                "desks": [DeskRow(id=one.pk, number=one.number) for one in desk.desks],
                "duty": [DutyRow.of(shift) for shift in desk.facts.duty],
                "waiting": [DeskTicket.of(place) for place in desk.line],
                "talked_today": desk.talked_today,
            }
        )


class DeskTicketPush(Schema):
    ticket: DeskTicket


class DeskTicketEndedPush(Schema):
    ticket_id: int
    state: EndState
    talked_today: int


class DeskFinishUndonePush(Schema):
    """The talk goes on: the row is back, and the day's count is one less."""

    ticket: DeskTicket
    talked_today: int


class DutyPush(Schema):
    """The whole list, as it is now."""

    duty: list[DutyRow]
