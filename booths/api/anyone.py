"""What anyone may read of the lines."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from ninja import Router

from booths import access, queries
from booths.api.replies import READ, absolute
from booths.schemas import BoothBrief, BoothCardOut, BoothOut, LineOut, TicketOut
from jobfair.accounts.models import User
from jobfair.fairs.access import fair_for_anyone
from jobfair.positions.schemas import PositionOut

router = Router(tags=["booths"])


@router.get("/fairs/{slug}/booths", response={200: list[BoothCardOut], **READ})
def list_booths(request: HttpRequest, slug: str) -> Any:
    return [BoothCardOut.of(card) for card in queries.list_booth_cards(fair_for_anyone(slug))]


@router.get("/booths/{booth_id}", response={200: BoothOut, **READ})
def get_booth(request: HttpRequest, booth_id: int) -> Any:
    booth = access.booth_for_anyone(booth_id)
    seeker = request.user if isinstance(request.user, User) else None
    mine = queries.find_active_ticket(seeker, booth)
    return BoothOut(
        booth=BoothBrief.of(booth),
        positions=[PositionOut.of(p) for p in queries.list_offered_at(booth)],
        line=LineOut.of(booth, queries.line_facts(booth), queries.list_line(booth.pk)),
        my_ticket=TicketOut.of(mine) if mine else None,
    )


@router.get("/booths/{booth_id}/qr.svg", response={200: None, **READ})
def get_booth_qr(request: HttpRequest, booth_id: int) -> HttpResponse:
    """The booth page's address as a QR code."""
    booth = access.booth_for_anyone(booth_id)
    picture = BytesIO()
    segno.make(absolute(request, f"/b/{booth.pk}"), error="m").save(picture, kind="svg", scale=8)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")
