"""The counsellor's record, which is the seeker's plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from booths.models import Ticket
from booths.services.moving import lock_ticket
from jobfair.accounts.models import User
from jobfair.advice import rules
from jobfair.advice.events import AdviceForgotten, PlanWritten, StepTicked
from jobfair.advice.models import AdvicePlan, AdviceStep, Appointment
from jobfair.advice.services.booking import cancel
from jobfair.core.errors import NotFound
from jobfair.core.unit_of_work import emit, unit_of_work


@dataclass(frozen=True)
class StepText:
    """A step as the counsellor states it. `id` of one that is there already: what was ticked stays ticked."""

    text: str
    who: str = AdviceStep.Who.YOU
    due_on: date | None = None
    link: str = ""
    id: int | None = None


@unit_of_work
def write_plan(
    *, ticket: Ticket, topic: str, advice: str, steps: Sequence[StepText], by: User, now: datetime
) -> AdvicePlan:
    """Write the plan of one talk, during it or after; again replaces it. The seeker is told each time.

    Refused: NotTalkedYet, StepsMissing.
    """
    if not steps:
        raise rules.StepsMissing(fields={"steps": str(rules.StepsMissing.message)})
    ticket = lock_ticket(ticket)
    rules.ensure_talked(ticket)
    stated = {"counsellor": by, "topic": topic, "advice": advice, "changed_at": now}
    plan, created = AdvicePlan.objects.get_or_create(ticket=ticket, defaults={**stated, "written_at": now})
    if not created:
        plan.counsellor, plan.topic, plan.advice, plan.changed_at = by, topic, advice, now
        plan.revision += 1
        plan.save()
    ticked = dict(plan.steps.exclude(done_at=None).values_list("id", "done_at"))
    plan.steps.all().delete()
    for rank, one in enumerate(steps, start=1):
        AdviceStep.objects.create(
            plan=plan,
            rank=rank,
            text=one.text,
            who=one.who,
            due_on=one.due_on,
            link=one.link,
            done_at=ticked.get(one.id) if one.id is not None else None,
        )
    emit(PlanWritten(plan_id=plan.pk, seeker_id=ticket.seeker_id, revision=plan.revision, by=by.pk))
    return plan


@unit_of_work
def tick_step(*, step: AdviceStep, done: bool, by: User, now: datetime) -> AdvicePlan:
    """The seeker has done a step, or not after all; the same again changes nothing. NotFound once it was rewritten."""
    plan = AdvicePlan.objects.select_for_update(no_key=True, of=("self",)).get(pk=step.plan_id)
    fresh = AdviceStep.objects.filter(pk=step.pk).first()
    if fresh is None:
        raise NotFound
    if (fresh.done_at is not None) != done:
        fresh.done_at = now if done else None
        fresh.save(update_fields=["done_at"])
        emit(StepTicked(plan_id=plan.pk, seeker_id=by.pk, step_id=fresh.pk, done=done, by=by.pk))
    return plan


@unit_of_work
def forget_person(*, user_id: int, now: datetime) -> None:
    """The account is closed: what is booked is free again; what was advised and asked is erased
    (个人信息保护法第四十七条)."""
    own = Appointment.objects.filter(seeker=user_id)
    for appointment in own.filter(state=Appointment.State.BOOKED).order_by("booth_id", "id"):
        cancel(appointment=appointment, by=None, now=now)
    changed = own.exclude(about="").update(about="")
    gone, _ = AdvicePlan.objects.filter(ticket__seeker=user_id).delete()
    if changed or gone:
        emit(AdviceForgotten(user_id=user_id))
