"""Facts. A service emits them; listeners, the audit log and the pushes read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened, in the past tense, told by ids: never a name, phone or text of a person.

    A field with `repr=False` is for listeners of the same unit alone; it is not audited.
    """

    name: ClassVar[str]  # "booths.ticket_called"
    noun: ClassVar[str]  # "ticket": the fact is about what its field `ticket_id` names
    withdraws: ClassVar[bool] = (
        False  # its subject is taken back: no stored reply about it is given out again
    )
    by: int | None = None  # the acting user's id; None when the system acts

    @property
    def subject(self) -> str:
        """What the fact is about, as `noun:id`."""
        return f"{self.noun}:{getattr(self, f'{self.noun}_id')}"

    def detail(self) -> dict[str, Any]:
        """The fact's own fields, for the audit log."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "by" and one.repr}


E = TypeVar("E", bound=Event)
Listener = Callable[[Any], None]
_listeners: dict[type[Event], list[Listener]] = defaultdict(list)


def listen(event_type: type[E], listener: Callable[[E], None]) -> None:
    """Call `listener` inside the transaction of every unit that emits `event_type`. Registering twice is once."""
    if listener not in _listeners[event_type]:
        _listeners[event_type].append(listener)


def listeners_of(event: Event) -> Iterable[Listener]:
    return tuple(_listeners[type(event)])
