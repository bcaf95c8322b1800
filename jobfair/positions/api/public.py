"""What anyone may read and do: the position's page, its QR code, a report, the tables behind the pickers."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from jobfair.accounts.access import device_of
from jobfair.accounts.limits import address_of
from jobfair.accounts.rules import normal_phone
from jobfair.core import clock
from jobfair.core.limits import Limit, spend
from jobfair.core.schemas import ErrorReply
from jobfair.positions import access, queries, services
from jobfair.positions.models import Complaint
from jobfair.positions.schemas.page import CodeOut, PositionPageOut, PositionReportIn, PositionReportOut
from jobfair.positions.sheet.occupations import find_occupations
from jobfair.positions.sheet.places import find_places

router = Router()
READ = {404: ErrorReply, 422: ErrorReply}
HOUR = timedelta(hours=1)
# A hall shares one address; a flood has one, too.
REPORTS_PER_DEVICE = (Limit("report-device", 5, HOUR), Limit("report-device", 15, timedelta(days=1)))
REPORTS_PER_ADDRESS = Limit("report-address", 120, HOUR)
REPORTS_PER_POSITION = Limit("report-position", 60, HOUR)


@router.get("/positions/{position_id}", response={200: PositionPageOut, **READ})
def get_position(request: HttpRequest, position_id: int) -> Any:
    position = access.position_for_anyone(position_id)
    return PositionPageOut.of(position, booth=queries.booth_beside(position), on=clock.today())


@router.get("/positions/{position_id}/qr.svg", response={200: None, **READ})
def get_position_qr(request: HttpRequest, position_id: int) -> HttpResponse:
    """The position page's address as a QR code."""
    position = access.position_for_anyone(position_id)
    address = settings.PUBLIC_URL or request.build_absolute_uri("/")
    picture = BytesIO()
    segno.make(f"{address.rstrip('/')}/p/{position.pk}", error="m").save(picture, kind="svg", scale=8)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@router.post(
    "/positions/{position_id}/reports",
    response={200: PositionReportOut, 403: ErrorReply, 404: ErrorReply, 422: ErrorReply, 429: ErrorReply},
)
def report_position(request: HttpRequest, position_id: int, body: PositionReportIn) -> Any:
    """Report a position; the same report from the same device again is the first one."""
    position = access.position_for_anyone(position_id)
    phone = normal_phone(body.phone) if body.phone.strip() else ""
    now, address = clock.now(), address_of(request)
    device = str(device_of(request) or hashlib.sha256(address.encode()).hexdigest()[:32])
    spend(
        (REPORTS_PER_ADDRESS, address),
        *((limit, device) for limit in REPORTS_PER_DEVICE),
        (REPORTS_PER_POSITION, str(position.pk)),
        now=now,
    )
    complaint = services.report_position(
        position=position,
        reason=Complaint.Reason(body.reason),
        text=body.text,
        phone=phone,
        device=device,
        now=now,
    )
    return PositionReportOut.of(complaint)


@router.get("/places", response={200: list[CodeOut], 422: ErrorReply})
def list_places(request: HttpRequest, q: str = "", city: str = "") -> Any:
    """For the picker: GB/T 2260 places by name, those of `city` (a code) first."""
    return [CodeOut.of_place(place) for place in find_places(q[:40], city=city[:6])]


@router.get("/occupations", response={200: list[CodeOut], 422: ErrorReply})
def list_occupations(request: HttpRequest, q: str = "") -> Any:
    """For the picker: occupations by name, common name or code."""
    return [CodeOut.of_occupation(one) for one in find_occupations(q[:40])]
