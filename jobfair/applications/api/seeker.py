"""The seeker's side: consent, hand in, follow, take back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.models import User
from jobfair.applications import access, queries, services
from jobfair.applications.limits import spend_submission
from jobfair.applications.schemas.seeker import (
    AnswerRateOut,
    ApplicationOut,
    ConsentSheetOut,
    MyApplicationOut,
    MyApplicationsPage,
    SubmitIn,
    SubmittedOut,
)
from jobfair.applications.schemas.shared import Id
from jobfair.core import clock
from jobfair.core.schemas import ErrorReply

router = Router(tags=["applications"])

READ = {404: ErrorReply, 422: ErrorReply}
OWN = {401: ErrorReply, **READ}
WRITE = {
    **OWN,
    403: ErrorReply,
    409: ErrorReply,
    410: ErrorReply,
    422: ErrorReply,
    429: ErrorReply,
}


@router.get("/positions/{position_id}/consent", response={200: ConsentSheetOut, **READ})
def get_consent_sheet(request: HttpRequest, position_id: int) -> Any:
    """What the first submission to this employer asks; `given_at` where nothing needs asking."""
    position = access.position_for_anyone(position_id)
    seeker = request.user if isinstance(request.user, User) else None
    given = queries.find_consent(seeker, position.employer_id)
    return ConsentSheetOut.of(
        position.employer,
        organisers_phone=position.fair.complaint_phone,
        given_at=given.given_at if given else None,
    )


@router.post(
    "/positions/{position_id}/applications",
    response={200: ApplicationOut, 201: ApplicationOut, **WRITE},
)
def submit(request: HttpRequest, position_id: int, body: SubmitIn, key: IdempotencyKey) -> Any:
    """Hand in the résumé. The first application of a position answers every further one, with 200."""
    seeker, position = signed_in(request), access.position_for_anyone(position_id)

    def hand_in() -> SubmittedOut:
        now = clock.now()
        spend_submission(user=seeker, now=now)
        made = services.submit(
            position=position,
            seeker=seeker,
            cid=key,
            source=body.source,
            source_ref=body.source_ref,
            consent_text_version=body.consent_text_version,
            now=now,
        )
        return SubmittedOut(created=made.created, application=ApplicationOut.of(made.application))

    kept = durable(request, f"applications.submit:{position_id}", key, body, hand_in)
    return Status(201 if kept["created"] else 200, kept["application"])


@router.get("/positions/{position_id}/my-application", response={200: MyApplicationOut, **OWN})
def get_my_application(request: HttpRequest, position_id: int) -> Any:
    """Whether and how one has applied here."""
    found = queries.find_application(seeker=signed_in(request), position_id=position_id)
    shown = ApplicationOut.of(queries.get_told(found.pk)) if found else None
    return MyApplicationOut(application=shown)


@router.get("/me/applications", response={200: MyApplicationsPage, **OWN})
def list_my_applications(request: HttpRequest, cursor: Id | None = None) -> Any:
    """Newest first, 50 at a time."""
    own = queries.list_applications_of(signed_in(request), before=cursor)
    return MyApplicationsPage(
        items=[ApplicationOut.of(one) for one in own],
        next=own[-1].pk if len(own) == queries.NEWEST else None,
    )


@router.get("/applications/{application_id}", response={200: ApplicationOut, **OWN})
def get_application(request: HttpRequest, application_id: int) -> Any:
    application = access.application_for_seeker(signed_in(request), application_id)
    return ApplicationOut.of(queries.get_told(application.pk))


@router.post("/applications/{application_id}/withdraw", response={200: ApplicationOut, **WRITE})
def withdraw(request: HttpRequest, application_id: int, key: IdempotencyKey) -> Any:
    """Take it back, at once on every screen."""
    seeker = signed_in(request)
    application = access.application_for_seeker(seeker, application_id)

    def take_back() -> ApplicationOut:
        services.withdraw(application=application, by=seeker, now=clock.now())
        return ApplicationOut.of(queries.get_told(application_id))

    return durable(request, f"applications.withdraw:{application_id}", key, None, take_back)


@router.get("/employers/{employer_id}/answer-rate", response={200: AnswerRateOut, **READ})
def get_answer_rate(request: HttpRequest, employer_id: int) -> Any:
    """How reliably the employer answers; no figure while nothing has come due."""
    rate = queries.answer_rate(access.employer_for_anyone(employer_id), now=clock.now())
    return AnswerRateOut(due=rate.due, in_time=rate.in_time, percent=rate.percent)
