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
    """It takes no more applications; `closing` is a code of Position.Closing."""

    name: ClassVar[str] = "positions.position_closed"
    closing: str = ""


@dataclass(frozen=True, kw_only=True)
class PositionChanged(PositionEvent):
    """What the public sees of it is no longer what it was: it left for review, was refused, or lasts longer.

    Stated beside the fact that caused it, and only for a position that was public. Whoever keeps a copy reads
    the position again; `changed` names the fields, not their values.
    """

    name: ClassVar[str] = "positions.position_changed"
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PositionSubmitted(PositionEvent):
    """Its employer sent it for review."""

    name: ClassVar[str] = "positions.position_submitted"
    revision: int


@dataclass(frozen=True, kw_only=True)
class PositionReported(PositionEvent):
    """Someone complained about it; `reason` is a code of Complaint.Reason."""

    name: ClassVar[str] = "positions.position_reported"
    complaint_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ComplaintSettled(PositionEvent):
    name: ClassVar[str] = "positions.complaint_settled"
    complaint_id: int
    state: str
