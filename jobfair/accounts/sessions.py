"""Every way to sign out, the back office's too, states the same fact."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from jobfair.accounts import services
from jobfair.accounts.models import User
from jobfair.accounts.rules import session_mark
from jobfair.accounts.step_up import EARLIER
from jobfair.core import clock


def tell_signed_out(*, request: HttpRequest | None, user: object, **_: Any) -> None:
    """This session of the user ends; called while the session still has its key."""
    if isinstance(user, User) and request is not None:
        now = clock.now()
        for earlier in request.session.get(EARLIER, []):
            services.note_signed_out(user=user, session=earlier, now=now)
        session = session_mark(request.session.session_key or "")
        services.note_signed_out(user=user, session=session, now=now)


def connect() -> None:
    user_logged_out.connect(tell_signed_out, dispatch_uid="jobfair.accounts.sessions")
