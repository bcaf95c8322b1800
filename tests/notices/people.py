"""People to be told something, and what they are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jobfair.accounts.models import User
from jobfair.core import clock, jobs
from jobfair.core.models import Job
from jobfair.notices import rules, services
from jobfair.notices.models import Notice
from tests.factories import make_seeker

NAMES = {"label": "42-017", "booth": "42", "employer": "示例企业"}


def person(*, last: int = 1, verified: bool = True, **fields: Any) -> User:
    """Someone with a phone; `last`: its last four digits."""
    user = make_seeker()
    User.objects.filter(pk=user.pk).update(phone=f"+861380000{last:04d}", phone_verified=verified, **fields)
    user.refresh_from_db()
    return user


def tell(user: User, *, urgency: rules.Urgency = "sms_if_unseen", **fields: Any) -> Notice:
    given = {"kind": "booths.called", "about": "ticket:1", "params": NAMES, "link": "/t/1", **fields}
    return services.notify(user_id=user.pk, urgency=urgency, now=clock.now(), **given)


def work(*, seconds: float = 0) -> None:
    """Do everything that comes due within so many seconds."""
    due = Job.objects.filter(state="waiting", due_at__lte=clock.now() + timedelta(seconds=seconds))
    due.update(due_at=clock.now())
    while jobs.run_next(clock.now()):
        pass
    assert not Job.objects.exclude(last_error="").exists()
