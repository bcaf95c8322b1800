"""A body nobody can read is refused as any other form, whatever is wrong with it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.factories import make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
MANY = encode_multipart(BOUNDARY, {str(number): "x" for number in range(1200)})


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/api/phone/request-code", b"{", "application/json"),
        ("/api/phone/request-code", b"\x00\xff", "application/json"),
        ("/api/phone/request-code", b"[" * 20_000, "application/json"),
        ("/api/me/resume/file", b"x", "multipart/form-data"),
        ("/api/me/resume/file", b"", MULTIPART_CONTENT),
        ("/api/me/resume/file", b"--B\r\n", "multipart/form-data; boundary=\xff"),
        ("/api/me/resume/file", MANY, MULTIPART_CONTENT),
    ],
)
def test_what_cannot_be_read_is_invalid(client: Client, path: str, body: bytes, kind: str) -> None:
    client.force_login(make_seeker(), backend="django.contrib.auth.backends.ModelBackend")
    reply = client.generic("POST", path, body, kind)
    assert (reply.status_code, reply.json()["error"]["code"]) == (422, "core.invalid")
