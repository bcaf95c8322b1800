"""Wire types of appointments and plans, shared by HTTP and the socket."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from booths.schemas.line import Channel
from jobfair.accounts.rules import mask_name, mask_phone
from jobfair.advice import queries
from jobfair.advice.models import AdvicePlan, AdviceStep, Appointment
from jobfair.advice.queries import FreeSlot, ServiceDesk, ServiceFigures
from jobfair.advice.rules import EARLY, STEPS_AT_MOST
from jobfair.core.schemas import Schema, Text

Who = Literal["you", "service"]
ServiceKind = Literal["policy", "cooperation", "skills", "guidance"]


def _https(link: str) -> str:
    if link and not link.startswith("https://"):
        raise ValueError("a link begins with https://")
    return link


Line = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Link = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_https)]


class ServiceSlotOut(Schema):
    starts_at: datetime
    ends_at: datetime
    left: int

    @classmethod
    def of(cls, free: FreeSlot) -> ServiceSlotOut:
        return cls(starts_at=free.slot.starts_at, ends_at=free.slot.ends_at, left=free.left)


class AppointmentOut(Schema):
    """One's own. `opens_at`: from then on it takes a number of the line, `ticket_id`."""

    id: int
    service_id: int
    service_name: str
    booth_number: int
    fair_slug: str
    fair_name: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    about: str
    state: Literal["booked", "admitted", "cancelled", "lapsed"]
    ticket_id: int | None

    @classmethod
    def of(cls, one: Appointment) -> AppointmentOut:
        return cls.model_validate(
            {
                "id": one.pk,
                "service_id": one.booth_id,
                "service_name": one.booth.host,
                "booth_number": one.booth.number,
                "fair_slug": one.booth.fair.slug,
                "fair_name": one.booth.fair.name,
                "starts_at": one.starts_at,
                "ends_at": one.ends_at,
                "opens_at": one.starts_at - EARLY,
                "about": one.about,
                "state": one.state,
                "ticket_id": one.ticket_id,
            }
        )


class ServiceSlotsOut(Schema):
    """The times to come; empty where nothing can be booked. `mine`: what one has booked here."""

    slots: list[ServiceSlotOut]
    mine: AppointmentOut | None


class ExpectedOut(Schema):
    """Who has booked, as the desk sees it."""

    id: int
    starts_at: datetime
    who: str
    about: str

    @classmethod
    def of(cls, one: Appointment) -> ExpectedOut:
        return cls(
            id=one.pk, starts_at=one.starts_at, who=mask_name(one.seeker.display_name), about=one.about
        )


class AdviceStepOut(Schema):
    id: int
    text: str
    who: Who
    due_on: date | None
    link: str
    done_at: datetime | None

    @classmethod
    def of(cls, step: AdviceStep) -> AdviceStepOut:
        return cls.model_validate(
            {
                "id": step.pk,
                "text": step.text,
                "who": step.who,
                "due_on": step.due_on,
                "link": step.link,
                "done_at": step.done_at,
            }
        )


class AdvicePlanOut(Schema):
    """What was advised and what follows. `counsellor` signs it."""

    id: int
    ticket_id: int
    service_id: int
    service_name: str
    fair_name: str
    counsellor: str
    topic: str
    advice: str
    written_at: datetime
    changed_at: datetime
    steps: list[AdviceStepOut]

    @classmethod
    def of(cls, plan: AdvicePlan) -> AdvicePlanOut:
        booth = plan.ticket.booth
        return cls.model_validate(
            {
                "id": plan.pk,
                "ticket_id": plan.ticket_id,
                "service_id": booth.pk,
                "service_name": booth.host,
                "fair_name": booth.fair.name,
                "counsellor": plan.counsellor.display_name,
                "topic": plan.topic,
                "advice": plan.advice,
                "written_at": plan.written_at,
                "changed_at": plan.changed_at,
                "steps": [AdviceStepOut.of(step) for step in plan.steps.all()],
            }
        )


