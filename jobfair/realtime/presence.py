"""Who is there. Nothing counts up and down: each process counts its own sockets anew and announces the result.

Every two seconds a process writes one row: for each topic that counts, how many are present and how many of them
are playing, and where the topic names people, who they are. Whoever asks sums the rows that have not expired. A
process killed with -9 is forgotten ten seconds later. Doorbells play no part in it, so neither does Redis.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from jobfair.core import clock
from jobfair.realtime.channel import Channel
from jobfair.realtime.models import Announcement

ANNOUNCE_SECONDS = 2.0
ATTEND_SECONDS = 10.0
EXPIRES = timedelta(seconds=10)
REREAD_SECONDS = 1.0  # many gauges ask within one second; one read answers them
SWEPT_AFTER = timedelta(hours=1)


class Told(TypedDict, total=False):
    """What one process says of one topic."""

    present: int
    playing: int
    who: list[int]


Said = Mapping[str, Told]


@dataclass(frozen=True)
class Audience:
    """Sockets on a topic. `present` leaves out whoever paused; `who` are user ids, where the topic names people."""

    present: int = 0
    playing: int = 0
    who: frozenset[int] = frozenset()


def survey(channels: Iterable[Channel]) -> dict[str, Told]:
    """Count this process's own sockets. Runs on the event loop."""
    said: dict[str, Told] = {}
    for channel in channels:
        if channel.counts == "none" or not channel.subscriptions:
            continue
        present = [one for one in channel.subscriptions.values() if one.presence != "paused"]
        told = Told(present=len(present), playing=sum(one.presence == "playing" for one in present))
        if channel.counts == "who":
            told["who"] = sorted({one.connection.user_id for one in present if one.connection.user_id})
        said[channel.topic] = told
    return said


def attendance(channels: Iterable[Channel]) -> dict[str, set[str]]:
    """Who is playing what, on this process's own sockets: each person, device or nameless page once a topic."""
    playing = {
        channel.topic: {
            one.connection.who for one in channel.subscriptions.values() if one.presence == "playing"
        }
        for channel in channels
        if channel.counts != "none"
    }
    return {topic: who for topic, who in playing.items() if who}


def announce(process: str, said: Said, now: datetime) -> None:
    """Replace what `process` said before; it counts until it expires."""
    if said:
        Announcement.objects.update_or_create(
            process=process, defaults={"said": said, "expires_at": now + EXPIRES}
        )
    else:
        Announcement.objects.filter(process=process).delete()


def audience_of(topic: str) -> Audience:
    """Everyone on `topic`, in all processes."""
    return audiences_of([topic])[topic]


def audiences_of(topics: Iterable[str]) -> dict[str, Audience]:
    """The same for many topics, at the price of one."""
    announced = _announced.read()
    return {topic: _sum(announced.get(topic, ())) for topic in topics}


def sweep(now: datetime) -> int:
    """Delete what the dead said long ago; a worker's job."""
    return Announcement.objects.filter(expires_at__lt=now - SWEPT_AFTER).delete()[0]


def _sum(told: Iterable[Told]) -> Audience:
    rows = tuple(told)
    return Audience(
        present=sum(row.get("present", 0) for row in rows),
        playing=sum(row.get("playing", 0) for row in rows),
        who=frozenset(user_id for row in rows for user_id in row.get("who", ())),
    )


class Announced:
    """What all processes say, by topic; read from the database at most once a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = 0.0  # time.monotonic()
        self._told: dict[str, list[Told]] = {}

    def read(self) -> dict[str, list[Told]]:
        with self._lock:
            if time.monotonic() - self._read_at >= REREAD_SECONDS:
                self._told = self._fetch()
                self._read_at = time.monotonic()
            return self._told

    @staticmethod
    def _fetch() -> dict[str, list[Told]]:
        told: dict[str, list[Told]] = defaultdict(list)
        rows: Iterable[dict[str, Any]] = Announcement.objects.filter(expires_at__gt=clock.now()).values_list(
            "said", flat=True
        )
        for said in rows:
            for topic, one in said.items():
                told[topic].append(one)
        return told


_announced = Announced()
