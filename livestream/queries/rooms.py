"""Reads of rooms, broadcasts and rundowns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When

from jobfair.applications.models import Application
from jobfair.employers.models import Employer, Participation
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from livestream.models import Airing, Cue, CuePosition, LiveSession, PinnedPosition, Room

State = LiveSession.State


def list_rooms(fair: Fair) -> list[Room]:
    """A fair's rooms in their order; one query."""
    return list(Room.objects.filter(fair=fair).select_related("fair"))


def list_room_ids(fair_id: int) -> list[int]:
    return list(Room.objects.filter(fair=fair_id).order_by("pk").values_list("pk", flat=True))


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


def list_applied_from(pinned: PinnedPosition) -> list[Application]:
    """Applications handed in from a posting on air or in its replay, but those taken back or locked. One query."""
    sources = (Application.Source.LIVESTREAM, Application.Source.REPLAY)
    rows = Application.objects.filter(
        position=pinned.position_id, source__in=sources, source_ref=pinned.reference, locked_at=None
    )
    return list(rows.exclude(state=Application.State.WITHDRAWN).order_by("pk"))


def list_replays(room_id: int) -> list[LiveSession]:
    """A room's broadcasts that can be watched again, the newest first."""
    rows = LiveSession.objects.filter(room=room_id, state=State.PUBLISHED).prefetch_related("people")
    return list(rows.order_by("-starts_at"))


def find_employers_to_present(fair: Fair, words: str, *, most: int = 30) -> list[Employer]:
    """Employers accepted at the fair with something to present, by name; two queries."""
    offered = (
        Position.objects.filter(fair=fair, state=Position.State.PUBLISHED)
        .select_related("fair")
        .order_by("pk")
    )
    rows = Employer.objects.filter(
        participations__fair=fair,
        participations__state=Participation.State.ACCEPTED,
        positions__in=offered,
    )
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(positions__title__icontains=words))
    return list(
        rows.distinct().order_by("name").prefetch_related(Prefetch("positions", queryset=offered))[:most]
    )


def rooms_of_fairs(fair_ids: Collection[int]) -> list[int]:
    return list(Room.objects.filter(fair__in=fair_ids).order_by("pk").values_list("pk", flat=True))


def list_forgotten(*, before: datetime) -> list[LiveSession]:
    """Broadcasts that are still on although they began so long ago."""
    return list(LiveSession.objects.filter(state__in=LiveSession.ON, live_at__lt=before).order_by("pk")[:10])


def list_chapters(session_id: int) -> list[Airing]:
    """A broadcast's stretches on air in their order; queries don't grow with them."""
    pinned = PinnedPosition.objects.select_related("position__fair").prefetch_related("corrections")
    rows = Airing.objects.filter(session=session_id).select_related("cue__employer")
    return list(rows.order_by("started_at", "pk").prefetch_related(Prefetch("pinned", queryset=pinned)))


def sessions_of_fair(fair: Fair) -> dict[int, list[LiveSession]]:
    """By room, each by time; two queries."""
    found: dict[int, list[LiveSession]] = defaultdict(list)
    rows = LiveSession.objects.filter(room__fair=fair).prefetch_related("people")
    for session in rows.order_by("starts_at", "pk"):
        found[session.room_id].append(session)
    return found
