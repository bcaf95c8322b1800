"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from django.db.models import QuerySet

from booths.models import Booth, Counsellor, Desk, Ticket
from booths.rules import PassUnknown
from jobfair.accounts.models import User
from jobfair.accounts.queries import find_by_phone
from jobfair.accounts.rules import normal_phone
from jobfair.checkin.access import minds_doors
from jobfair.checkin.queries import seeker_of_pass
from jobfair.core.errors import NotFound
from jobfair.core.prepared import prepared
from jobfair.employers.models import Recruiter
from jobfair.fairs.models import Fair


def booth_for_anyone(booth_id: int) -> Booth:
    """A booth of a fair that has been announced."""
    for booth in _announced_booth(booth_id):
        return booth
    raise NotFound


@prepared
def _announced_booth(booth_id: int) -> QuerySet[Booth]:
    booths = Booth.objects.select_related("fair__city", "zone", "employer")
    return booths.filter(pk=booth_id).exclude(fair__state=Fair.State.DRAFT)


def booth_for_recruiter(user: User | None, booth_id: int) -> Booth:
    booth = booth_for_anyone(booth_id)
    _ensure_works_at(user, booth)
    return booth


def desk_for_recruiter(user: User | None, desk_id: int) -> Desk:
    for desk in _desk_at_booth(desk_id):
        _ensure_works_at(user, desk.booth)
        return desk
    raise NotFound


@prepared
def _desk_at_booth(desk_id: int) -> QuerySet[Desk]:
    return Desk.objects.select_related("booth__employer").filter(pk=desk_id)


def ticket_for_recruiter(user: User | None, ticket_id: int) -> Ticket:
    for ticket in _ticket_at_booth(ticket_id):
        _ensure_works_at(user, ticket.booth)
        return ticket
    raise NotFound


def ticket_for_seeker(user: User | None, ticket_id: int) -> Ticket:
    """One's own ticket."""
    for ticket in _ticket_at_booth(ticket_id):
        if user is not None and ticket.seeker_id == user.pk:
            return ticket
    raise NotFound


@prepared
def _ticket_at_booth(ticket_id: int) -> QuerySet[Ticket]:
    return Ticket.objects.select_related("booth__employer").filter(pk=ticket_id)


def booth_of_fair(fair: Fair, booth_id: int) -> Booth:
    booth = booth_for_anyone(booth_id)
    if booth.fair_id != fair.pk:
        raise NotFound
    return booth


def ticket_for_clerk(user: User | None, ticket_id: int) -> Ticket:
    ticket = Ticket.objects.select_related("booth__employer", "booth__fair").filter(pk=ticket_id).first()
    if ticket is None:
        raise NotFound
    if not minds_doors(user, ticket.booth.fair_id):
        raise NotFound
    return ticket


def ticket_by_label(fair: Fair, label: str) -> Ticket:
    """The place at this fair that is still to come, by the number on a paper or phone, `42-017` or `42-17`."""
    booth, number = label.split("-")
    places = Ticket.objects.filter(booth__fair=fair, booth__number=int(booth), number=int(number))
    ticket = places.filter(state__in=Ticket.ACTIVE).order_by("-id").first()
    if ticket is None:
        raise NotFound
    return ticket


def ticket_at_booth(booth_id: int, ticket_id: int) -> Ticket:
    ticket = Ticket.objects.select_related("booth").filter(pk=ticket_id, booth=booth_id).first()
    if ticket is None:
        raise NotFound
    return ticket


def seeker_at_kiosk(*, phone: str | None, pass_code: str | None) -> User | None:
    """The account that a pass or a phone names; nobody's: the paper is for whoever holds it."""
    if pass_code:
        holder = seeker_of_pass(pass_code)
        if holder is None:
            raise PassUnknown(fields={"pass_code": str(PassUnknown.message)})
        return holder
    account = find_by_phone(normal_phone(phone)) if phone else None
    return account if account is not None and account.is_active and account.phone_verified else None


def works_at(user: User | None, booth: Booth) -> bool:
    """A recruiter of the booth's employer, or a counsellor of the service."""
    if user is None or not user.is_active:
        return False
    if booth.employer_id is None:
        return Counsellor.objects.filter(user=user, booth=booth).exists()
    return bool(_recruiters(user.pk, booth.employer_id))


@prepared
def _recruiters(user_id: int, employer_id: int) -> QuerySet[Recruiter]:
    return Recruiter.objects.filter(user=user_id, employer=employer_id)


def _ensure_works_at(user: User | None, booth: Booth) -> None:
    if not works_at(user, booth):
        raise NotFound
