"""What is said about audiences. Watching itself is no fact of anybody's: it is a figure, see models/audience.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from livestream.events.rooms import SessionEvent


@dataclass(frozen=True, kw_only=True)
class AudienceExported(SessionEvent):
    """Its figures left as a workbook."""

    name: ClassVar[str] = "livestream.audience_exported"
