"""From the offer to the thirtieth day, as both sides see it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from jobfair.applications import starting
from jobfair.applications.models import StartPlan
from jobfair.core.schemas import Schema

Stage = Literal["start", "day_7", "day_30"]
Standing = Literal["planned", "claimed", "hired", "not_started", "disputed"]


class StartWordOut(Schema):
    """Who said what, when and where: kept as it was said."""

    stage: Stage
    side: Literal["you", "employer"]
    yes: bool
    at: datetime
    source: Literal["phone", "inbox"]


class StartOut(Schema):
    """`standing` is all that may be said of it; only `hired` is hired. `open_stage`: what the reader is to say now."""

    starts_on: date
    contract_on: date | None
    standing: Standing
    open_stage: Stage | None
    words: list[StartWordOut]

    @classmethod
    def at(cls, plan: StartPlan, side: str, now: datetime) -> StartOut:
        words = list(plan.words.all())
        return cls.model_validate(
            {
                "starts_on": plan.starts_on,
                "contract_on": plan.contract_on,
                "standing": starting.standing_of(words, contract_on=plan.contract_on),
                "open_stage": starting.open_stage(words, starts_on=plan.starts_on, side=side, now=now),
                "words": [
                    {"stage": one.stage, "side": one.side, "yes": one.yes, "at": one.at, "source": one.source}
                    for one in words
                ],
            }
        )


class StartHereOut(Schema):
    start: StartOut | None


class MyStartOut(Schema):
    application_id: int
    title: str
    employer_name: str
    start: StartOut

    @classmethod
    def at(cls, plan: StartPlan, now: datetime) -> MyStartOut:
        application = plan.application
        return cls(
            application_id=application.pk,
            title=application.position.title,
            employer_name=application.participation.employer.name,
            start=StartOut.at(plan, "you", now),
        )


class PlanStartIn(Schema):
    """`contract_on`: the day the written contract was signed, if it was."""

    starts_on: date
    contract_on: date | None = None


class StartWordIn(Schema):
    stage: Stage
    yes: bool
