"""What happened to positions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PositionsImported(Event):
    """A sheet came in. `digest` is the file's SHA-256, so an import can be told from another."""

    name: ClassVar[str] = "positions.positions_imported"
    fair_id: int
    digest: str
    created: int
    updated: int
    unchanged: int

    @property
    def subject(self) -> str:
        return f"fair:{self.fair_id}"


@dataclass(frozen=True, kw_only=True)
class PositionsProlonged(Event):
    name: ClassVar[str] = "positions.positions_prolonged"
    fair_id: int
    valid_until: date

    @property
    def subject(self) -> str:
        return f"fair:{self.fair_id}"

    def detail(self) -> dict[str, Any]:
        return {"fair_id": self.fair_id, "valid_until": self.valid_until.isoformat()}


@dataclass(frozen=True, kw_only=True)
class PositionEvent(Event):
    position_id: int
    employer_id: int
    fair_id: int

    @property
    def subject(self) -> str:
        return f"position:{self.position_id}"


@dataclass(frozen=True, kw_only=True)
class DutiesConfirmed(PositionEvent):
    """The organiser has the employer's word for the proposed duties."""

    name: ClassVar[str] = "positions.duties_confirmed"


@dataclass(frozen=True, kw_only=True)
class PositionPublished(PositionEvent):
    name: ClassVar[str] = "positions.position_published"


@dataclass(frozen=True, kw_only=True)
class PositionCorrected(PositionEvent):
    """It is in review again. `changed` names the fields, not their values."""

    name: ClassVar[str] = "positions.position_corrected"
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PositionRefused(PositionEvent):
    name: ClassVar[str] = "positions.position_refused"
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PositionClosed(PositionEvent):
    name: ClassVar[str] = "positions.position_closed"
