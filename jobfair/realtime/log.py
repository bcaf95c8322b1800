"""The event log: offsets without gaps, in commit order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from jobfair.core import rows
from jobfair.core.rows import as_parameter, row_column, table_of_rows
from jobfair.realtime.models import Stream, StreamEvent

MISSED_EVENTS = 200
MISSED_BYTES = 64_000
FETCH = 500
TRIMMED_AT_ONCE = 1000
KEPT = timedelta(days=7)  # a page away for longer starts from a snapshot


@dataclass(frozen=True)
class Push:
    """One push before it has an offset."""

    topic: str
    type: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One push of a topic at its offset."""

    at: int
    type: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Append:
    """What one transaction added to one topic: offsets first..last."""

    topic: str
    first: int
    last: int
    entries: tuple[Entry, ...]


def append(pushes: Iterable[Push], *, at: datetime, withdrawn: Iterable[str] = ()) -> list[Append]:
    """Write pushes at the next offsets, after emptying the topics in `withdrawn`.

    Runs last in the unit of work and takes stream rows in sorted order.
    """
    by_topic: dict[str, list[Push]] = {topic: [] for topic in withdrawn}
    emptied = frozenset(by_topic)
    for push in pushes:
        by_topic.setdefault(push.topic, []).append(push)
    if not by_topic:
        return []
    last = _reserve({topic: len(told) + (topic in emptied) for topic, told in by_topic.items()})
    appends: list[Append] = []
    for topic in sorted(by_topic):
        told = by_topic[topic]
        first = last[topic] - len(told) + 1
        if topic in emptied:
            appends.append(_empty(topic, floor=first - 1))
        if told:
            entries = tuple(Entry(first + index, push.type, push.payload) for index, push in enumerate(told))
            appends.append(Append(topic, first, last[topic], entries))
    rows.insert(
        StreamEvent(topic=added.topic, offset=entry.at, type=entry.type, payload=entry.payload, at=at)
        for added in appends
        for entry in added.entries
    )
    return appends


def _reserve(counts: Mapping[str, int]) -> dict[str, int]:
    """Take that many offsets of each topic, in one statement; returns the last of each."""
    # The row locks are held through COMMIT, so offset order is commit order (a bare sequence would not be).
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO realtime_stream (topic, top, floor) "  # noqa: S608
            f"SELECT {row_column(0)}, CAST({row_column(1)} AS bigint), 0 FROM {table_of_rows()} WHERE true "
            "ON CONFLICT (topic) DO UPDATE SET top = realtime_stream.top + excluded.top RETURNING topic, top",
            [as_parameter(sorted(counts.items()))],
        )
        return dict(cursor.fetchall())


def _empty(topic: str, *, floor: int) -> Append:
    """Delete all that the topic told so far. The act takes an offset without an event: `floor`, the new floor."""
    Stream.objects.filter(topic=topic).update(floor=floor)
    StreamEvent.objects.filter(topic=topic, offset__lt=floor).delete()
    return Append(topic, floor, floor, ())


def trim(before: datetime, *, most: int = TRIMMED_AT_ONCE) -> int:
    """Delete the oldest events told before `before`, at most `most` a round, and raise the floors over them."""
    old = StreamEvent.objects.filter(at__lt=before).order_by("at", "topic", "offset")
    last: dict[str, int] = {}
    for topic, offset in old.values_list("topic", "offset")[:most]:
        last[topic] = max(offset, last.get(topic, 0))
    deleted = 0
    for topic in sorted(last):
        with transaction.atomic():
            stream = Stream.objects.select_for_update(no_key=True).get(topic=topic)
            stream.floor = max(stream.floor, last[topic])
            stream.save(update_fields=["floor"])
            deleted += StreamEvent.objects.filter(topic=topic, offset__lte=stream.floor).delete()[0]
    return deleted


def read_tops(topics: Iterable[str]) -> dict[str, int]:
    """The last offset of each topic that has one. Asked each second of all joined topics, so as one parameter."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT topic, top FROM realtime_stream WHERE topic IN (SELECT {row_column(0)} FROM {table_of_rows()})",  # noqa: S608
            [as_parameter((topic,) for topic in topics)],
        )
        return dict(cursor.fetchall())


def read_bounds(topic: str) -> tuple[int, int]:
    """(top, floor) of a topic; (0, 0) before its first push."""
    row = Stream.objects.filter(topic=topic).values_list("top", "floor").first()
    return row or (0, 0)


def read_tail(topic: str, *, after: int) -> tuple[int, list[Entry]]:
    """(floor, entries after `after`). A floor above `after` means: withdrawn, start anew.

    The floor is read after the entries: a withdrawal between the two reads is seen, never missed.
    """
    entries = read_entries(topic, after=after)
    _, floor = read_bounds(topic)
    return floor, entries


def read_entries(topic: str, *, after: int, limit: int = FETCH) -> list[Entry]:
    rows = StreamEvent.objects.filter(topic=topic, offset__gt=after).order_by("offset")
    return [Entry(*row) for row in rows.values_list("offset", "type", "payload")[:limit]]
