"""HTTP of positions: parse, load and authorise, one service or query, schema."""

from ninja import Router

from jobfair.positions.api.imports import router as imports
from jobfair.positions.api.organiser import router as organiser
from jobfair.positions.api.public import router as public
from jobfair.positions.api.recruiter import router as recruiter

router = Router(tags=["positions"])
for part in (public, recruiter, organiser, imports):
    router.add_router("", part)

__all__ = ["router"]
