"""From facts to pushes, inside the transaction. Only a domain's live.py may use this."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

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
Announcer = Callable[[E], Iterable[tuple[str, str, Schema]]]
_announcers: dict[type[Event], list[Announcer[Event]]] = {}


def announce(event_type: type[E], announcer: Announcer[E]) -> None:
    """Turn each `event_type` into pushes: `announcer` yields (topic, push name, data)."""
    known = _announcers.setdefault(event_type, [])
    if announcer not in known:
        known.append(announcer)  # type: ignore[arg-type]


def write_pushes(events: Sequence[Event]) -> None:
    """The unit of work's finalizer: append to the event log, ring once it has committed."""
    withdrawn = carry_out(events)
    pushes = [push for event in events for push in _pushes_of(event)]
    if not pushes and not withdrawn:
        return
    appends = log.append(pushes, at=clock.now(), withdrawn=withdrawn)
    transaction.on_commit(partial(doorbell.ring, current_epoch(), appends))


def _pushes_of(event: Event) -> Iterable[log.Push]:
    for announcer in _announcers.get(type(event), ()):
        for topic, name, data in announcer(event):
            if not isinstance(data, registry.pushes[name]):
                raise TypeError(f"push {name} carries {type(data).__name__}")
            yield log.Push(topic, name, data.wire())


add_finalizer(write_pushes)
