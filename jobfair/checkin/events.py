"""What happened at the doors. No fact names whose pass it was: audit entries outlive the link to a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class DoorsEvent(Event):
    noun: ClassVar[str] = "fair"
    fair_id: int


@dataclass(frozen=True, kw_only=True)
class GatesPlanned(DoorsEvent):
    name: ClassVar[str] = "checkin.gates_planned"
    gate_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class CapacityChanged(DoorsEvent):
    name: ClassVar[str] = "checkin.capacity_changed"
    before: int | None
    after: int | None


@dataclass(frozen=True, kw_only=True)
class HallRecounted(DoorsEvent):
    """`before` is what the passages said, `counted` what was found."""

    name: ClassVar[str] = "checkin.hall_recounted"
    before: int
    counted: int


@dataclass(frozen=True, kw_only=True)
class AlertRaised(DoorsEvent):
    name: ClassVar[str] = "checkin.alert_raised"
    alert_id: int
    level: int


@dataclass(frozen=True, kw_only=True)
class AlertCleared(DoorsEvent):
    name: ClassVar[str] = "checkin.alert_cleared"
    alert_id: int
    level: int


@dataclass(frozen=True, kw_only=True)
class ScansRecorded(DoorsEvent):
    """A phone at a gate brought in what it had seen."""

    name: ClassVar[str] = "checkin.scans_recorded"
    passage_ids: tuple[int, ...]
    undone_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PeopleForgotten(DoorsEvent):
    """Who went through the doors is told no more; how many did stays."""

    name: ClassVar[str] = "checkin.people_forgotten"
    passes: int


@dataclass(frozen=True, kw_only=True)
class PassagesRemoved(DoorsEvent):
    name: ClassVar[str] = "checkin.passages_removed"
    passages: int
