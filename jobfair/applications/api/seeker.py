"""The seeker's side: consent, hand in, follow, take back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, command_of, durable
from jobfair.accounts.models import User
from jobfair.applications import access, queries, services
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
from jobfair.core.errors import DomainError
from jobfair.core.idempotency import Command, Done, run_each
from jobfair.core.schemas import ErrorReply
from jobfair.core.together import Together

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


def _hand_in_each(asked: Sequence[tuple[Command, services.HandIn]]) -> list[Any | DomainError]:
    """Different seekers' submissions in one transaction: those new to us, and what was answered to the others."""
    now = clock.now()
    return run_each(
        asked, lambda fresh: [_done(made) for made in services.submit_many(handed=fresh, now=now)], now=now
    )


def _done(made: services.Submission | DomainError) -> Done | DomainError:
    if isinstance(made, DomainError):
        return made
    reply = SubmittedOut(created=made.created, application=ApplicationOut.of(made.application))
    return Done(reply.wire(), tells_of=[f"application:{made.application.pk}"])


hand_in = Together(_hand_in_each, apart=lambda asked: asked[1].seeker_id)


@router.post(
    "/positions/{position_id}/applications",
    response={200: ApplicationOut, 201: ApplicationOut, **WRITE},
)
def submit(request: HttpRequest, position_id: int, body: SubmitIn, key: IdempotencyKey) -> Any:
    """Hand in the résumé. The first application of a position answers every further one, with 200."""
    seeker = signed_in(request)
    handed = services.HandIn(
        seeker_id=seeker.pk,
        position_id=position_id,
        cid=key,
        source=body.source,
        source_ref=body.source_ref,
        agreed_to=body.consent_text_version,
    )
    kept = hand_in((command_of(request, f"applications.submit:{position_id}", key, body), handed))
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
