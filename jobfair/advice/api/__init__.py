"""HTTP of the service desks: parse, load and authorise, one service or query, schema."""

from ninja import Router

from jobfair.advice.api import organisers, visitors

router = Router()
for part in (visitors, organisers):
    router.add_router("", part.router)

__all__ = ["router"]
