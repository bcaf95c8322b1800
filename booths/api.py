"""HTTP of the lines: parse, load and authorise, one service or query, schema."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from booths import access, queries, services
from booths.models import Ticket
from booths.schemas import (
    BoothBrief,
    BoothCardOut,
    BoothOut,
    BoothStateOut,
    CallNextOut,
    DeskOut,
    FinishIn,
    LineOut,
    TakeTicketIn,
    TicketOut,
    TicketPageOut,
)
from jobfair.accounts.access import seeker_of, signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.schemas import ErrorReply
from jobfair.fairs.access import fair_for_anyone
from jobfair.positions.queries import published_positions_of
from jobfair.positions.schemas import PositionOut

router = Router(tags=["booths"])

READ = {404: ErrorReply, 422: ErrorReply}
OWN = {401: ErrorReply, 404: ErrorReply, 422: ErrorReply}
WRITE = {401: ErrorReply, 403: ErrorReply, 404: ErrorReply, 409: ErrorReply, 422: ErrorReply, 429: ErrorReply}


# Anyone


@router.get("/fairs/{slug}/booths", response={200: list[BoothCardOut], **READ})
def list_booths(request: HttpRequest, slug: str) -> Any:
    return [BoothCardOut.of(card) for card in queries.list_booth_cards(fair_for_anyone(slug))]


@router.get("/booths/{booth_id}", response={200: BoothOut, **READ})
def get_booth(request: HttpRequest, booth_id: int) -> Any:
    booth = access.booth_for_anyone(booth_id)
    seeker = request.user if isinstance(request.user, User) else None
    mine = queries.find_active_ticket(seeker, booth)
    return BoothOut(
        booth=BoothBrief.of(booth),
        positions=[PositionOut.of(p) for p in published_positions_of(booth.employer, booth.fair)],
        line=LineOut.of(booth, queries.list_line(booth.pk)),
        my_ticket=TicketOut.of(mine) if mine else None,
    )


@router.get("/booths/{booth_id}/qr.svg", response={200: None, **READ})
def get_booth_qr(request: HttpRequest, booth_id: int) -> HttpResponse:
    """The booth page's address as a QR code."""
    booth = access.booth_for_anyone(booth_id)
    address = settings.PUBLIC_URL or request.build_absolute_uri("/")
    picture = BytesIO()
    segno.make(f"{address.rstrip('/')}/b/{booth.pk}", error="m").save(picture, kind="svg", scale=8)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


# The seeker


@router.post("/booths/{booth_id}/tickets", response={201: TicketOut, **WRITE})
def take_ticket(request: HttpRequest, booth_id: int, body: TakeTicketIn, key: IdempotencyKey) -> Any:
    seeker, booth = seeker_of(request), access.booth_for_anyone(booth_id)

    def take() -> TicketOut:
        now = clock.now()
        return _out(services.take_ticket(booth=booth, seeker=seeker, channel=body.channel, now=now))

    return Status(201, durable(request, f"booths.take_ticket:{booth_id}", key, body, take))


@router.get("/tickets/{ticket_id}", response={200: TicketPageOut, **OWN})
def get_ticket(request: HttpRequest, ticket_id: int) -> Any:
    ticket = access.ticket_for_seeker(seeker_of(request), ticket_id)
    booth = access.booth_for_anyone(ticket.booth_id)
    return TicketPageOut(
        ticket=_out(ticket),
        booth=BoothBrief.of(booth),
        positions=[PositionOut.of(p) for p in published_positions_of(booth.employer, booth.fair)],
        line=LineOut.of(booth, queries.list_line(booth.pk)),
    )


@router.get("/me/tickets", response={200: list[TicketOut], 401: ErrorReply})
def list_my_tickets(request: HttpRequest) -> Any:
    return [TicketOut.of(place) for place in queries.list_tickets_of(seeker_of(request))]


