"""What rooms tell whom over the socket."""

from __future__ import annotations

from jobfair.realtime.registry import Registry
from livestream.live import rooms, talk
from livestream.live.rooms import topics_of

__all__ = ["register", "topics_of"]


def register(registry: Registry) -> None:
    """Plug the livestream into the socket."""
    rooms.register(registry)
    talk.register(registry)
