"""The organiser's review desk: what waits, publish, refuse, and what people report."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.core import clock
from jobfair.core.schemas import ErrorReply
from jobfair.fairs.access import fair_for_organiser
from jobfair.positions import access, queries, rules, services
from jobfair.positions.models import Complaint
from jobfair.positions.schemas.review import (
    ComplaintOut,
    ConfirmDutiesIn,
    ConfirmDutiesOut,
    PositionReviewOut,
    PositionReviewRowOut,
    PublishIn,
    PublishOut,
    RefusalReasonOut,
    RefusePositionIn,
    ReportsQuery,
    ReviewQuery,
    SettleIn,
    list_reasons,
)

router = Router()
OWN = {401: ErrorReply, 404: ErrorReply, 422: ErrorReply}
WRITE = {401: ErrorReply, 403: ErrorReply, 404: ErrorReply, 409: ErrorReply, 422: ErrorReply}


@router.get("/fairs/{slug}/review/positions", response={200: PositionReviewOut, **OWN})
def list_for_review(
    request: HttpRequest,
    slug: str,
    asked: Query[ReviewQuery],
) -> Any:
    fair, today = fair_for_organiser(signed_in(request), slug), clock.today()
    sieve = queries.Sieve(state=asked.state, q=asked.q, reason=asked.reason, ready=asked.ready)
    page = queries.list_for_review(fair, sieve, on=today, after=asked.cursor)
    return PositionReviewOut(
        items=[PositionReviewRowOut.of(row, on=today) for row in page.rows],
        counts=page.counts,
        ready=queries.count_ready(fair, on=today),
        complaints=queries.count_open_complaints(fair),
        next=page.next,
    )


@router.get("/review/reasons", response={200: list[RefusalReasonOut], 401: ErrorReply})
def list_refusal_reasons(request: HttpRequest) -> Any:
    signed_in(request)
    return list_reasons()


@router.post("/fairs/{slug}/review/publish", response={200: PublishOut, **WRITE})
def publish_positions(request: HttpRequest, slug: str, body: PublishIn, key: IdempotencyKey) -> Any:
    organiser = signed_in(request)
    fair = fair_for_organiser(organiser, slug)
    seen = {one.id: one.revision for one in body.positions}

    def publish() -> PublishOut:
        done = services.publish_positions(
            fair=fair, by=organiser, now=clock.now(), positions=list(seen), seen=seen
        )
        waiting = {
            pk: [str(rules.REASONS[code].sentence) for code in codes] for pk, codes in done.waiting.items()
        }
        return PublishOut(published=list(done.published), waiting=waiting)

    return durable(request, f"positions.publish_positions:{slug}", key, body, publish)


@router.post("/fairs/{slug}/review/confirm-duties", response={200: ConfirmDutiesOut, **WRITE})
def confirm_duties(request: HttpRequest, slug: str, body: ConfirmDutiesIn, key: IdempotencyKey) -> Any:
    organiser = signed_in(request)
    fair = fair_for_organiser(organiser, slug)

    def confirm() -> ConfirmDutiesOut:
        done = services.confirm_duties(fair=fair, by=organiser, now=clock.now(), positions=body.positions)
        return ConfirmDutiesOut(confirmed=done)

    return durable(request, f"positions.confirm_duties:{slug}", key, body, confirm)


@router.post("/positions/{position_id}/refuse", response={200: PositionReviewRowOut, **WRITE})
def refuse_position(
    request: HttpRequest, position_id: int, body: RefusePositionIn, key: IdempotencyKey
) -> Any:
    organiser = signed_in(request)
    position = access.position_for_organiser(organiser, position_id)
    if not body.reasons and not body.text:
        raise rules.RefusalNeedsReason

    def refuse() -> PositionReviewRowOut:
        refused = services.refuse_position(
            position=position,
            reasons=body.reasons,
            text=body.text,
            seen=body.revision,
            by=organiser,
            now=clock.now(),
        )
        return PositionReviewRowOut.of(refused, on=clock.today())

    return durable(request, f"positions.refuse_position:{position_id}", key, body, refuse)


@router.get("/fairs/{slug}/review/reports", response={200: list[ComplaintOut], **OWN})
def list_reports(request: HttpRequest, slug: str, asked: Query[ReportsQuery]) -> Any:
    fair = fair_for_organiser(signed_in(request), slug)
    return [
        ComplaintOut.of(one)
        for one in queries.list_complaints(fair, is_open=not asked.settled, after=asked.cursor)
    ]


@router.post("/reports/{complaint_id}/settle", response={200: ComplaintOut, **WRITE})
def settle_report(request: HttpRequest, complaint_id: int, body: SettleIn, key: IdempotencyKey) -> Any:
    organiser = signed_in(request)
    complaint = access.complaint_for_organiser(organiser, complaint_id)

    def settle() -> ComplaintOut:
        settled = services.settle_complaint(
            complaint=complaint,
            state=Complaint.State(body.state),
            answer=body.answer,
            by=organiser,
            now=clock.now(),
        )
        return ComplaintOut.of(settled)

    return durable(request, f"positions.settle_report:{complaint_id}", key, body, settle)
