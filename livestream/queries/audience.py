"""Figures of an audience. Each is a query over what was recorded; nothing is counted up and down."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Max, Q, Sum

from livestream.models import AudienceMinute, Cue, LikeTally, LiveLine, LiveSession, Viewing

MINUTES_SHOWN = 12 * 60


@dataclass(frozen=True)
class Watched:
    """`views`: viewings begun; `people`: who watched, each once; `seconds`: all of their time together."""

    views: int
    people: int
    seconds: int


@dataclass(frozen=True)
class CueWatched:
    cue: Cue
    watched: Watched


def watched(session_id: int) -> Watched:
    return _sum(Q(session=session_id))


def watched_by_cue(session_id: int) -> list[CueWatched]:
    """In the rundown's order; of those that were on air."""
    cues = Cue.objects.filter(session=session_id, viewings__isnull=False).select_related("employer")
    rows = Viewing.objects.filter(session=session_id, cue__isnull=False)
    by_cue = {
        row["cue"]: Watched(row["views"], row["people"], _seconds(row["spent"]))
        for row in rows.values("cue").annotate(
            views=Count("pk"),
            people=Count("who", distinct=True),
            spent=Sum(F("seen_until") - F("started_at")),
        )
    }
    return [CueWatched(cue, by_cue[cue.pk]) for cue in cues.distinct().order_by("rank", "pk")]


def _sum(which: Q) -> Watched:
    row = Viewing.objects.filter(which).aggregate(
        views=Count("pk", filter=Q(is_first=True)),
        people=Count("who", distinct=True),
        spent=Sum(F("seen_until") - F("started_at")),
    )
    return Watched(row["views"], row["people"], _seconds(row["spent"]))


def _seconds(spent: timedelta | None) -> int:
    return int(spent.total_seconds()) if spent is not None else 0


def minutes_of(session_id: int) -> list[AudienceMinute]:
    """The latest twelve hours, the oldest first."""
    rows = AudienceMinute.objects.filter(session=session_id).order_by("-at")
    return list(reversed(rows.select_related("cue__employer")[:MINUTES_SHOWN]))


def peak_of(session_id: int) -> int:
    return AudienceMinute.objects.filter(session=session_id).aggregate(most=Max("playing"))["most"] or 0


def likes_in(room_ids: Collection[int]) -> dict[int, int]:
    """All likes of each room."""
    rows = LikeTally.objects.filter(room__in=room_ids).values("room").annotate(sum=Sum("count"))
    found = {row["room"]: row["sum"] for row in rows}
    return {room: found.get(room, 0) for room in room_ids}


def likes_of(session: LiveSession) -> int:
    """Given in its room while it was on."""
    rows = LikeTally.objects.filter(room=session.room_id)
    if session.live_at is None:
        return 0
    rows = rows.filter(at__gte=session.live_at.replace(second=0, microsecond=0))
    if session.ended_at is not None:
        rows = rows.filter(at__lte=session.ended_at)
    return rows.aggregate(sum=Sum("count"))["sum"] or 0


class Views:
    """Views of the broadcasts that are on. Counted anew every ten seconds at most: there may be very many."""

    EACH_SECONDS = 10.0

    def __init__(self) -> None:
        self._known: dict[int, tuple[float, int]] = {}  # by room: time.monotonic() and how many

    def of(self, room_ids: Collection[int]) -> dict[int, int]:
        at = time.monotonic()
        old = [pk for pk in room_ids if pk not in self._known or at - self._known[pk][0] >= self.EACH_SECONDS]
        self._known |= {pk: (at, views) for pk, views in views_in(old).items()}
        return {pk: self._known[pk][1] for pk in room_ids}


views = Views()


def views_in(room_ids: Collection[int]) -> dict[int, int]:
    """Viewings begun in the broadcast that is on; 0 where none is."""
    on = LiveSession.objects.filter(room__in=room_ids, state__in=LiveSession.ON)
    rows = on.annotate(views=Count("viewings", filter=Q(viewings__is_first=True)))
    found = dict(rows.values_list("room_id", "views"))
    return {room: found.get(room, 0) for room in room_ids}


def count_lines(session_id: int) -> int:
    return LiveLine.objects.filter(session=session_id, state=LiveLine.State.SHOWN).count()


def rooms_on() -> list[int]:
    """Where a broadcast is on."""
    return list(
        LiveSession.objects.filter(state__in=LiveSession.ON)
        .order_by("room")
        .values_list("room_id", flat=True)
    )
