"""Who watches, kept as it happens; and likes.

Lock: the broadcast's row, so that two processes that see the same person at once do not begin two viewings.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import connection

from jobfair.accounts.models import User
from jobfair.core import rows
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.fairs.models import Fair
from livestream.events.audience import AudienceExported
from livestream.models import AudienceMinute, Cue, LiveSession, Room, Viewing

CONTINUES = timedelta(seconds=25)  # two ticks of ten seconds, and a slow one
AWAY = timedelta(seconds=60)  # whoever comes back later than this watches anew


@unit_of_work
def note_watching(*, playing: Mapping[int, Collection[str]], now: datetime) -> int:
    """Extend the viewings of those who are playing in these rooms, and begin those that are new; returns how many.

    Only while a broadcast is on. What is watched belongs to the cue on air at this moment.
    """
    sessions = LiveSession.objects.filter(room__in=playing, state__in=LiveSession.ON)
    told = 0
    for session in sessions.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        cue = Cue.objects.filter(session=session, state=Cue.State.ON_AIR).values_list("pk", flat=True).first()
        told += _extend(session.pk, cue, sorted(set(playing[session.room_id])), now)
    return told


def _extend(session_id: int, cue_id: int | None, who: list[str], now: datetime) -> int:
    latest = _latest(session_id, who, now)
    going_on = [pk for pk, cue, until in latest.values() if cue == cue_id and until >= now - CONTINUES]
    Viewing.objects.filter(pk__in=going_on).update(seen_until=now)
    kept = set(going_on)
    begun = [
        Viewing(
            session_id=session_id,
            who=one,
            cue_id=cue_id,
            started_at=_starts(latest.get(one), now),
            seen_until=now,
            is_first=one not in latest,
        )
        for one in who
        if one not in latest or latest[one][0] not in kept
    ]
    rows.insert(begun)
    return len(who)


def _starts(before: tuple[int, int | None, datetime] | None, now: datetime) -> datetime:
    """Where the same person's viewing of the cue before ended, so that no second between is lost."""
    return before[2] if before is not None and before[2] >= now - CONTINUES else now


def _latest(session_id: int, who: list[str], now: datetime) -> dict[str, tuple[int, int | None, datetime]]:
    """Each one's last viewing, if it is not so long ago that a new one begins."""
    recent = Viewing.objects.filter(session=session_id, who__in=who, seen_until__gte=now - AWAY)
    found = recent.order_by("seen_until", "pk").values_list("who", "pk", "cue_id", "seen_until")
    return {one: (pk, cue, until) for one, pk, cue, until in found}


@unit_of_work
def rename_watcher(*, was: str, now_is: str) -> int:
    """A guest became an account: one person, so one in every count of people."""
    return Viewing.objects.filter(who=was).update(who=now_is)


@unit_of_work
def note_minutes(*, counted: Mapping[int, tuple[int, int]], now: datetime) -> int:
    """Keep what was there at this full minute, by room: (playing, present). The first process to say so is believed."""
    minute = now.replace(second=0, microsecond=0)
    made = 0
    for session in LiveSession.objects.filter(room__in=counted, state__in=LiveSession.ON).order_by("pk"):
        if AudienceMinute.objects.filter(session=session, at=minute).exists():
            continue
        playing, present = counted[session.room_id]
        cue = Cue.objects.filter(session=session, state=Cue.State.ON_AIR).first()
        AudienceMinute.objects.bulk_create(
            [AudienceMinute(session=session, at=minute, cue=cue, playing=playing, present=present)],
            ignore_conflicts=True,
        )
        made += 1
    return made


@unit_of_work
def like(*, liked: Mapping[int, int], now: datetime) -> None:
    """Add likes, by room, to this minute's sums. Rooms nobody may see are left out."""
    known = Room.objects.filter(pk__in=liked).exclude(fair__state=Fair.State.DRAFT)
    minute = now.replace(second=0, microsecond=0)
    given = [(pk, liked[pk]) for pk in sorted(known.values_list("pk", flat=True))]
    if not given:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO livestream_liketally (room_id, at, count) "  # noqa: S608 - our own table
            f"SELECT CAST({rows.row_column(0)} AS bigint), %s, CAST({rows.row_column(1)} AS integer) "
            f"FROM {rows.table_of_rows()} WHERE true "
            "ON CONFLICT (room_id, at) DO UPDATE SET count = livestream_liketally.count + excluded.count",
            [connection.ops.adapt_datetimefield_value(minute), rows.as_parameter(given)],
        )


@unit_of_work
def note_export(*, session: LiveSession, by: User) -> None:
    emit(AudienceExported(session_id=session.pk, room_id=session.room_id, by=by.pk))
