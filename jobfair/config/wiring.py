"""Who listens to whom: the only place where domains are joined."""

from __future__ import annotations

from django.http import HttpRequest

from booths import jobs, live
from booths.merging import move_tickets
from booths.queries import list_booths_of_recruiter
from jobfair.accounts.access import device_of
from jobfair.accounts.events import GuestMerged
from jobfair.accounts.limits import address_of
from jobfair.accounts.models import User
from jobfair.accounts.queries import add_me_section
from jobfair.accounts.schemas import MyBoothOut, MyFairOut
from jobfair.core import clock
from jobfair.core.deadlines import every_second
from jobfair.core.events import listen
from jobfair.core.idempotency import purge_expired
from jobfair.fairs.models import FairStaff
from jobfair.fairs.queries import count_figures_with
from jobfair.positions.queries import figures_of
from jobfair.realtime.api import tell_devices_with
from jobfair.realtime.jobs import trim_log
from jobfair.realtime.registry import registry


def connect() -> None:
    """Called once, when every app is loaded."""
    if registry.frozen:
        return
    live.register(registry)
    registry.freeze()
    every_second("booths.miss_overdue_calls", jobs.miss_overdue_calls)
    every_second("realtime.trim_log", trim_log)
    every_second("core.purge_expired_replies", purge_expired)
    listen(GuestMerged, move_guests_tickets)
    add_me_section("booths", my_booths)
    add_me_section("fairs", my_fairs)
    count_figures_with(figures_of)
    tell_devices_with(device_and_address)


def move_guests_tickets(event: GuestMerged) -> None:
    move_tickets(guest_id=event.guest_id, account_id=event.account_id, now=clock.now())


def my_booths(user: User) -> list[MyBoothOut]:
    return [
        MyBoothOut(
            id=booth.pk,
            number=booth.number,
            employer_name=booth.employer.name,
            fair_slug=booth.fair.slug,
        )
        for booth in list_booths_of_recruiter(user)
    ]


def my_fairs(user: User) -> list[MyFairOut]:
    offices = FairStaff.objects.filter(user=user).select_related("fair").order_by("fair_id")
    return [MyFairOut(slug=o.fair.slug, name=o.fair.name, role=o.role) for o in offices]


def device_and_address(request: HttpRequest) -> tuple[str, str]:
    """Whom a poll is counted for: the account, else the device, else all of the address."""
    address = address_of(request)
    if isinstance(request.user, User):
        return f"user:{request.user.pk}", address
    device = device_of(request)
    return (f"device:{device}" if device else f"address:{address}"), address
