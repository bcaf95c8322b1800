"""What rooms tell whom over the socket."""

from __future__ import annotations

from jobfair.realtime.registry import Registry
from livestream.live import audience, draws, media, polls, questions, rooms, talk
from livestream.queries.rooms import list_room_ids

ANYONES = (rooms.ROOM, talk.TALK, audience.FIGURES, questions.ROOM, media.PICTURE, polls.POLL, draws.DRAW)


def topics_of(fair_id: int) -> tuple[str, ...]:
    """What a fair's rooms show anyone."""
    ids = list_room_ids(fair_id)
    return tuple(kind.topic(room) for room in ids for kind in ANYONES)


def register(registry: Registry) -> None:
    """Plug the livestream into the socket."""
    rooms.register(registry)
    talk.register(registry)
    audience.register(registry)
    questions.register(registry)
    media.register(registry)
    polls.register(registry)
    draws.register(registry)
