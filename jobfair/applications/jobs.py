"""What the worker does for applications. Each service re-checks, so several workers are safe."""

from __future__ import annotations

from datetime import datetime

from jobfair.applications import queries, services


def settle_decisions(now: datetime) -> int:
    """Tell seekers what can no longer be undone."""
    due = queries.list_due_decisions(now)
    return sum(services.settle_decision(decision_id=pk, now=now) for pk in due)


def escalate_overdue(now: datetime) -> int:
    """Hand what its owner left unanswered to the next one up."""
    due = queries.list_due_escalations(now)
    return sum(services.escalate(application_id=pk, now=now) for pk in due)
