"""What a recruiter does at the booth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router

from booths import access, queries, services
from booths.api.replies import OWN, WRITE, change_ticket, theirs
from booths.models import Booth, Ticket
from booths.schemas import (
    BoothStateOut,
    CallNextOut,
    CallTicketIn,
    CloseBoothIn,
    DeskOut,
    DutyIn,
    DutyOut,
    FinishIn,
    HoldIn,
    LastTicketIn,
    TicketOut,
    TransferIn,
    UndoAtDeskIn,
    VisitorOut,
)
from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.core import clock
from jobfair.core.schemas import Schema

router = Router(tags=["booths"])


@router.get("/booths/{booth_id}/desk", response={200: DeskOut, **OWN})
def get_desk(request: HttpRequest, booth_id: int) -> Any:
    booth = access.booth_for_recruiter(signed_in(request), booth_id)
    return DeskOut.at(booth, queries.desk_facts(booth))


@router.get("/booths/{booth_id}/next-five", response={200: list[VisitorOut], **OWN})
def list_next_five(request: HttpRequest, booth_id: int) -> Any:
    """Who is called next: what they applied for here, talks they had here, how long they wait."""
    booth = access.booth_for_recruiter(signed_in(request), booth_id)
    return [VisitorOut.of(one) for one in queries.visitors_of(booth, queries.next_waiting(booth_id))]


@router.get("/tickets/{ticket_id}/visitor", response={200: VisitorOut, **OWN})
def get_visitor(request: HttpRequest, ticket_id: int) -> Any:
    """The same of one person, to have beside the talk."""
    ticket = access.ticket_for_recruiter(signed_in(request), ticket_id)
    places = queries.places_of(Ticket.objects.filter(pk=ticket.pk))
    return VisitorOut.of(queries.visitors_of(ticket.booth, places)[0])


# The booth


BOOTH_VERBS: dict[str, Callable[..., Booth]] = {
    "open": services.open_booth,
    "resume": services.open_booth,
    "pause": services.pause_booth,
    "close": services.close_booth,
    "last-ticket": services.set_last_ticket,
}


def _change_booth(
    request: HttpRequest, booth_id: int, verb: str, key: str, body: Schema | None = None, **details: Any
) -> Any:
    recruiter = signed_in(request)
    booth = access.booth_for_recruiter(recruiter, booth_id)

    def change() -> BoothStateOut:
        changed = BOOTH_VERBS[verb](booth=booth, by=recruiter, now=clock.now(), **details)
        return BoothStateOut.model_validate(
            {"booth_id": changed.pk, "state": changed.state, "takes_tickets": changed.takes_tickets}
        )

    return durable(request, f"booths.{verb}_booth:{booth_id}", key, body, change)


@router.post("/booths/{booth_id}/open", response={200: BoothStateOut, **WRITE})
def open_booth(request: HttpRequest, booth_id: int, key: IdempotencyKey) -> Any:
    return _change_booth(request, booth_id, "open", key)


@router.post("/booths/{booth_id}/pause", response={200: BoothStateOut, **WRITE})
def pause_booth(request: HttpRequest, booth_id: int, key: IdempotencyKey) -> Any:
    return _change_booth(request, booth_id, "pause", key)


@router.post("/booths/{booth_id}/resume", response={200: BoothStateOut, **WRITE})
def resume_booth(request: HttpRequest, booth_id: int, key: IdempotencyKey) -> Any:
    return _change_booth(request, booth_id, "resume", key)


@router.post("/booths/{booth_id}/last-ticket", response={200: BoothStateOut, **WRITE})
def set_last_ticket(request: HttpRequest, booth_id: int, body: LastTicketIn, key: IdempotencyKey) -> Any:
    """On: whoever is in the line is served, nobody joins any more."""
    return _change_booth(request, booth_id, "last-ticket", key, body, on=body.on)


@router.post("/booths/{booth_id}/close", response={200: BoothStateOut, **WRITE})
def close_booth(request: HttpRequest, booth_id: int, body: CloseBoothIn, key: IdempotencyKey) -> Any:
    """With people waiting it asks for `confirm`: their places end, they are told and may apply in one tap."""
    return _change_booth(request, booth_id, "close", key, body, confirm=body.confirm)


# The desk


@router.post("/desks/{desk_id}/duty", response={200: DutyOut, **WRITE})
def set_duty(request: HttpRequest, desk_id: int, body: DutyIn, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    desk = access.desk_for_recruiter(recruiter, desk_id)

    def change() -> DutyOut:
        services.set_duty(desk=desk, recruiter=recruiter, state=body.state, now=clock.now())
        return DutyOut(booth_id=desk.booth_id, desk_id=desk.pk, state=body.state)

    return durable(request, f"booths.set_duty:{desk_id}", key, body, change)


@router.post("/desks/{desk_id}/call-next", response={200: CallNextOut, **WRITE})
def call_next_ticket(request: HttpRequest, desk_id: int, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    desk = access.desk_for_recruiter(recruiter, desk_id)

    def call() -> CallNextOut:
        called = services.call_next_ticket(desk=desk, by=recruiter, now=clock.now())
        return CallNextOut(ticket=theirs(called) if called else None)

    return durable(request, f"booths.call_next_ticket:{desk_id}", key, None, call)


@router.post("/desks/{desk_id}/call", response={200: TicketOut, **WRITE})
def call_ticket(request: HttpRequest, desk_id: int, body: CallTicketIn, key: IdempotencyKey) -> Any:
    """Out of order, with the reason; audited."""
    recruiter = signed_in(request)
    desk = access.desk_for_recruiter(recruiter, desk_id)
    ticket = access.ticket_at_booth(desk.booth_id, body.ticket_id)

    def call() -> TicketOut:
        now = clock.now()
        return theirs(
            services.call_ticket(ticket=ticket, desk=desk, reason=body.reason, by=recruiter, now=now)
        )

    return durable(request, f"booths.call_ticket:{desk_id}", key, body, call)


# The ticket


@router.post("/tickets/{ticket_id}/recall", response={200: TicketOut, **WRITE})
def recall_ticket(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    """Announce it again; the deadline stays."""
    recruiter = signed_in(request)
    ticket = access.ticket_for_recruiter(recruiter, ticket_id)
    return change_ticket(request, key, ticket, recruiter, services.recall_ticket, to_booth=True)


@router.post("/tickets/{ticket_id}/hold", response={200: TicketOut, **WRITE})
def hold_ticket(request: HttpRequest, ticket_id: int, body: HoldIn, key: IdempotencyKey) -> Any:
    """Set one who waits or is called aside for a while, at the same place."""
    recruiter = signed_in(request)
    ticket = access.ticket_for_recruiter(recruiter, ticket_id)
    return change_ticket(
        request, key, ticket, recruiter, services.hold_ticket, body=body, to_booth=True, minutes=body.minutes
    )


@router.post("/tickets/{ticket_id}/transfer", response={200: TicketOut, **WRITE})
def transfer_ticket(request: HttpRequest, ticket_id: int, body: TransferIn, key: IdempotencyKey) -> Any:
    """To another booth of the fair; the reply is the new ticket."""
    recruiter = signed_in(request)
    ticket = access.ticket_for_recruiter(recruiter, ticket_id)
    there = access.booth_for_anyone(body.booth_id)
    return change_ticket(
        request, key, ticket, recruiter, services.transfer_ticket, body=body, to_booth=True, to=there
    )


@router.post("/tickets/{ticket_id}/miss", response={200: TicketOut, **WRITE})
def miss_call(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    ticket = access.ticket_for_recruiter(recruiter, ticket_id)
    return change_ticket(request, key, ticket, recruiter, services.miss_call, to_booth=True)


@router.post("/tickets/{ticket_id}/serve", response={200: TicketOut, **WRITE})
def start_interview(request: HttpRequest, ticket_id: int, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    ticket = access.ticket_for_recruiter(recruiter, ticket_id)
    return change_ticket(request, key, ticket, recruiter, services.start_interview, to_booth=True)


@router.post("/tickets/{ticket_id}/finish", response={200: TicketOut, **WRITE})
def finish_interview(request: HttpRequest, ticket_id: int, body: FinishIn, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    ticket = access.ticket_for_recruiter(recruiter, ticket_id)
    return change_ticket(
        request,
        key,
        ticket,
        recruiter,
        services.finish_interview,
        body=body,
        to_booth=True,
        result=body.result,
        note=body.note,
        outcome=services.Outcome(body.outcome, body.reason_code, body.reason_text),
    )


UNDO = {"call": services.undo_call, "finish": services.undo_finish}


@router.post("/tickets/{ticket_id}/undo", response={200: TicketOut, **WRITE})
def undo(request: HttpRequest, ticket_id: int, body: UndoAtDeskIn, key: IdempotencyKey) -> Any:
    """Within ten seconds of a call or of a finish."""
    recruiter = signed_in(request)
    ticket = access.ticket_for_recruiter(recruiter, ticket_id)
    return change_ticket(request, key, ticket, recruiter, UNDO[body.what], body=body, to_booth=True)
