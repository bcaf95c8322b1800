"""Background entry points."""

from __future__ import annotations

from datetime import datetime

from jobfair.employers import services


def remind_and_lapse(now: datetime) -> int:
    """Verifications that run out: reminded, then due. Two indexed looks a second while nothing does."""
    return services.remind_and_lapse(now=now)
