"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from collections.abc import Callable

from booths.models import Booth, Desk, Ticket
from jobfair.accounts.models import User
from jobfair.accounts.queries import find_by_phone, may_act_as_staff
from jobfair.accounts.rules import normal_phone
from jobfair.core.errors import NotFound
from jobfair.employers.models import Recruiter
from jobfair.fairs.models import Fair, FairStaff
from jobfair.positions.models import Position


def nobody(pass_code: str) -> User | None:
    """Until a check-in desk says who holds a pass."""
    return None


find_by_pass: Callable[[str], User | None] = nobody


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


def fair_for_clerk(user: User | None, slug: str) -> Fair:
    """An announced fair, for whoever holds an office at it."""
    fair = Fair.objects.filter(slug=slug).exclude(state=Fair.State.DRAFT).first()
    if fair is None:
        raise NotFound
    _ensure_holds_office(user, fair)
    return fair


def booth_of_fair(fair: Fair, booth_id: int) -> Booth:
    booth = booth_for_anyone(booth_id)
    if booth.fair_id != fair.pk:
        raise NotFound
    return booth


def ticket_for_clerk(user: User | None, ticket_id: int) -> Ticket:
    ticket = Ticket.objects.select_related("booth__employer", "booth__fair").filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    _ensure_holds_office(user, ticket.booth.fair)
    return ticket


def position_at(booth: Booth, position_id: int) -> Position:
    """A position the booth's employer offers at its fair; a draft is nobody's to apply for."""
    published = Position.objects.filter(employer=booth.employer_id, fair=booth.fair_id, was_public=True)
    position = published.filter(pk=position_id).first()
    if position is None:
        raise NotFound
    return position


def ticket_at_booth(booth_id: int, ticket_id: int) -> Ticket:
    ticket = Ticket.objects.select_related("booth").filter(pk=ticket_id, booth=booth_id).first()
    if ticket is None:
        raise NotFound
    return ticket


def seeker_at_kiosk(*, phone: str | None, pass_code: str | None) -> User | None:
    """The account that a pass or a phone names; nobody's: the paper is for whoever holds it."""
    if pass_code:
        return find_by_pass(pass_code)
    account = find_by_phone(normal_phone(phone)) if phone else None
    return account if account is not None and account.is_active and account.phone_verified else None


def _ensure_holds_office(user: User | None, fair: Fair) -> None:
    if user is None or not user.is_active or not may_act_as_staff(user):
        raise NotFound
    if not user.is_superuser and not FairStaff.objects.filter(user=user, fair=fair).exists():
        raise NotFound


def _ensure_recruits_for(user: User | None, booth: Booth) -> None:
    if user is None or not Recruiter.objects.filter(user=user, employer=booth.employer_id).exists():
        raise NotFound
