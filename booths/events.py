"""What happened at a booth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class BoothEvent(Event):
    noun: ClassVar[str] = "booth"
    booth_id: int


@dataclass(frozen=True, kw_only=True)
class BoothCreated(BoothEvent):
    name: ClassVar[str] = "booths.booth_created"


@dataclass(frozen=True, kw_only=True)
class BoothStateChanged(BoothEvent):
    name: ClassVar[str] = "booths.booth_state_changed"
    state: str


@dataclass(frozen=True, kw_only=True)
class TicketEvent(Event):
    """Something about one place in a line."""

    noun: ClassVar[str] = "ticket"
    ticket_id: int
    booth_id: int
    seeker_id: int


@dataclass(frozen=True, kw_only=True)
class TicketTaken(TicketEvent):
    name: ClassVar[str] = "booths.ticket_taken"


@dataclass(frozen=True, kw_only=True)
class TicketCalled(TicketEvent):
    name: ClassVar[str] = "booths.ticket_called"
    desk_id: int


@dataclass(frozen=True, kw_only=True)
class CallHeld(TicketEvent):
    """The seeker is with another booth: the call is held, the place kept."""

    name: ClassVar[str] = "booths.call_held"
    desk_id: int


@dataclass(frozen=True, kw_only=True)
class CallReleased(TicketEvent):
    """The seeker is free again; a held call gives way to the next real one."""

    name: ClassVar[str] = "booths.call_released"


@dataclass(frozen=True, kw_only=True)
class TicketArrived(TicketEvent):
    name: ClassVar[str] = "booths.ticket_arrived"


@dataclass(frozen=True, kw_only=True)
class TicketRequeued(TicketEvent):
    """The ticket waits again: missed for the first time and three places back, or its call gave way."""

    name: ClassVar[str] = "booths.ticket_requeued"


@dataclass(frozen=True, kw_only=True)
class TicketServing(TicketEvent):
    name: ClassVar[str] = "booths.ticket_serving"
    desk_id: int


@dataclass(frozen=True, kw_only=True)
class TicketEnded(TicketEvent):
    """The place is over: done, missed for good, left, or expired with the booth."""

    name: ClassVar[str] = "booths.ticket_ended"
    state: str


@dataclass(frozen=True, kw_only=True)
class TicketMoved(TicketEvent):
    """A guest's place now belongs to the account the guest signed in to."""

    name: ClassVar[str] = "booths.ticket_moved"
    from_seeker_id: int
