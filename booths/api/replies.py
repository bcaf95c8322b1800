"""What the lines' endpoints answer with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from booths import queries
from booths.models import Ticket
from booths.schemas import TicketOut
from jobfair.accounts.durable import durable
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.schemas import ErrorReply, Schema

READ = {404: ErrorReply, 422: ErrorReply}
OWN = {401: ErrorReply, 404: ErrorReply, 422: ErrorReply}
WRITE = {401: ErrorReply, 403: ErrorReply, 404: ErrorReply, 409: ErrorReply, 422: ErrorReply, 429: ErrorReply}


def mine(ticket: Ticket) -> TicketOut:
    """As its seeker sees it."""
    return TicketOut.of(queries.get_place(ticket.pk))


def theirs(ticket: Ticket) -> TicketOut:
    """As the booth sees it."""
    return TicketOut.of(queries.get_place(ticket.pk), to_booth=True)


def change_ticket(
    request: HttpRequest,
    key: str,
    ticket: Ticket,
    by: User,
    service: Callable[..., Ticket],
    *,
    body: Schema | None = None,
    to_booth: bool = False,
    **details: Any,
) -> Any:
    """A service that changes one ticket, once per key."""
    command = f"booths.{service.__name__}:{ticket.pk}"
    told = theirs if to_booth else mine

    def change() -> TicketOut:
        return told(service(ticket=ticket, by=by, now=clock.now(), **details))

    return durable(request, command, key, body, change)


def absolute(request: HttpRequest, path: str) -> str:
    """An address that works on another device."""
    root = settings.PUBLIC_URL or request.build_absolute_uri("/")
    return f"{root.rstrip('/')}{path}"
