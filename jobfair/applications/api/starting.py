"""From the offer to the thirtieth day: the employer's date and word, the seeker's one tap."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.applications import access, queries, services
from jobfair.applications.api.seeker import OWN, WRITE
from jobfair.applications.schemas.starting import MyStartOut, PlanStartIn, StartHereOut, StartOut, StartWordIn
from jobfair.core import clock

router = Router(tags=["applications"])


@router.get("/me/starts", response={200: list[MyStartOut], 401: OWN[401]})
def list_my_starts(request: HttpRequest) -> Any:
    """Where one has been offered a job and a date: what to say now stands first."""
    now = clock.now()
    return [MyStartOut.at(plan, now) for plan in queries.list_starts_of(signed_in(request).pk)]


@router.get("/applications/{application_id}/start", response={200: StartHereOut, **OWN})
def get_my_start(request: HttpRequest, application_id: int) -> Any:
    application = access.application_for_seeker(signed_in(request), application_id)
    return _shown(application.pk, "you")


@router.post("/applications/{application_id}/start-word", response={200: StartOut, **WRITE})
def say_my_start(request: HttpRequest, application_id: int, body: StartWordIn, key: IdempotencyKey) -> Any:
    """One tap: 已到岗 or 没有去; later: still there or not."""
    seeker = signed_in(request)
    application = access.application_for_seeker(seeker, application_id)

    def say() -> StartOut:
        services.say_start(
            application=application, stage=body.stage, yes=body.yes, side="you", source="phone", by=seeker,
            now=clock.now(),
        )  # fmt: skip
        return StartOut.at(queries.get_start(application_id), "you", clock.now())

    return durable(request, f"applications.say_my_start:{application_id}", key, body, say)


@router.get(
    "/inboxes/{participation_id}/applications/{application_id}/start", response={200: StartHereOut, **OWN}
)
def get_start(request: HttpRequest, participation_id: int, application_id: int) -> Any:
    application = access.application_for_recruiter(signed_in(request), participation_id, application_id)
    return _shown(application.pk, "employer")


@router.post(
    "/inboxes/{participation_id}/applications/{application_id}/start", response={200: StartOut, **WRITE}
)
def plan_start(
    request: HttpRequest, participation_id: int, application_id: int, body: PlanStartIn, key: IdempotencyKey
) -> Any:
    """When the person starts, and the contract's date if there is one."""
    recruiter = signed_in(request)
    application = access.application_for_recruiter(recruiter, participation_id, application_id)

    def write() -> StartOut:
        now = clock.now()
        services.plan_start(
            application=application, starts_on=body.starts_on, contract_on=body.contract_on, by=recruiter,
            now=now,
        )  # fmt: skip
        return StartOut.at(queries.get_start(application_id), "employer", now)

    return durable(request, f"applications.plan_start:{application_id}", key, body, write)


@router.post(
    "/inboxes/{participation_id}/applications/{application_id}/start-word", response={200: StartOut, **WRITE}
)
def say_start(
    request: HttpRequest, participation_id: int, application_id: int, body: StartWordIn, key: IdempotencyKey
) -> Any:
    recruiter = signed_in(request)
    application = access.application_for_recruiter(recruiter, participation_id, application_id)

    def say() -> StartOut:
        now = clock.now()
        services.say_start(
            application=application, stage=body.stage, yes=body.yes, side="employer", source="inbox",
            by=recruiter, now=now,
        )  # fmt: skip
        return StartOut.at(queries.get_start(application_id), "employer", now)

    return durable(request, f"applications.say_start:{application_id}", key, body, say)


def _shown(application_id: int, side: str) -> StartHereOut:
    plan = queries.find_start(application_id)
    return StartHereOut(start=StartOut.at(plan, side, clock.now()) if plan else None)
