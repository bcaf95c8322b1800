"""From facts to pushes, inside the transaction. Only a domain's live.py may use this."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeVar, cast

from django.db import transaction

from jobfair.core import clock
from jobfair.core.events import Event
from jobfair.core.schemas import Schema
from jobfair.core.unit_of_work import add_finalizer
from jobfair.realtime import doorbell, log
from jobfair.realtime.epoch import current_epoch
from jobfair.realtime.registry import registry
from jobfair.realtime.withdrawal import carry_out

E = TypeVar("E", bound=Event)
R = TypeVar("R")
Told = Iterable[tuple[str, str, Schema]]  # (topic, push name, data)
Announcer = Callable[[E], Told]
AnnouncerOfMany = Callable[[Sequence[E]], Iterable[Told]]
_announcers: dict[type[Event], list[Announcer[Event]]] = {}
_announcers_of_many: dict[type[Event], list[AnnouncerOfMany[Event]]] = {}
_read: ContextVar[dict[Callable[[], Any], Any] | None] = ContextVar("read_for_pushes", default=None)


def announce(event_type: type[E], announcer: Announcer[E]) -> None:
    """Turn each `event_type` into pushes: `announcer` yields (topic, push name, data)."""
    known = _announcers.setdefault(event_type, [])
    if announcer not in known:
        known.append(announcer)  # type: ignore[arg-type]


def announce_together(event_type: type[E], announcer: AnnouncerOfMany[E]) -> None:
    """As `announce`, where facts come many at a time: given all of a unit's, it yields the pushes of each, in order."""
    known = _announcers_of_many.setdefault(event_type, [])
    if announcer not in known:
        known.append(announcer)  # type: ignore[arg-type]


def read_once(read: Callable[[], R]) -> R:
    """What `read` finds, asked once for all pushes of a unit: while they are made nothing changes any more."""
    found = _read.get()
    if found is None:
        return read()
    if read not in found:
        found[read] = read()
    return cast("R", found[read])


def write_pushes(events: Sequence[Event]) -> None:
    """The unit of work's finalizer: append to the event log, ring once it has committed."""
    withdrawn = carry_out(events)
    token = _read.set({})
    try:
        pushes = _pushes_of(events)
    finally:
        _read.reset(token)
    if not pushes and not withdrawn:
        return
    appends = log.append(pushes, at=clock.now(), withdrawn=withdrawn)
    transaction.on_commit(partial(doorbell.ring, current_epoch(), appends))


def _pushes_of(events: Sequence[Event]) -> list[log.Push]:
    """In the order of the facts."""
    told = [
        [_push(*one) for tell in _announcers.get(type(event), ()) for one in tell(event)] for event in events
    ]
    for event_type, announcers in _announcers_of_many.items():
        places = [place for place, event in enumerate(events) if type(event) is event_type]
        for tell in announcers if places else ():
            pushes = tell([events[place] for place in places])
            for place, of_one in zip(places, pushes, strict=True):
                told[place] += [_push(*one) for one in of_one]
    return [push for of_one in told for push in of_one]


def _push(topic: str, name: str, data: Schema) -> log.Push:
    if not isinstance(data, registry.pushes[name]):
        raise TypeError(f"push {name} carries {type(data).__name__}")
    return log.Push(topic, name, data.wire())


add_finalizer(write_pushes)
