"""HTTP as a page speaks it, in the test's own process."""

from __future__ import annotations

import itertools
from typing import Any

from django.test import Client

from jobfair.accounts.models import User

_keys = itertools.count(1)


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def get(user: User | None, path: str, **query: Any) -> Any:
    return client_of(user).get(f"/api{path}", query)


def post(user: User | None, path: str, body: Any = None, key: str | None = None) -> Any:
    return client_of(user).post(
        f"/api{path}",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key or f"key-{next(_keys):08d}"},
    )
