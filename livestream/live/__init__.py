"""What rooms tell whom over the socket."""

from __future__ import annotations

from jobfair.realtime.registry import Registry
from livestream.live import rooms, talk


def register(registry: Registry) -> None:
    """Plug the livestream into the socket."""
    rooms.register(registry)
    talk.register(registry)