@router.post("/tickets/{ticket_id}/arrive", response={200: TicketOut, **WRITE})
def arrive(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    seeker = seeker_of(request)
    return _change_ticket(request, key, access.ticket_for_seeker(seeker, ticket_id), seeker, services.arrive)


@router.post("/tickets/{ticket_id}/leave", response={200: TicketOut, **WRITE})
def leave_line(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    seeker = seeker_of(request)
    return _change_ticket(
        request, key, access.ticket_for_seeker(seeker, ticket_id), seeker, services.leave_line
    )


# The recruiter


@router.get("/booths/{booth_id}/desk", response={200: DeskOut, **OWN})
def get_desk(request: HttpRequest, booth_id: int) -> Any:
    booth = access.booth_for_recruiter(signed_in(request), booth_id)
    return DeskOut.of(
        booth,
        queries.list_line(booth_id),
        queries.list_desks(booth_id),
        queries.count_talks(booth_id, clock.today()),
    )


BOOTH_VERBS = {
    "open": services.open_booth,
    "resume": services.open_booth,
    "pause": services.pause_booth,
    "close": services.close_booth,
}


def _change_booth(request: HttpRequest, booth_id: int, verb: str, key: str) -> Any:
    recruiter = signed_in(request)
    booth = access.booth_for_recruiter(recruiter, booth_id)

    def change() -> BoothStateOut:
        changed = BOOTH_VERBS[verb](booth=booth, by=recruiter, now=clock.now())
        return BoothStateOut.model_validate({"booth_id": changed.pk, "state": changed.state})

    return durable(request, f"booths.{verb}_booth:{booth_id}", key, None, change)


@router.post("/booths/{booth_id}/open", response={200: BoothStateOut, **WRITE})
def open_booth(request: HttpRequest, booth_id: int, key: IdempotencyKey) -> Any:
    return _change_booth(request, booth_id, "open", key)


@router.post("/booths/{booth_id}/pause", response={200: BoothStateOut, **WRITE})
def pause_booth(request: HttpRequest, booth_id: int, key: IdempotencyKey) -> Any:
    return _change_booth(request, booth_id, "pause", key)


@router.post("/booths/{booth_id}/resume", response={200: BoothStateOut, **WRITE})
def resume_booth(request: HttpRequest, booth_id: int, key: IdempotencyKey) -> Any:
    return _change_booth(request, booth_id, "resume", key)


@router.post("/booths/{booth_id}/close", response={200: BoothStateOut, **WRITE})
def close_booth(request: HttpRequest, booth_id: int, key: IdempotencyKey) -> Any:
    return _change_booth(request, booth_id, "close", key)


@router.post("/desks/{desk_id}/call-next", response={200: CallNextOut, **WRITE})
def call_next_ticket(request: HttpRequest, desk_id: int, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    desk = access.desk_for_recruiter(recruiter, desk_id)

    def call() -> CallNextOut:
        called = services.call_next_ticket(desk=desk, by=recruiter, now=clock.now())
        return CallNextOut(ticket=_out(called) if called else None)

    return durable(request, f"booths.call_next_ticket:{desk_id}", key, None, call)


@router.post("/tickets/{ticket_id}/miss", response={200: TicketOut, **WRITE})
def miss_call(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    return _change_ticket(
        request, key, access.ticket_for_recruiter(recruiter, ticket_id), recruiter, services.miss_call
    )


@router.post("/tickets/{ticket_id}/serve", response={200: TicketOut, **WRITE})
def start_interview(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    return _change_ticket(
        request, key, access.ticket_for_recruiter(recruiter, ticket_id), recruiter, services.start_interview
    )


@router.post("/tickets/{ticket_id}/finish", response={200: TicketOut, **WRITE})
def finish_interview(request: HttpRequest, ticket_id: int, body: FinishIn, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    ticket = access.ticket_for_recruiter(recruiter, ticket_id)

    def finish() -> TicketOut:
        now = clock.now()
        return _out(
            services.finish_interview(
                ticket=ticket, result=body.result, note=body.note, by=recruiter, now=now
            )
        )

    return durable(request, f"booths.finish_interview:{ticket_id}", key, body, finish)


def _change_ticket(
    request: HttpRequest, key: str, ticket: Ticket, by: User, service: Callable[..., Ticket]
) -> Any:
    """A service that needs no more than the ticket and who acts."""
    command = f"booths.{service.__name__}:{ticket.pk}"
    return durable(request, command, key, None, lambda: _out(service(ticket=ticket, by=by, now=clock.now())))


def _out(ticket: Ticket) -> TicketOut:
    return TicketOut.of(queries.get_place(ticket.pk))
