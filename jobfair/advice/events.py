"""What happened at the service desks beyond the line: appointments and plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class BookingRuleSet(Event):
    noun: ClassVar[str] = "booth"
    name: ClassVar[str] = "advice.booking_rule_set"
    booth_id: int


@dataclass(frozen=True, kw_only=True)
class AppointmentEvent(Event):
    noun: ClassVar[str] = "appointment"
    appointment_id: int
    booth_id: int
    seeker_id: int


@dataclass(frozen=True, kw_only=True)
class AppointmentBooked(AppointmentEvent):
    name: ClassVar[str] = "advice.appointment_booked"


@dataclass(frozen=True, kw_only=True)
class AppointmentNear(AppointmentEvent):
    """Half an hour to go, and it still stands."""

    name: ClassVar[str] = "advice.appointment_near"


@dataclass(frozen=True, kw_only=True)
class AppointmentAdmitted(AppointmentEvent):
    """The seeker came and stands in the line."""

    name: ClassVar[str] = "advice.appointment_admitted"
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class AppointmentCancelled(AppointmentEvent):
    name: ClassVar[str] = "advice.appointment_cancelled"


@dataclass(frozen=True, kw_only=True)
class AppointmentLapsed(AppointmentEvent):
    """Its time went by and nobody came."""

    name: ClassVar[str] = "advice.appointment_lapsed"


@dataclass(frozen=True, kw_only=True)
class PlanEvent(Event):
    noun: ClassVar[str] = "plan"
    plan_id: int
    seeker_id: int


@dataclass(frozen=True, kw_only=True)
class PlanWritten(PlanEvent):
    """For the first time (`revision` 1) or again."""

    name: ClassVar[str] = "advice.plan_written"
    revision: int


@dataclass(frozen=True, kw_only=True)
class StepTicked(PlanEvent):
    name: ClassVar[str] = "advice.step_ticked"
    step_id: int
    done: bool


@dataclass(frozen=True, kw_only=True)
class AdviceForgotten(Event):
    """The seeker's account was closed: appointments and plans went with it."""

    noun: ClassVar[str] = "user"
    name: ClassVar[str] = "advice.forgotten"
    withdraws: ClassVar[bool] = True
    user_id: int
