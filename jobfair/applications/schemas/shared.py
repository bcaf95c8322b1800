"""What several wire types of applications share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from jobfair.applications import rules
from jobfair.applications.models import ApplicationStep
from jobfair.core.schemas import Schema

State = Literal["submitted", "opened", "shortlisted", "invited", "offered", "hired", "rejected", "withdrawn"]
Source = Literal["web", "booth", "livestream", "replay", "station"]
By = Literal["you", "employer", "system"]
OwnerLevel = Literal["recruiter", "booth", "organiser"]
Id = Annotated[int, Field(ge=1, lt=2**63)]


class ReasonOut(Schema):
    """Why: from the list, and the employer's own words."""

    code: str
    label: str
    text: str


def reason_of(step: ApplicationStep) -> ReasonOut | None:
    if not step.reason_code and not step.reason_text:
        return None
    label = str(rules.REASONS.get(step.reason_code, ""))
    return ReasonOut(code=step.reason_code, label=label, text=step.reason_text)
