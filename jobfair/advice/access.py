"""Load and authorise in one call. Missing and forbidden look the same."""

from __future__ import annotations

from booths.access import booth_for_anyone, booth_for_recruiter, ticket_for_recruiter, works_at
from booths.models import Booth, Ticket
from jobfair.accounts.models import User
from jobfair.accounts.queries import find_by_account
from jobfair.advice.models import AdvicePlan, AdviceStep, Appointment
from jobfair.advice.rules import PersonUnknown
from jobfair.core.errors import NotFound
from jobfair.fairs.access import organises


def service_for_anyone(service_id: int) -> Booth:
    """A service desk of a fair that has been announced."""
    booth = booth_for_anyone(service_id)
    if not booth.service:
        raise NotFound
    return booth


def service_for_counsellor(user: User | None, service_id: int) -> Booth:
    booth = booth_for_recruiter(user, service_id)
    if not booth.service:
        raise NotFound
    return booth


def service_for_organiser(user: User | None, service_id: int) -> Booth:
    booth = Booth.objects.select_related("fair").filter(pk=service_id).exclude(service="").first()
    if booth is None or not organises(user, booth.fair):
        raise NotFound
    return booth


def counsellor_for_organiser(user: User | None, service_id: int, counsellor_id: int) -> tuple[Booth, User]:
    """The desk and the person, who may have been removed before."""
    booth = service_for_organiser(user, service_id)
    person = User.objects.filter(pk=counsellor_id).first()
    if person is None:
        raise NotFound
    return booth, person


def person_named(who: str) -> User:
    """Whom an organiser means by a phone number or an account's name. Refused: PersonUnknown."""
    found = find_by_account(who)
    if found is None:
        raise PersonUnknown(fields={"who": str(PersonUnknown.message)})
    return found


def appointment_for_seeker(user: User | None, appointment_id: int) -> Appointment:
    appointment = Appointment.objects.select_related("booth").filter(pk=appointment_id).first()
    if appointment is None or user is None or appointment.seeker_id != user.pk:
        raise NotFound
    return appointment


def ticket_for_counsellor(user: User | None, ticket_id: int) -> Ticket:
    ticket = ticket_for_recruiter(user, ticket_id)
    if not ticket.booth.service:
        raise NotFound
    return ticket


def ticket_for_reader(user: User | None, ticket_id: int) -> Ticket:
    """A service's ticket for its seeker and for the desk's counsellors."""
    ticket = Ticket.objects.select_related("booth__employer").filter(pk=ticket_id).exclude(booth__service="")
    found = ticket.first()
    if found is None or user is None or not (found.seeker_id == user.pk or works_at(user, found.booth)):
        raise NotFound
    return found


def step_for_seeker(user: User | None, step_id: int) -> tuple[AdvicePlan, AdviceStep]:
    step = AdviceStep.objects.select_related("plan__ticket").filter(pk=step_id).first()
    if step is None or user is None or step.plan.ticket.seeker_id != user.pk:
        raise NotFound
    return step.plan, step
