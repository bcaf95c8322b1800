"""What happened to a fair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class FairEvent(Event):
    noun: ClassVar[str] = "fair"
    fair_id: int


@dataclass(frozen=True, kw_only=True)
class FairCreated(FairEvent):
    name: ClassVar[str] = "fairs.fair_created"


@dataclass(frozen=True, kw_only=True)
class FairCorrected(FairEvent):
    """`changed` names the fields, not their values."""

    name: ClassVar[str] = "fairs.fair_corrected"
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FairStateChanged(FairEvent):
    name: ClassVar[str] = "fairs.fair_state_changed"
    state: str


@dataclass(frozen=True, kw_only=True)
class StaffAppointed(FairEvent):
    name: ClassVar[str] = "fairs.staff_appointed"
    user_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class StaffRemoved(FairEvent):
    name: ClassVar[str] = "fairs.staff_removed"
    user_id: int
