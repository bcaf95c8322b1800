"""One's own data: who got it, take it along, close the account.

What cannot be called back, a file with everything or the account's end, asks for a fresh proof: a phone left on a
table is no more than a phone (个人信息保护法第四十五条, 第四十七条, 第五十条).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from ninja import Router, Status
from ninja.decorators import decorate_view

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.step_up import require_step_up
from jobfair.applications import access, queries, services
from jobfair.applications.api.seeker import OWN, WRITE
from jobfair.applications.limits import spend_export
from jobfair.applications.schemas.own_data import (
    AccountClosedOut,
    ConsentGivenOut,
    ConsentsOut,
    DataExportOut,
    DataExportsOut,
)
from jobfair.core import clock
from jobfair.core.schemas import ErrorReply

router = Router(tags=["own data"])


@router.get("/me/consents", response={200: ConsentsOut, 401: ErrorReply})
def list_my_consents(request: HttpRequest) -> Any:
    """Which employers may have one's résumé, newest first."""
    given = queries.list_consents_of(signed_in(request))
    return ConsentsOut(consents=[ConsentGivenOut.of(one) for one in given])


@router.get("/me/exports", response={200: DataExportsOut, 401: ErrorReply})
def list_my_exports(request: HttpRequest) -> Any:
    own = queries.list_exports_of(signed_in(request), now=clock.now())
    return DataExportsOut(exports=[DataExportOut.of(one) for one in own])


@router.post("/me/exports", response={201: DataExportOut, **WRITE})
def request_export(request: HttpRequest, key: IdempotencyKey) -> Any:
    """Have one's data collected in the background; a few times a day, after a fresh proof."""
    user = require_step_up(request)

    def ask() -> DataExportOut:
        now = clock.now()
        spend_export(user=user, now=now)
        return DataExportOut.of(services.request_export(user=user, now=now))

    return Status(201, durable(request, "applications.request_export", key, None, ask))


@router.get("/me/exports/{export_id}/file", response={200: None, 403: ErrorReply, **OWN})
@decorate_view(cache_control(no_store=True))
def fetch_export(request: HttpRequest, export_id: int) -> HttpResponse:
    """The ZIP, for its owner alone, after a fresh proof and until the link runs out."""
    user = signed_in(request)
    export = access.export_for_owner(user, export_id)
    require_step_up(request)
    path = services.fetch_export(export=export, by=user, now=clock.now())
    name = f"my-data-{clock.local(export.requested_at):%Y%m%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(path.read_bytes(), content_type="application/zip", headers=headers)


@router.post("/me/close", response={200: AccountClosedOut, **WRITE})
def close_account(request: HttpRequest, key: IdempotencyKey) -> Any:
    """Close one's account, after a fresh proof, at once on every screen of every employer."""
    user = require_step_up(request)

    def close() -> AccountClosedOut:
        record = services.close_account(user=user, now=clock.now())
        return AccountClosedOut(closed_at=record.locked_at, kept_until=record.kept_until)

    return durable(request, "applications.close_account", key, None, close)
