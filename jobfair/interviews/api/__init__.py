"""HTTP of interviews: parse, load and authorise, one service or query, schema."""

from ninja import Router

from jobfair.interviews.api import slots, talks

router = Router()
for part in (talks, slots):
    router.add_router("", part.router)

__all__ = ["router"]
