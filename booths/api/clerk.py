"""What fair staff do for people who stand in the hall."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated, Any
from urllib.parse import urlencode

import segno
from django.http import HttpRequest
from ninja import Router, Status
from pydantic import StringConstraints

from booths import access, queries, services
from booths.api.replies import READ, WRITE, absolute, change_ticket, mine
from booths.models import Booth
from booths.schemas import KioskTicketIn, PaperOut, PlaceAtKioskOut, PriorityIn, TicketOut
from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.checkin.access import fair_for_clerk
from jobfair.core import clock
from jobfair.core.schemas import ErrorReply

router = Router(tags=["booths"])
Label = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}-[0-9]{1,5}$")]  # of a booth and its ticket


@router.post("/fairs/{slug}/kiosk/tickets", response={201: PaperOut, **WRITE})
def give_kiosk_ticket(request: HttpRequest, slug: str, body: KioskTicketIn, key: IdempotencyKey) -> Any:
    """One press, one number: for an account if a pass or phone names one, else for whoever holds the paper."""
    clerk = signed_in(request)
    fair = fair_for_clerk(clerk, slug)
    booth = access.booth_of_fair(fair, body.booth_id)
    seeker = access.seeker_at_kiosk(phone=body.phone, pass_code=body.pass_code)

    def give() -> PaperOut:
        paper = services.give_kiosk_ticket(booth=booth, seeker=seeker, by=clerk, now=clock.now())
        return _printed(request, booth, paper)

    return Status(201, durable(request, f"booths.give_kiosk_ticket:{booth.pk}", key, body, give))


def _printed(request: HttpRequest, booth: Booth, paper: services.Paper) -> PaperOut:
    ticket = mine(paper.ticket)
    if not paper.code:
        return PaperOut(ticket=ticket, claim_code="", claim_url="", qr_svg="")
    url = absolute(request, f"/claim?{urlencode({'label': ticket.label, 'code': paper.code})}")
    picture = BytesIO()
    segno.make(url, error="m").save(picture, kind="svg", scale=6, xmldecl=False)
    return PaperOut(ticket=ticket, claim_code=paper.code, claim_url=url, qr_svg=picture.getvalue().decode())


@router.get("/fairs/{slug}/kiosk/tickets/{label}", response={200: PlaceAtKioskOut, 401: ErrorReply, **READ})
def get_place_at_kiosk(request: HttpRequest, slug: str, label: Label) -> PlaceAtKioskOut:
    """A place by its number, and the priorities a clerk may register for it."""
    fair = fair_for_clerk(signed_in(request), slug)
    rule = queries.find_line_rule(fair.pk)
    return PlaceAtKioskOut(
        ticket=mine(access.ticket_by_label(fair, label)), priorities=rule.priorities if rule else []
    )


@router.post("/tickets/{ticket_id}/priority", response={200: TicketOut, **WRITE})
def give_priority(request: HttpRequest, ticket_id: int, body: PriorityIn, key: IdempotencyKey) -> Any:
    """The clerk has seen the certificate; its kind is kept, nothing else of it."""
    clerk = signed_in(request)
    ticket = access.ticket_for_clerk(clerk, ticket_id)
    return change_ticket(
        request,
        key,
        ticket,
        clerk,
        services.give_priority,
        body=body,
        kind=body.kind,
        certificate=body.certificate,
    )
