"""HTTP as a page speaks it, in the test's own process."""

from __future__ import annotations

import itertools
from typing import Any

from django.test import Client

from jobfair.accounts.models import User
from jobfair.core import clock

_keys = itertools.count(1)


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def stepped_up(user: User) -> Client:
    """A client that has just proved again who it is, by a fresh code to its phone."""
    client = client_of(user)
    session = client.session
    session["step_up"] = {"user": user.pk, "at": clock.now().timestamp(), "method": "code"}
    session.save()
    return client


def get(user: User | None, path: str, **query: Any) -> Any:
    return client_of(user).get(f"/api{path}", query)


def post(
    user: User | None, path: str, body: Any = None, key: str | None = None, *, client: Client | None = None
) -> Any:
    return (client or client_of(user)).post(
        f"/api{path}",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key or f"key-{next(_keys):08d}"},
    )
