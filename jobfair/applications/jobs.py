"""What the worker does for applications. Each service re-checks, so several workers are safe."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jobfair.applications import queries, services
from jobfair.core import jobs


def settle_decisions(now: datetime) -> int:
    """Tell seekers what can no longer be undone."""
    due = queries.list_due_decisions(now)
    return sum(services.settle_decision(decision_id=pk, now=now) for pk in due)


def escalate_overdue(now: datetime) -> int:
    """Hand what its owner left unanswered to the next one up."""
    due = queries.list_due_escalations(now)
    return sum(services.escalate(application_id=pk, now=now) for pk in due)


@jobs.handler(services.MAKE_EXPORT)
def make_export(payload: dict[str, Any], *, now: datetime, job: jobs.Attempt) -> None:
    services.make_export(export_id=payload["export_id"], now=now)


@jobs.handler(services.REMIND)
def ask_start(payload: dict[str, Any], *, now: datetime, job: jobs.Attempt) -> None:
    services.ask_start(**payload, now=now)


def purge_exports(now: datetime) -> int:
    """Delete files whose link has run out."""
    over = queries.list_expired_exports(now)
    for pk in over:
        services.purge_export(export_id=pk, now=now)
    return len(over)


def forget_records(now: datetime) -> int:
    """Erase what the record duty asks for no longer."""
    over = queries.list_forgotten_records(now)
    for pk in over:
        services.forget_record(record_id=pk, now=now)
    return len(over)
