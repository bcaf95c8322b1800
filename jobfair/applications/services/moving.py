"""Parts of every verb: locks, and the step that goes with each change of state."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from jobfair.accounts.models import User
from jobfair.applications.models import Application, ApplicationStep, Decision

By = ApplicationStep.By


def lock(application_id: int) -> Application:
    """The application as it is now, until this unit ends."""
    return Application.objects.select_for_update(no_key=True, of=("self",)).get(pk=application_id)


def lock_many(application_ids: Collection[int]) -> dict[int, Application]:
    rows = Application.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=application_ids)
    return {row.pk: row for row in rows.order_by("pk")}


def lock_seeker(seeker_id: int) -> User:
    """One seeker's submissions, and the closing of the account, come one after another."""
    return lock_seekers([seeker_id])[seeker_id]


def lock_seekers(seeker_ids: Collection[int]) -> dict[int, User]:
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=seeker_ids)
    return {row.pk: row for row in rows.order_by("pk")}


def hold(model: type[Model], pks: Collection[int]) -> None:
    """Keep rows from being changed until this unit ends, while others may hold them too.

    PostgreSQL's FOR SHARE, which Django cannot say; on SQLite nobody else writes meanwhile anyway.
    """
    if connection.vendor == "postgresql" and pks:
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = ANY(%s) ORDER BY id FOR SHARE", [list(pks)])  # noqa: S608 - our own table


def about(application: Application) -> dict[str, int]:
    return {
        "application_id": application.pk,
        "participation_id": application.participation_id,
        "seeker_id": application.seeker_id,
    }


def step(
    application: Application,
    state: str,
    *,
    by: By,
    user: User | None,
    now: datetime,
    decision: Decision | None = None,
    reason_code: str = "",
    reason_text: str = "",
) -> dict[str, Any]:
    """Bring it to `state` and write the step down; returns what the fact about it says.

    A decision's step is told to the seeker when it settles, every other one at once.
    """
    was, application.state = application.state, state
    ApplicationStep.objects.create(
        application=application,
        was=was,
        state=state,
        at=now,
        told_at=None if decision else now,
        by=by,
        user=user,
        decision=decision,
        reason_code=reason_code,
        reason_text=reason_text,
    )
    return {**about(application), "was": was, "became": state, "by": user.pk if user else None}
