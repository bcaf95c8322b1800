"""Wire types of the organiser's overdue answers. No seeker is named: the promise is the employer's to keep."""

from __future__ import annotations

from datetime import datetime

from jobfair.applications import queries, rules
from jobfair.applications.models import Application
from jobfair.applications.schemas.seeker import AnswerRateOut
from jobfair.applications.schemas.shared import OwnerLevel
from jobfair.core.schemas import Schema


class OverdueEmployerOut(Schema):
    """`unowned`: not due yet, but nobody of the employer is there. `recruiters`: 0 leaves the telephone."""

    participation_id: int
    employer_name: str
    overdue: int
    unowned: int
    unopened: int
    oldest_due_at: datetime
    recruiters: int
    contact: str
    contact_phone: str
    reminded_at: datetime | None
    may_remind_at: datetime | None

    @classmethod
    def of(cls, row: queries.Overdue) -> OverdueEmployerOut:
        place = row.participation
        employer = place.employer
        again = row.reminded_at + rules.REMIND_AGAIN if row.reminded_at else None
        return cls(
            participation_id=place.pk,
            employer_name=employer.name,
            overdue=row.overdue,
            unowned=row.unowned,
            unopened=row.unopened,
            oldest_due_at=row.oldest_due_at,
            recruiters=row.recruiters,
            contact=place.contact or employer.contact,
            contact_phone=place.contact_phone or employer.contact_phone,
            reminded_at=row.reminded_at,
            may_remind_at=again,
        )


class OverdueEmployersOut(Schema):
    items: list[OverdueEmployerOut]
    total: int
    next: str | None


class OverdueOut(Schema):
    id: int
    receipt: str
    title: str
    submitted_at: datetime
    opened_at: datetime | None
    answer_due_at: datetime
    owner_level: OwnerLevel
    owner_name: str

    @classmethod
    def of(cls, application: Application) -> OverdueOut:
        return cls.model_validate(
            {
                "id": application.pk,
                "receipt": application.receipt,
                "title": application.position.title,
                "submitted_at": application.submitted_at,
                "opened_at": application.opened_at,
                "answer_due_at": application.answer_due_at,
                "owner_level": application.owner_level,
                "owner_name": application.owner.display_name if application.owner else "",
            }
        )


class OverduePageOut(Schema):
    answer_rate: AnswerRateOut
    items: list[OverdueOut]
    next: str | None


class RemindedOut(Schema):
    """When the recruiters were told, and of how many answers."""

    reminded_at: datetime
    may_remind_at: datetime
    overdue: int
