"""From the offer to the thirtieth day: the date, each side's word, and the reminders between."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from jobfair.accounts.models import User
from jobfair.applications import queries, rules, starting
from jobfair.applications.events import StandingChanged, StartAsked, StartPlanned, StartSaid
from jobfair.applications.models import Application, StartPlan, StartWord
from jobfair.applications.services.moving import By, about, lock, step
from jobfair.core import jobs
from jobfair.core.clock import local
from jobfair.core.errors import NotFound
from jobfair.core.unit_of_work import emit, unit_of_work

REMIND = "applications.ask_start"
State = Application.State


@unit_of_work
def plan_start(
    *, application: Application, starts_on: date, contract_on: date | None, by: User, now: datetime
) -> StartPlan:
    """The employer says when the person starts, and when the contract was signed if it was; again moves the date.

    Both sides are asked on the day, on day 7 and on day 30. Refused: NotFound, NotOffered, StartTooFar.
    """
    application = _lock_readable(application.pk)
    rules.ensure_offered(application.state, told=queries.told_state(queries.get_told(application.pk)))
    rules.ensure_start_near(starts_on, contract_on, today=local(now).date())
    plan = StartPlan.objects.filter(application=application).first() or StartPlan(application=application)
    _forget_jobs(plan)
    plan.starts_on, plan.contract_on, plan.set_by, plan.set_at = starts_on, contract_on, by, now
    plan.revision += 1
    plan.save()
    for stage in starting.STAGES:
        due = starting.asked_at(starts_on, stage)
        if due > now - timedelta(days=1):
            payload = {"application_id": application.pk, "revision": plan.revision, "stage": stage}
            jobs.schedule(REMIND, key=_key(plan, stage), payload=payload, due_at=max(due, now))
    emit(StartPlanned(**about(application), by=by.pk))
    _settle(application, plan, By.EMPLOYER, by, now)
    return plan


@unit_of_work
def say_start(
    *,
    application: Application,
    stage: starting.Stage,
    yes: bool,
    side: str,
    source: str,
    by: User,
    now: datetime,
) -> StartPlan:
    """One side's word on the start, day 7 or day 30; kept with its time and source. The last word of a side counts.

    Saying the same again changes nothing. Refused: NotFound, StartUnknown, NotThatDayYet.
    """
    application = _lock_readable(application.pk)
    plan = StartPlan.objects.filter(application=application).first()
    if plan is None or application.state not in {State.OFFERED, State.HIRED}:
        raise rules.StartUnknown
    if not starting.may_say(plan.starts_on, stage, now):
        raise rules.NotThatDayYet
    if starting.last_word(plan.words.all(), stage, side) is yes:
        return plan
    StartWord.objects.create(plan=plan, stage=stage, side=side, yes=yes, at=now, user=by, source=source)
    emit(StartSaid(**about(application), stage=stage, side=side, yes=yes, by=by.pk))
    _settle(application, plan, By(side), by, now)
    return plan


@unit_of_work
def ask_start(*, application_id: int, revision: int, stage: starting.Stage, now: datetime) -> list[str]:
    """Ask whoever has not said it yet. Re-checked: nobody, where it moved, ended or was withdrawn meanwhile."""
    application = lock(application_id)
    plan = StartPlan.objects.filter(application=application, revision=revision).first()
    stands = application.state in {State.OFFERED, State.HIRED} and application.locked_at is None
    if plan is None or not stands:
        return []
    words = list(plan.words.all())
    if False in {starting.last_word(words, "start", side) for side in StartWord.Side.values}:
        return []
    silent = [side for side in StartWord.Side.values if starting.last_word(words, stage, side) is None]
    if silent:
        emit(StartAsked(**about(application), stage=stage, sides=tuple(silent)))
    return silent


def _settle(application: Application, plan: StartPlan, by: By, user: User, now: datetime) -> None:
    """`hired` exactly while the words and the contract prove it."""
    standing = starting.standing_of(plan.words.all(), contract_on=plan.contract_on)
    to = State.HIRED if standing == "hired" else State.OFFERED
    if application.state != to:
        moved = step(application, to, by=by, user=user, now=now)
        application.save(update_fields=["state"])
        emit(StandingChanged(**moved))


def _forget_jobs(plan: StartPlan) -> None:
    for stage in starting.STAGES:
        jobs.cancel(REMIND, _key(plan, stage))


def _key(plan: StartPlan, stage: str) -> str:
    return f"{plan.application_id}:{plan.revision}:{stage}"


def _lock_readable(application_id: int) -> Application:
    application = lock(application_id)
    if application.state == State.WITHDRAWN or application.locked_at is not None:
        raise NotFound
    return application
