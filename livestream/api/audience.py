"""Figures of a broadcast's audience, for those who run it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from jobfair.accounts.access import signed_in
from livestream.access import rooms as access
from livestream.api.replies import OWN
from livestream.schemas.audience import AudienceOut
from livestream.services import audience as services
from livestream.workbook import CONTENT_TYPE, write_audience

router = Router(tags=["livestream"])


@router.get("/live-sessions/{session_id}/audience", response={200: AudienceOut, **OWN})
def get_audience(request: HttpRequest, session_id: int) -> Any:
    """Figures so far, each defined in its schema; the minutes of the last twelve hours."""
    return AudienceOut.of(access.session_for_moderator(signed_in(request), session_id))


@router.get("/live-sessions/{session_id}/audience.xlsx", response={200: None, **OWN})
def export_audience(request: HttpRequest, session_id: int) -> HttpResponse:
    """The same as a workbook, with definitions beside the figures; that it was taken is recorded."""
    by = signed_in(request)
    session = access.session_for_moderator(by, session_id)
    body = write_audience(session, AudienceOut.of(session))
    services.note_export(session=session, by=by)
    name = f"audience-{session.pk}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=CONTENT_TYPE, headers=headers)
