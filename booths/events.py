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
class CounsellorAppointed(BoothEvent):
    name: ClassVar[str] = "booths.counsellor_appointed"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class CounsellorRemoved(BoothEvent):
    name: ClassVar[str] = "booths.counsellor_removed"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class DutyChanged(BoothEvent):
    """A recruiter is on, away or off at the booth. Told of other booths too when one moves."""

    name: ClassVar[str] = "booths.duty_changed"
    recruiter_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class LineRuleSet(Event):
    noun: ClassVar[str] = "fair"
    name: ClassVar[str] = "booths.line_rule_set"
    fair_id: int


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


@dataclass(frozen=True, kw_only=True)
class TicketPaused(TicketEvent):
    """Passed over until a time; by its seeker, waiting or called, or by a recruiter who holds it."""

    name: ClassVar[str] = "booths.ticket_paused"


@dataclass(frozen=True, kw_only=True)
class TicketResumed(TicketEvent):
    """Waits again at its place; without an actor: the pause was over."""

    name: ClassVar[str] = "booths.ticket_resumed"


@dataclass(frozen=True, kw_only=True)
class ReadyAsked(TicketEvent):
    """At most three are ahead: are you there?"""

    name: ClassVar[str] = "booths.ready_asked"


@dataclass(frozen=True, kw_only=True)
class TicketReady(TicketEvent):
    name: ClassVar[str] = "booths.ticket_ready"


@dataclass(frozen=True, kw_only=True)
class PriorityGiven(TicketEvent):
    """By a clerk who saw the certificate."""

    name: ClassVar[str] = "booths.priority_given"
    kind: str
    certificate: str


@dataclass(frozen=True, kw_only=True)
class TicketPicked(TicketEvent):
    """Called out of order, over people who were free."""

    name: ClassVar[str] = "booths.ticket_picked"
    passed_over: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class TicketRecalled(TicketEvent):
    """Announced again."""

    name: ClassVar[str] = "booths.ticket_recalled"
    desk_id: int


@dataclass(frozen=True, kw_only=True)
class CallUndone(TicketEvent):
    """Pressed by mistake: waits again at its place."""

    name: ClassVar[str] = "booths.call_undone"


@dataclass(frozen=True, kw_only=True)
class FinishUndone(TicketEvent):
    """The talk goes on."""

    name: ClassVar[str] = "booths.finish_undone"
    desk_id: int


@dataclass(frozen=True, kw_only=True)
class TicketTransferred(TicketEvent):
    name: ClassVar[str] = "booths.ticket_transferred"
    to_ticket_id: int
    to_booth_id: int


@dataclass(frozen=True, kw_only=True)
class KioskTicketGiven(TicketEvent):
    """By a clerk, to someone who stands in the hall."""

    name: ClassVar[str] = "booths.kiosk_ticket_given"
    anonymous: bool


@dataclass(frozen=True, kw_only=True)
class TicketClaimed(TicketEvent):
    """Whoever holds the paper has it on the phone now."""

    name: ClassVar[str] = "booths.ticket_claimed"


@dataclass(frozen=True, kw_only=True)
class OutcomeRecorded(TicketEvent):
    name: ClassVar[str] = "booths.outcome_recorded"
    outcome: str


@dataclass(frozen=True, kw_only=True)
class OutcomeAgreed(TicketEvent):
    """The person let the employer have the résumé: the outcome is an application now."""

    name: ClassVar[str] = "booths.outcome_agreed"


@dataclass(frozen=True, kw_only=True)
class OutcomeLapsed(TicketEvent):
    name: ClassVar[str] = "booths.outcome_lapsed"
