"""Taking back: what was told of a withdrawn object is told to nobody again.

A fact whose type has `withdraws = True` takes its subject back. In its transaction the stored replies about the
subject are emptied, and the topics that `withdraw_on` names lose their whole log so far: the floor rises to the
top, so whoever joins from any earlier position gets a fresh snapshot, and open pages are told to join anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from jobfair.core.events import Event
from jobfair.core.idempotency import withdraw_replies

E = TypeVar("E", bound=Event)
Topics = Callable[[E], Iterable[str]]
_topics: dict[type[Event], list[Topics[Event]]] = {}


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
    return topics
