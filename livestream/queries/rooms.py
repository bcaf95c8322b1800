"""Reads of rooms, broadcasts and rundowns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When

from jobfair.fairs.models import Fair
from livestream.models import Airing, Cue, CuePosition, LiveSession, PinnedPosition, Room

State = LiveSession.State


def list_rooms(fair: Fair) -> list[Room]:
    """A fair's rooms in their order; one query."""
    return list(Room.objects.filter(fair=fair).select_related("fair"))


def current_session(room_id: int) -> LiveSession | None:
    """What the room shows: the broadcast that is on, else the next one planned, else the last one. One query."""
    return current_sessions([room_id]).get(room_id)


def current_sessions(room_ids: list[int]) -> dict[int, LiveSession]:
    """As `current_session`, of many rooms; one query."""
    order = Case(
        When(state__in=LiveSession.ON, then=Value(0)),
        When(state=State.PLANNED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = LiveSession.objects.filter(room__in=room_ids).annotate(place=order).order_by("place", "starts_at")
    found: dict[int, LiveSession] = {}
    for session in rows.prefetch_related("people"):
        shown = found.get(session.room_id)
        if shown is None or (shown.state in LiveSession.OVER and session.state in LiveSession.OVER):
            found[session.room_id] = session
    return found


def get_session(session_id: int) -> LiveSession:
    return LiveSession.objects.select_related("room__fair").prefetch_related("people").get(pk=session_id)


def list_sessions(room_id: int) -> list[LiveSession]:
    """A room's broadcasts by their time; two queries."""
    rows = LiveSession.objects.filter(room=room_id).select_related("room__fair").prefetch_related("people")
    return list(rows.order_by("starts_at", "pk"))


def list_cues(session_id: int) -> list[Cue]:
    """A broadcast's rundown with all that its rows show; queries don't grow with it."""
    return list(_with_rows(Cue.objects.filter(session=session_id)))


def cues_among(cue_ids: list[int]) -> list[Cue]:
    return list(_with_rows(Cue.objects.filter(pk__in=cue_ids)))


def _with_rows(cues: QuerySet[Cue]) -> QuerySet[Cue]:
    planned = CuePosition.objects.select_related("position__fair", "position__employer")
    pinned = PinnedPosition.objects.select_related("position__fair").prefetch_related("corrections")
    airings = Airing.objects.prefetch_related(Prefetch("pinned", queryset=pinned))
    return cues.select_related("employer", "host").prefetch_related(
        Prefetch("planned_positions", queryset=planned), Prefetch("airings", queryset=airings)
    )


@dataclass(frozen=True)
class Shown:
    """What a room shows: its broadcast and the rundown."""

    session: LiveSession | None
    cues: list[Cue]

    @property
    def on_air(self) -> Cue | None:
        return next((one for one in self.cues if one.state == Cue.State.ON_AIR), None)


def shown_in(room_id: int) -> Shown:
    session = current_session(room_id)
    return Shown(session, list_cues(session.pk) if session else [])


def find_pinned(reference: str) -> PinnedPosition | None:
    """By what an application keeps as its `source_ref`."""
    kind, _, number = reference.partition(":")
    if kind != "pinned" or not number.isdecimal() or len(number) > 18:
        return None
    return PinnedPosition.objects.select_related("airing__session__room").filter(pk=int(number)).first()


def rooms_showing(position_ids: Collection[int]) -> list[int]:
    """Rooms whose rundowns name one of the positions: planned or aired. One query."""
    named = Q(sessions__cues__planned_positions__position__in=position_ids) | Q(
        sessions__airings__pinned__position__in=position_ids
    )
    return list(Room.objects.filter(named).order_by("pk").distinct().values_list("pk", flat=True))
