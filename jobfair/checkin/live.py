"""What the doors tell whom: figures to those who mind them, and to everyone only whether entry is held."""

from __future__ import annotations

from typing import Any

from jobfair.accounts.models import User
from jobfair.checkin import access, queries
from jobfair.checkin.schemas import HallOut
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.fairs.models import Fair
from jobfair.realtime.registry import Registry, TopicKind


def may_mind_doors(viewer: User | None, fair_id: int) -> None:
    may_see_fair(viewer, fair_id)
    if not access.minds_doors(viewer, fair_id):
        raise NotFound


def may_see_fair(viewer: User | None, fair_id: int) -> None:
    if not Fair.objects.filter(pk=fair_id).exclude(state=Fair.State.DRAFT).exists():
        raise NotFound


def doors_gauge(fair_id: int) -> dict[str, Any]:
    """`hall`, and of each gate what went through it today."""
    fair, day = Fair.objects.get(pk=fair_id), clock.today()
    figures = {
        f"gate:{row.gate.pk}": {"came_in": row.came_in, "went_out": row.went_out}
        for row in queries.figures_by_gate(fair, day)
    }
    return {"hall": HallOut.of(queries.hall_of(fair, day)).wire(), **figures}


def entry_gauge(fair_id: int) -> dict[str, Any]:
    return {"held": queries.is_entry_held(fair_id, clock.today())}


DOORS = TopicKind("fair:{id}:doors", may_mind_doors, gauge=doors_gauge)
ENTRY = TopicKind("fair:{id}:entry", may_see_fair, gauge=entry_gauge)


def topics_of(fair_id: int) -> tuple[str, ...]:
    return DOORS.topic(fair_id), ENTRY.topic(fair_id)


def register(registry: Registry) -> None:
    """Plug the doors into the socket."""
    registry.add_topic(DOORS)
    registry.add_topic(ENTRY)
