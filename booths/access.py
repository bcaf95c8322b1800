"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from booths.models import Booth, Desk, Ticket
from jobfair.accounts.models import User
from jobfair.core.errors import NotFound
from jobfair.employers.models import Recruiter
from jobfair.fairs.models import Fair


def booth_for_anyone(booth_id: int) -> Booth:
    """A booth of a fair that has been announced."""
    booth = (
        Booth.objects.select_related("fair__city", "zone", "employer")
        .filter(pk=booth_id)
        .exclude(fair__state=Fair.State.DRAFT)
        .first()
    )
    if booth is None:
        raise NotFound
    return booth


def booth_for_recruiter(user: User | None, booth_id: int) -> Booth:
    booth = booth_for_anyone(booth_id)
    _ensure_recruits_for(user, booth)
    return booth


def desk_for_recruiter(user: User | None, desk_id: int) -> Desk:
    desk = Desk.objects.select_related("booth__employer").filter(pk=desk_id).first()
    if desk is None:
        raise NotFound
    _ensure_recruits_for(user, desk.booth)
    return desk


def ticket_for_recruiter(user: User | None, ticket_id: int) -> Ticket:
    ticket = Ticket.objects.select_related("booth__employer").filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    _ensure_recruits_for(user, ticket.booth)
    return ticket


def ticket_for_seeker(user: User | None, ticket_id: int) -> Ticket:
    """One's own ticket."""
    ticket = Ticket.objects.select_related("booth__employer").filter(pk=ticket_id).first()
    if ticket is None or user is None or ticket.seeker_id != user.pk:
        raise NotFound
    return ticket


def _ensure_recruits_for(user: User | None, booth: Booth) -> None:
    if user is None or not Recruiter.objects.filter(user=user, employer=booth.employer_id).exists():
        raise NotFound