class AdvicePlanHereOut(Schema):
    plan: AdvicePlanOut | None


class MyAdviceOut(Schema):
    """What one has booked, the next first, and one's plans, the newest first."""

    appointments: list[AppointmentOut]
    plans: list[AdvicePlanOut]

    @classmethod
    def of(cls, user_id: int) -> MyAdviceOut:
        return cls(
            appointments=[AppointmentOut.of(one) for one in queries.list_booked_of(user_id)],
            plans=[AdvicePlanOut.of(plan) for plan in queries.list_plans_of(user_id)],
        )


class MyAppointmentPush(Schema):
    """One that is no longer `booked` leaves the list."""

    appointment: AppointmentOut


class MyPlanPush(Schema):
    """Replaces the plan of the same id."""

    plan: AdvicePlanOut


class BookServiceIn(Schema):
    starts_at: AwareDatetime
    about: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class ComeIn(Schema):
    channel: Channel


class AdviceStepIn(Schema):
    """`id` of a step that stays."""

    text: Line
    who: Who = "you"
    due_on: date | None = None
    link: Link = ""
    id: int | None = None


class AdvicePlanIn(Schema):
    topic: Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    advice: Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    steps: Annotated[list[AdviceStepIn], Field(max_length=STEPS_AT_MOST)]


class TickStepIn(Schema):
    done: bool


class CounsellorOut(Schema):
    user_id: int
    name: str
    phone_masked: str


class BookingRuleIn(Schema):
    """Of each day of the fair, by the wall clock of Asia/Shanghai; `each`: how many people in one slot."""

    slot_minutes: Annotated[int, Field(ge=5, le=120)]
    each: Annotated[int, Field(ge=1, le=20)]
    opens: time
    closes: time

    @model_validator(mode="after")
    def _makes_slots(self) -> BookingRuleIn:
        if self.closes <= self.opens:
            raise ValueError("it closes after it opens")
        return self


class ServiceDeskOut(Schema):
    """A service desk as its organisers keep it. `rule`: null where nothing can be booked."""

    id: int
    number: int
    service: ServiceKind
    name: str
    desks: int
    state: Literal["closed", "open", "paused"]
    counsellors: list[CounsellorOut]
    rule: BookingRuleIn | None
    booked: int

    @classmethod
    def of(cls, desk: ServiceDesk) -> ServiceDeskOut:
        booth, rule = desk.booth, desk.rule
        return cls.model_validate(
            {
                "id": booth.pk,
                "number": booth.number,
                "service": booth.service,
                "name": booth.host,
                "desks": desk.desks,
                "state": booth.state,
                "counsellors": [
                    {
                        "user_id": one.user_id,
                        "name": one.user.display_name,
                        "phone_masked": mask_phone(one.user.phone) if one.user.phone else "",
                    }
                    for one in booth.counsellors.all()
                ],
                "rule": {
                    "slot_minutes": rule.slot_minutes,
                    "each": rule.each,
                    "opens": rule.opens,
                    "closes": rule.closes,
                }
                if rule
                else None,
                "booked": desk.booked,
            }
        )


class NewServiceDeskIn(Schema):
    """`title`: its own name; empty for the service's."""

    service: ServiceKind
    title: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    number: Annotated[int, Field(ge=1, le=9999)]
    desks: Annotated[int, Field(ge=1, le=20)] = 1


class AppointCounsellorIn(Schema):
    """`who`: the phone number or account that they sign in with."""

    who: Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=150)]


class ServiceFiguresOut(Schema):
    """A service's fair in numbers: numbers taken, talks, bookings that stood, plans written, steps ticked off."""

    service: ServiceKind
    desks: int
    taken: int
    talked: int
    booked: int
    plans: int
    steps_done: int

    @classmethod
    def of(cls, figures: ServiceFigures) -> ServiceFiguresOut:
        return cls.model_validate(figures.__dict__)
