"""Reads of appointments and plans."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from booths.models import Booth, Counsellor, Interview
from jobfair.accounts.models import User
from jobfair.advice import rules
from jobfair.advice.models import AdvicePlan, AdviceStep, Appointment, BookingRule

State = Appointment.State
KEPT = 20  # plans shown in one list
SHOWN = 50  # appointments


def find_rule(booth_id: int) -> BookingRule | None:
    return BookingRule.objects.filter(booth=booth_id).first()


@dataclass(frozen=True)
class FreeSlot:
    slot: rules.Slot
    left: int


def list_slots(booth: Booth, *, now: datetime) -> list[FreeSlot]:
    """The slots to come with how many are left in each; two queries."""
    rule = find_rule(booth.pk)
    if rule is None:
        return []
    taken = dict(
        Appointment.objects.filter(booth=booth, starts_at__gt=now, state__in=Appointment.TAKEN)
        .values_list("starts_at")
        .annotate(n=Count("id"))
        .order_by()
    )
    slots = rules.slots_of(rule, booth.fair, after=now)
    return [FreeSlot(slot, max(0, rule.each - taken.get(slot.starts_at, 0))) for slot in slots]


def count_taken(booth_id: int, starts_at: datetime) -> int:
    taken = Appointment.objects.filter(booth=booth_id, starts_at=starts_at, state__in=Appointment.TAKEN)
    return taken.count()


def overlapping(seeker_id: int, slot: rules.Slot) -> QuerySet[Appointment]:
    """What the seeker has booked that runs at the same time."""
    return Appointment.objects.filter(
        seeker=seeker_id, state=State.BOOKED, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at
    )


def _shown(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    return rows.select_related("booth__employer", "booth__fair", "booth__zone", "seeker")


def get_appointment(appointment_id: int) -> Appointment:
    return _shown(Appointment.objects.filter(pk=appointment_id)).get()


def find_booked(seeker: User | None, booth: Booth) -> Appointment | None:
    if seeker is None:
        return None
    return _shown(Appointment.objects.filter(seeker=seeker, booth=booth, state=State.BOOKED)).first()


def list_booked_of(user_id: int) -> list[Appointment]:
    """One's own that are to come."""
    own = Appointment.objects.filter(seeker=user_id, state=State.BOOKED)
    return list(_shown(own).order_by("starts_at", "id")[:SHOWN])


def list_booked_at(booth_id: int, *, after: datetime) -> list[Appointment]:
    """Who is expected at a desk, the next first."""
    coming = Appointment.objects.filter(booth=booth_id, state=State.BOOKED, ends_at__gt=after)
    return list(_shown(coming).order_by("starts_at", "id")[:SHOWN])


def list_overdue(now: datetime, *, most: int = 100) -> list[int]:
    over = Appointment.objects.filter(state=State.BOOKED, ends_at__lte=now).order_by("ends_at")
    return list(over.values_list("pk", flat=True)[:most])


# Plans


def _plans(rows: QuerySet[AdvicePlan]) -> QuerySet[AdvicePlan]:
    steps = Prefetch("steps", queryset=AdviceStep.objects.order_by("rank"))
    return rows.select_related(
        "ticket__booth__employer", "ticket__booth__fair", "counsellor"
    ).prefetch_related(steps)


def find_plan(ticket_id: int) -> AdvicePlan | None:
    return _plans(AdvicePlan.objects.filter(ticket=ticket_id)).first()


def get_plan(plan_id: int) -> AdvicePlan:
    return _plans(AdvicePlan.objects.filter(pk=plan_id)).get()


def list_plans_of(user_id: int) -> list[AdvicePlan]:
    """The newest first; two queries."""
    own = AdvicePlan.objects.filter(ticket__seeker=user_id)
    return list(_plans(own).order_by("-written_at", "-id")[:KEPT])


def list_all_of(user: User) -> tuple[list[Appointment], list[AdvicePlan]]:
    """Everything of one person, for their own data."""
    booked = _shown(Appointment.objects.filter(seeker=user)).order_by("id")
    return list(booked), list(_plans(AdvicePlan.objects.filter(ticket__seeker=user)).order_by("id"))


# Desks


@dataclass(frozen=True)
class ServiceDesk:
    """`desks`: tables; `booked`: appointments to come."""

    booth: Booth
    rule: BookingRule | None
    desks: int
    booked: int


def list_desks(fair_id: int) -> list[ServiceDesk]:
    """By number, with who receives people there; two queries however many there are."""
    return _desks(Q(fair=fair_id))


def get_desk(booth_id: int) -> ServiceDesk:
    (desk,) = _desks(Q(pk=booth_id))
    return desk


def _desks(which: Q) -> list[ServiceDesk]:
    counsellors = Prefetch(
        "counsellors", Counsellor.objects.filter(user__is_active=True).select_related("user").order_by("id")
    )
    booths = Booth.objects.filter(which).exclude(service="").select_related("employer", "booking_rule")
    counted = booths.annotate(
        tables=Count("desks", distinct=True),
        booked=Count("appointments", filter=Q(appointments__state=State.BOOKED), distinct=True),
    )
    return [
        ServiceDesk(booth, getattr(booth, "booking_rule", None), booth.tables, booth.booked)
        for booth in counted.prefetch_related(counsellors).order_by("number")
    ]


# Figures


@dataclass(frozen=True)
class ServiceFigures:
    """One kind of service at a fair; each is a count of records."""

    service: str
    desks: int
    taken: int
    talked: int
    booked: int
    plans: int
    steps_done: int


def figures_of(fair_id: int, services: Collection[str]) -> list[ServiceFigures]:
    """In the order of `services`; two queries however many desks there are."""
    talked = Q(tickets__interviews__result=Interview.Result.TALKED)
    ticked = Q(tickets__advice_plan__steps__done_at__isnull=False)
    rows = Booth.objects.filter(fair=fair_id).exclude(service="").values("service").order_by("service").annotate(
        places=Count("id", distinct=True),
        taken=Count("tickets", distinct=True),
        talked=Count("tickets", filter=talked, distinct=True),
        plans=Count("tickets__advice_plan", distinct=True),
        done=Count("tickets__advice_plan__steps", filter=ticked, distinct=True),
    )  # fmt: skip
    found = {row["service"]: row for row in rows}
    booked = dict(
        Appointment.objects.filter(booth__fair=fair_id, state__in=Appointment.TAKEN)
        .values_list("booth__service")
        .annotate(n=Count("id"))
        .order_by()
    )
    return [
        ServiceFigures(
            service=one,
            desks=found[one]["places"],
            taken=found[one]["taken"],
            talked=found[one]["talked"],
            booked=booked.get(one, 0),
            plans=found[one]["plans"],
            steps_done=found[one]["done"],
        )
        for one in services
        if one in found
    ]
