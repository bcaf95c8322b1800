"""Taking an application back: from the next request on, and on open screens, the employer reads nothing of it."""

from __future__ import annotations

from datetime import datetime

from jobfair.accounts.models import User
from jobfair.applications import queries, rules
from jobfair.applications.events import ApplicationWithdrawn
from jobfair.applications.models import Application
from jobfair.applications.services.moving import By, lock, step
from jobfair.core.unit_of_work import emit, unit_of_work


@unit_of_work
def withdraw(*, application: Application, by: User, now: datetime) -> Application:
    """The seeker takes it back, whatever the employer has decided but not yet told. Refused: CannotWithdraw."""
    application = lock(application.pk)
    rules.ensure_may_withdraw(queries.told_state(queries.get_told(application.pk)))
    moved = step(application, Application.State.WITHDRAWN, by=By.YOU, user=by, now=now)
    application.escalates_at = None
    application.save(update_fields=["state", "escalates_at"])
    emit(ApplicationWithdrawn(**moved))
    return application
