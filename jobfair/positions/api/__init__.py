"""HTTP of positions: parse, load and authorise, one service or query, schema."""

from ninja import Router

from jobfair.positions.api.public import router as public

router = Router(tags=["positions"])
router.add_router("", public)

__all__ = ["router"]
