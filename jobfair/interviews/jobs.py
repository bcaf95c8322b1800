"""What the worker does for interviews."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jobfair.core.jobs import Attempt, handler
from jobfair.interviews import queries, services
from jobfair.interviews.services.slots import REMIND


@handler(REMIND)
def remind(payload: dict[str, Any], *, now: datetime, job: Attempt) -> None:
    services.remind(
        booking_id=payload["booking"], sequence=payload["sequence"], minutes=payload["minutes"], now=now
    )


def end_overdue_talks(now: datetime) -> int:
    """Nobody stays in a booked talk half an hour after its end."""
    return sum(services.end_overdue_talk(talk=talk, now=now) for talk in queries.list_overdue(now))
