"""HTTP of the lines: parse, load and authorise, one service or query, schema."""

from ninja import Router

from booths.api import anyone, clerk, recruiter, seeker

router = Router()
for part in (anyone, seeker, recruiter, clerk):
    router.add_router("", part.router)

__all__ = ["router"]
