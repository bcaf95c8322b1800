"""The organiser's side of the answer promise: whose answers are overdue, and a reminder."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.applications import queries, rules, services
from jobfair.applications.api.seeker import OWN, WRITE
from jobfair.applications.schemas.overdue import (
    OverdueEmployerOut,
    OverdueEmployersOut,
    OverdueOut,
    OverduePageOut,
    RemindedOut,
)
from jobfair.applications.schemas.seeker import AnswerRateOut
from jobfair.core import clock
from jobfair.employers.access import participation_for_organiser
from jobfair.employers.queries import read_cursor
from jobfair.fairs.access import fair_for_organiser

router = Router()
Cursor = Annotated[str, Query(max_length=60)]


@router.get("/fairs/{slug}/overdue", response={200: OverdueEmployersOut, **OWN})
def list_overdue_employers(request: HttpRequest, slug: str, cursor: Cursor = "") -> Any:
    """Employers with overdue answers, the longest overdue first, 50 at a time."""
    fair, now = fair_for_organiser(signed_in(request), slug), clock.now()
    rows = queries.list_overdue_employers(fair.pk, now=now, after=read_cursor(cursor))
    last = rows[-1] if len(rows) == queries.NEWEST else None
    return OverdueEmployersOut(
        items=[OverdueEmployerOut.of(row) for row in rows],
        total=queries.overdue_at(fair.pk, now=now).count(),
        next=f"{last.oldest_due_at.isoformat()}~{last.participation.pk}" if last else None,
    )


@router.get("/participations/{participation_id}/overdue", response={200: OverduePageOut, **OWN})
def list_overdue(request: HttpRequest, participation_id: int, cursor: Cursor = "") -> Any:
    """One employer's overdue answers and how it has answered so far."""
    inbox, now = participation_for_organiser(signed_in(request), participation_id), clock.now()
    rows = queries.list_overdue(inbox, now=now, after=read_cursor(cursor))
    rate = queries.answer_rate(inbox.employer_id, now=now)
    last = rows[-1] if len(rows) == queries.NEWEST else None
    return OverduePageOut(
        answer_rate=AnswerRateOut(due=rate.due, in_time=rate.in_time, percent=rate.percent),
        items=[OverdueOut.of(row) for row in rows],
        next=f"{last.answer_due_at.isoformat()}~{last.pk}" if last else None,
    )


@router.post("/participations/{participation_id}/remind", response={200: RemindedOut, **WRITE})
def remind(request: HttpRequest, participation_id: int, key: IdempotencyKey) -> Any:
    """Ask the employer's recruiters to answer, by notice and, unseen, by SMS."""
    organiser = signed_in(request)
    inbox = participation_for_organiser(organiser, participation_id)

    def press() -> RemindedOut:
        done = services.remind(inbox=inbox, by=organiser, now=clock.now())
        return RemindedOut(
            reminded_at=done.at, may_remind_at=done.at + rules.REMIND_AGAIN, overdue=done.overdue
        )

    return durable(request, f"applications.remind:{participation_id}", key, None, press)
