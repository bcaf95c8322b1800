"""What a seeker does with places in lines."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from booths import access, limits, queries, services
from booths.api.replies import OWN, WRITE, change_ticket, mine
from booths.schemas import (
    BoothBrief,
    ClaimIn,
    LineOut,
    PauseIn,
    TakeTicketIn,
    TicketOut,
    TicketPageOut,
)
from jobfair.accounts.access import device_of, seeker_of
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.limits import address_of
from jobfair.core import clock
from jobfair.positions.schemas import PositionOut

router = Router(tags=["booths"])


@router.post("/booths/{booth_id}/tickets", response={201: TicketOut, **WRITE})
def take_ticket(request: HttpRequest, booth_id: int, body: TakeTicketIn, key: IdempotencyKey) -> Any:
    seeker, booth = seeker_of(request), access.booth_for_anyone(booth_id)

    def take() -> TicketOut:
        now = clock.now()
        return mine(services.take_ticket(booth=booth, seeker=seeker, channel=body.channel, now=now))

    return Status(201, durable(request, f"booths.take_ticket:{booth_id}", key, body, take))


@router.post("/tickets/claim", response={200: TicketOut, **WRITE})
def claim_ticket(request: HttpRequest, body: ClaimIn, key: IdempotencyKey) -> Any:
    """A walk-in's paper, by number and code. The same answer for a wrong number, a wrong code, and one claimed."""
    seeker = seeker_of(request)
    limits.spend_claim(
        user_id=seeker.pk, device=device_of(request), address=address_of(request), now=clock.now()
    )

    def claim() -> TicketOut:
        return mine(services.claim_ticket(label=body.label, code=body.code, seeker=seeker, now=clock.now()))

    return durable(request, "booths.claim_ticket", key, body, claim)


@router.get("/tickets/{ticket_id}", response={200: TicketPageOut, **OWN})
def get_ticket(request: HttpRequest, ticket_id: int) -> Any:
    ticket = access.ticket_for_seeker(seeker_of(request), ticket_id)
    booth = access.booth_for_anyone(ticket.booth_id)
    return TicketPageOut(
        ticket=mine(ticket),
        booth=BoothBrief.of(booth),
        positions=[PositionOut.of(p) for p in queries.list_offered_at(booth)],
        line=LineOut.of(booth, queries.line_facts(booth), queries.list_line(booth.pk)),
    )


@router.get("/me/tickets", response={200: list[TicketOut], 401: OWN[401]})
def list_my_tickets(request: HttpRequest) -> Any:
    return [TicketOut.of(place) for place in queries.list_tickets_of(seeker_of(request))]


@router.post("/tickets/{ticket_id}/arrive", response={200: TicketOut, **WRITE})
def arrive(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    seeker = seeker_of(request)
    return change_ticket(request, key, access.ticket_for_seeker(seeker, ticket_id), seeker, services.arrive)


@router.post("/tickets/{ticket_id}/leave", response={200: TicketOut, **WRITE})
def leave_line(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    seeker = seeker_of(request)
    ticket = access.ticket_for_seeker(seeker, ticket_id)
    return change_ticket(request, key, ticket, seeker, services.leave_line)


@router.post("/tickets/{ticket_id}/pause", response={200: TicketOut, **WRITE})
def pause_ticket(request: HttpRequest, ticket_id: int, body: PauseIn, key: IdempotencyKey) -> Any:
    seeker = seeker_of(request)
    ticket = access.ticket_for_seeker(seeker, ticket_id)
    return change_ticket(request, key, ticket, seeker, services.pause_ticket, body=body, minutes=body.minutes)


@router.post("/tickets/{ticket_id}/resume", response={200: TicketOut, **WRITE})
def resume_ticket(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    seeker = seeker_of(request)
    ticket = access.ticket_for_seeker(seeker, ticket_id)
    return change_ticket(request, key, ticket, seeker, services.resume_ticket)


@router.post("/tickets/{ticket_id}/ready", response={200: TicketOut, **WRITE})
def say_ready(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    """The answer to the ready check."""
    seeker = seeker_of(request)
    ticket = access.ticket_for_seeker(seeker, ticket_id)
    return change_ticket(request, key, ticket, seeker, services.say_ready)


@router.post("/tickets/{ticket_id}/later", response={200: TicketOut, **WRITE})
def postpone_call(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    """Called, and asks for ten minutes; once per ticket."""
    seeker = seeker_of(request)
    ticket = access.ticket_for_seeker(seeker, ticket_id)
    return change_ticket(request, key, ticket, seeker, services.postpone_call)
