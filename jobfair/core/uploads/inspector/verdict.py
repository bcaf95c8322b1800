"""What the inspector found, as the one line of JSON it leaves for the server."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Report:
    """A file that may be kept; the cleaned copy has been written."""

    kind: str
    content_type: str
    extension: str
    pages: int

    def wire(self) -> dict[str, Any]:
        return {"ok": True, **asdict(self)}


class Refused(Exception):
    """The file may not be kept. `reason` is a key of refusals.REASONS; `found` is the figure its sentence names."""

    def __init__(self, reason: str, found: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.found = found

    def wire(self) -> dict[str, Any]:
        return {"ok": False, "reason": self.reason, "found": self.found}
