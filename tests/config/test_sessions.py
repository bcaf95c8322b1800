"""A request that was on its way while somebody signed in must not sign them out."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
COOKIE = settings.SESSION_COOKIE_NAME


def signed_in() -> Client:
    client = Client()
    client.force_login(make_seeker(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("path", ["/api/me", "/api/me/tickets", "/api/streams/user:1"])
def test_a_late_request_leaves_the_new_sessions_cookie_alone(path: str) -> None:
    late = signed_in()
    late.session.flush()  # as sign-in does with the session before it
    assert COOKIE not in late.get(path).cookies


def test_signing_out_takes_the_cookie_along() -> None:
    client = signed_in()
    taken = client.post("/api/sign-out", content_type="application/json").cookies[COOKIE]
    assert (taken.value, taken["max-age"]) == ("", 0)
    assert client.get("/api/me").json()["user"] is None
