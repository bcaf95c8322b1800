"""Times to book, one's appointments, and the counsellor's plan."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from jobfair.accounts.access import seeker_of, signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.models import User
from jobfair.advice import access, queries, services
from jobfair.advice.api.replies import OWN, READ, WRITE
from jobfair.advice.schemas import (
    AdvicePlanHereOut,
    AdvicePlanIn,
    AdvicePlanOut,
    AppointmentOut,
    BookServiceIn,
    ComeIn,
    ExpectedOut,
    MyAdviceOut,
    ServiceSlotOut,
    ServiceSlotsOut,
    TickStepIn,
)
from jobfair.core import clock

router = Router(tags=["advice"])


@router.get("/services/{service_id}/slots", response={200: ServiceSlotsOut, **READ})
def list_slots(request: HttpRequest, service_id: int) -> Any:
    """The times that can be booked at a service desk from now on."""
    booth = access.service_for_anyone(service_id)
    seeker = request.user if isinstance(request.user, User) else None
    mine = queries.find_booked(seeker, booth)
    slots = queries.list_slots(booth, now=clock.now())
    return ServiceSlotsOut(
        slots=[ServiceSlotOut.of(one) for one in slots], mine=AppointmentOut.of(mine) if mine else None
    )


@router.post("/services/{service_id}/appointments", response={201: AppointmentOut, **WRITE})
def book(request: HttpRequest, service_id: int, body: BookServiceIn, key: IdempotencyKey) -> Any:
    seeker, booth = signed_in(request), access.service_for_anyone(service_id)

    def write() -> AppointmentOut:
        made = services.book(
            booth=booth, seeker=seeker, starts_at=body.starts_at, about=body.about, now=clock.now()
        )
        return AppointmentOut.of(queries.get_appointment(made.pk))

    return Status(201, durable(request, f"advice.book:{service_id}", key, body, write))


@router.get("/services/{service_id}/expected", response={200: list[ExpectedOut], **OWN})
def list_expected(request: HttpRequest, service_id: int) -> Any:
    """Who has booked a time at the desk, the next first; for its counsellors."""
    booth = access.service_for_counsellor(signed_in(request), service_id)
    return [ExpectedOut.of(one) for one in queries.list_booked_at(booth.pk, after=clock.now())]


@router.post("/appointments/{appointment_id}/cancel", response={200: AppointmentOut, **WRITE})
def cancel(request: HttpRequest, appointment_id: int, key: IdempotencyKey) -> Any:
    seeker = signed_in(request)
    appointment = access.appointment_for_seeker(seeker, appointment_id)

    def write() -> AppointmentOut:
        services.cancel(appointment=appointment, by=seeker, now=clock.now())
        return AppointmentOut.of(queries.get_appointment(appointment_id))

    return durable(request, f"advice.cancel:{appointment_id}", key, None, write)


@router.post("/appointments/{appointment_id}/admit", response={200: AppointmentOut, **WRITE})
def admit(request: HttpRequest, appointment_id: int, body: ComeIn, key: IdempotencyKey) -> Any:
    """The seeker is here: the appointment takes its number, `ticket_id`."""
    appointment = access.appointment_for_seeker(signed_in(request), appointment_id)

    def write() -> AppointmentOut:
        services.admit(appointment=appointment, channel=body.channel, now=clock.now())
        return AppointmentOut.of(queries.get_appointment(appointment_id))

    return durable(request, f"advice.admit:{appointment_id}", key, body, write)


@router.get("/me/advice", response={200: MyAdviceOut, 401: OWN[401]})
def get_my_advice(request: HttpRequest) -> Any:
    """What the topic's snapshot shows."""
    return MyAdviceOut.of(seeker_of(request).pk)


@router.get("/advice/{advised_id}", response={200: AdvicePlanHereOut, **OWN})
def get_plan(request: HttpRequest, advised_id: int) -> Any:
    """The plan of one talk, by its ticket, for the seeker and for the desk."""
    ticket = access.ticket_for_reader(seeker_of(request), advised_id)
    plan = queries.find_plan(ticket.pk)
    return AdvicePlanHereOut(plan=AdvicePlanOut.of(plan) if plan else None)


@router.post("/advice/{advised_id}", response={200: AdvicePlanOut, **WRITE})
def write_plan(request: HttpRequest, advised_id: int, body: AdvicePlanIn, key: IdempotencyKey) -> Any:
    """The counsellor writes the plan, or writes it anew."""
    counsellor = signed_in(request)
    ticket = access.ticket_for_counsellor(counsellor, advised_id)
    steps = [services.StepText(one.text, one.who, one.due_on, one.link, one.id) for one in body.steps]

    def write() -> AdvicePlanOut:
        plan = services.write_plan(
            ticket=ticket, topic=body.topic, advice=body.advice, steps=steps, by=counsellor, now=clock.now()
        )
        return AdvicePlanOut.of(queries.get_plan(plan.pk))

    return durable(request, f"advice.write_plan:{advised_id}", key, body, write)


@router.post("/advice-steps/{step_id}/tick", response={200: AdvicePlanOut, **WRITE})
def tick_step(request: HttpRequest, step_id: int, body: TickStepIn, key: IdempotencyKey) -> Any:
    """The seeker says a step is done, or not after all."""
    seeker = seeker_of(request)
    plan, step = access.step_for_seeker(seeker, step_id)

    def write() -> AdvicePlanOut:
        services.tick_step(step=step, done=body.done, by=seeker, now=clock.now())
        return AdvicePlanOut.of(queries.get_plan(plan.pk))

    return durable(request, f"advice.tick_step:{step_id}", key, body, write)
