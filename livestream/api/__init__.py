"""HTTP of the livestream: parse, load and authorise, one service or query, schema."""

from ninja import Router

from livestream.api import audience, draws, ingest, media, polls, questions, replays, rooms, studio, talk

router = Router()
for part in (rooms, replays, studio, talk, audience, questions, polls, draws, media, ingest):
    router.add_router("", part.router)

__all__ = ["router"]
