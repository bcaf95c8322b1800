"""HTTP of fairs: what anyone may read."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from jobfair.core.schemas import ErrorReply
from jobfair.fairs import access, queries
from jobfair.fairs.schemas import FairOut, FairSummaryOut

router = Router(tags=["fairs"])


@router.get("/fairs", response={200: list[FairSummaryOut]})
def list_fairs(request: HttpRequest) -> list[FairSummaryOut]:
    return [FairSummaryOut.of(fair) for fair in queries.list_announced_fairs()]


@router.get("/fairs/{slug}", response={200: FairOut, 404: ErrorReply})
def get_fair(request: HttpRequest, slug: str) -> FairOut:
    fair = access.fair_for_anyone(slug)
    return FairOut.of(fair, queries.figures_of(fair))
