"""The organisers' side: which desks there are, who receives people there, when they can be booked, and figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from booths import services as booths
from booths.models import Booth
from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.advice import access, queries, services
from jobfair.advice.api.replies import OWN, WRITE
from jobfair.advice.schemas import (
    AppointCounsellorIn,
    BookingRuleIn,
    NewServiceDeskIn,
    ServiceDeskOut,
    ServiceFiguresOut,
)
from jobfair.core import clock
from jobfair.fairs.access import fair_for_organiser

router = Router(tags=["advice"])


@router.get("/fairs/{slug}/services", response={200: list[ServiceDeskOut], **OWN})
def list_desks(request: HttpRequest, slug: str) -> Any:
    """The fair's service desks by their number."""
    fair = fair_for_organiser(signed_in(request), slug)
    return [ServiceDeskOut.of(desk) for desk in queries.list_desks(fair.pk)]


@router.post("/fairs/{slug}/services", response={201: ServiceDeskOut, **WRITE})
def create_desk(request: HttpRequest, slug: str, body: NewServiceDeskIn, key: IdempotencyKey) -> Any:
    """A closed desk; its counsellors open it."""
    organiser = signed_in(request)
    fair = fair_for_organiser(organiser, slug)

    def create() -> ServiceDeskOut:
        stated = body.model_dump()
        made = booths.create_service_desk(fair=fair, zone=None, by=organiser, now=clock.now(), **stated)
        return _shown(made)

    return Status(201, durable(request, f"advice.create_desk:{slug}", key, body, create))


@router.post("/services/{service_id}/counsellors", response={200: ServiceDeskOut, **WRITE})
def appoint(request: HttpRequest, service_id: int, body: AppointCounsellorIn, key: IdempotencyKey) -> Any:
    """Somebody who has signed in before, by phone or account, receives people at this desk from now on."""
    organiser = signed_in(request)
    booth = access.service_for_organiser(organiser, service_id)

    def write() -> ServiceDeskOut:
        user = access.person_named(body.who)
        booths.appoint_counsellor(booth=booth, user=user, by=organiser, now=clock.now())
        return _shown(booth)

    return durable(request, f"advice.appoint:{service_id}", key, body, write)


@router.post(
    "/services/{service_id}/counsellors/{counsellor_id}/remove", response={200: ServiceDeskOut, **WRITE}
)
def remove(request: HttpRequest, service_id: int, counsellor_id: int, key: IdempotencyKey) -> Any:
    """They lose the desk and what was advised there at once, on open screens too."""
    organiser = signed_in(request)
    booth, user = access.counsellor_for_organiser(organiser, service_id, counsellor_id)

    def write() -> ServiceDeskOut:
        booths.remove_counsellor(booth=booth, user=user, by=organiser, now=clock.now())
        return _shown(booth)

    return durable(request, f"advice.remove:{service_id}:{counsellor_id}", key, None, write)


@router.post("/services/{service_id}/booking-rule", response={200: ServiceDeskOut, **WRITE})
def set_rule(request: HttpRequest, service_id: int, body: BookingRuleIn, key: IdempotencyKey) -> Any:
    """Which times can be booked on each day of the fair from now on; what was booked stays."""
    organiser = signed_in(request)
    booth = access.service_for_organiser(organiser, service_id)

    def write() -> ServiceDeskOut:
        services.set_booking_rule(booth=booth, by=organiser, now=clock.now(), **body.model_dump())
        return _shown(booth)

    return durable(request, f"advice.set_rule:{service_id}", key, body, write)


@router.get("/fairs/{slug}/service-figures", response={200: list[ServiceFiguresOut], **OWN})
def get_service_figures(request: HttpRequest, slug: str) -> Any:
    """Each kind of service at the fair in numbers."""
    fair = fair_for_organiser(signed_in(request), slug)
    kinds = [kind for kind in Booth.Service.values if kind]
    return [ServiceFiguresOut.of(one) for one in queries.figures_of(fair.pk, kinds)]


def _shown(booth: Booth) -> ServiceDeskOut:
    return ServiceDeskOut.of(queries.get_desk(booth.pk))
