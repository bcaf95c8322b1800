"""Taking back: what was told of a withdrawn object is told to nobody again.

A fact whose type has `withdraws = True` takes its subject back. In its transaction the stored replies about the
subject are emptied, and the topics that `withdraw_on` names lose their whole log so far: the floor rises to the
top, so whoever joins from any earlier position gets a fresh snapshot, and open pages are told to join anew.

Where thousands look on, all of them joining anew for one line would be a rush. There `strike_on` names the events that
told of it: they keep their place and lose what they said, and the pages that have them open are told by a push.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from jobfair.core.events import Event
from jobfair.core.idempotency import withdraw_replies
from jobfair.realtime.models import StreamEvent

E = TypeVar("E", bound=Event)
Topics = Callable[[E], Iterable[str]]
_topics: dict[type[Event], list[Topics[Event]]] = {}
TOLD_WITHIN = timedelta(
    minutes=5
)  # of `now`, as its service had it; a unit of work that took longer has failed


@dataclass(frozen=True)
class Strike:
    """Events `type` of `topic` with one of `values` under `key` (`state__pinned__id`): what is left says `rest`.

    They were told by units of work whose `now` lies between `since` and `until`.
    """

    topic: str
    type: str
    key: str
    values: Collection[int]
    since: datetime
    until: datetime
    rest: Callable[[dict[str, Any]], dict[str, Any]]


Strikes = Callable[[E], Iterable[Strike]]
_strikes: dict[type[Event], list[Strikes[Event]]] = {}


def strike_on(event_type: type[E], strikes_of: Strikes[E]) -> None:
    """Have every `event_type` take its subject out of single events. Only a domain's live.py calls this."""
    if not event_type.withdraws:
        raise TypeError(f"{event_type.__name__} does not withdraw its subject")
    known = _strikes.setdefault(event_type, [])
    if strikes_of not in known:
        known.append(strikes_of)  # type: ignore[arg-type]


def withdraw_on(event_type: type[E], topics_of: Topics[E]) -> None:
    """Have every `event_type` empty the topics in which its subject was told. Only a domain's live.py calls this."""
    if not event_type.withdraws:
        raise TypeError(f"{event_type.__name__} does not withdraw its subject")
    known = _topics.setdefault(event_type, [])
    if topics_of not in known:
        known.append(topics_of)  # type: ignore[arg-type]


def carry_out(events: Sequence[Event]) -> set[str]:
    """Empty the stored replies about what `events` withdraw; returns the topics to be emptied."""
    topics: set[str] = set()
    for event in events:
        if event.withdraws:
            withdraw_replies(event.subject)
            for topics_of in _topics.get(type(event), ()):
                topics.update(topics_of(event))
            for strikes_of in _strikes.get(type(event), ()):
                for strike in strikes_of(event):
                    _strike(strike)
    return topics


def _strike(strike: Strike) -> None:
    told = StreamEvent.objects.filter(
        topic=strike.topic,
        type=strike.type,
        at__range=(strike.since - TOLD_WITHIN, strike.until + TOLD_WITHIN),
        **{f"payload__{strike.key}__in": sorted(strike.values)},
    )
    struck = list(told)
    for event in struck:
        event.payload = strike.rest(event.payload)
    StreamEvent.objects.bulk_update(struck, ["payload"], batch_size=100)
