"""What people send, and the short replies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from booths.schemas.line import BoothState, Channel, Priority
from booths.schemas.ticket import TicketOut
from jobfair.core.schemas import Schema, Text

Note = Annotated[Text, StringConstraints(max_length=500)]
Reason = Annotated[
    Text, StringConstraints(strip_whitespace=True), StringConstraints(min_length=2, max_length=200)
]
Minutes = Annotated[int, Field(ge=1, le=60)]


class TakeTicketIn(Schema):
    channel: Channel


class PauseIn(Schema):
    minutes: Minutes


class HoldIn(Schema):
    minutes: Minutes = 10


class ClaimIn(Schema):
    """As they stand on the paper."""

    label: Annotated[Text, StringConstraints(max_length=20)]
    code: Annotated[Text, StringConstraints(max_length=20)]


class DutyIn(Schema):
    state: Literal["on", "away", "off"]


class CallTicketIn(Schema):
    ticket_id: int
    reason: Reason


class TransferIn(Schema):
    booth_id: int


class UndoAtDeskIn(Schema):
    what: Literal["call", "finish"]


class FinishIn(Schema):
    """`reason_code` is of the inbox's reasons and needed to reject."""

    result: Literal["talked", "no_show", "left"]
    outcome: Literal["", "second_interview", "offer", "reject", "reserve"] = ""
    reason_code: Annotated[Text, StringConstraints(max_length=20)] = ""
    reason_text: Annotated[Text, StringConstraints(max_length=200)] = ""
    note: Note = ""


class LastTicketIn(Schema):
    on: bool


class CloseBoothIn(Schema):
    """`confirm`: whoever waits is told that the place is over."""

    confirm: bool = False


class KioskTicketIn(Schema):
    """A phone that has an account, or the code of a check-in pass; neither: whoever holds the paper."""

    booth_id: int
    phone: Annotated[Text, StringConstraints(max_length=20)] | None = None
    pass_code: Annotated[Text, StringConstraints(max_length=300)] | None = None


class PriorityIn(Schema):
    """`certificate`: the kind of paper the clerk has seen."""

    kind: Priority
    certificate: Literal["veteran_card", "discharge_paper", "disability_card", "maternity_record"]


class PlaceAtKioskOut(Schema):
    """A place as the clerk sees it who registers a priority for it; `priorities` are those the fair offers."""

    ticket: TicketOut
    priorities: list[Priority]


class BoothStateOut(Schema):
    booth_id: int
    state: BoothState
    takes_tickets: bool


class DutyOut(Schema):
    booth_id: int
    desk_id: int
    state: Literal["on", "away", "off"]


class CallNextOut(Schema):
    """Who was called. Empty: everyone who waits is with another booth, and their places are kept."""

    ticket: TicketOut | None


class PaperOut(Schema):
    """What the kiosk prints. `claim_code` and what holds it are empty where the ticket is an account's already."""

    ticket: TicketOut
    claim_code: str
    claim_url: str
    qr_svg: str
