"""What the worker does for appointments. Each service re-checks, so several workers are safe."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jobfair.advice import queries, services
from jobfair.core import jobs


@jobs.handler(services.REMIND)
def remind(payload: dict[str, Any], *, now: datetime, job: jobs.Attempt) -> None:
    services.remind(appointment_id=payload["appointment_id"], now=now)


def lapse_overdue(now: datetime) -> int:
    """End the appointments nobody came to."""
    return sum(services.lapse(appointment_id=pk, now=now) for pk in queries.list_overdue(now))
