from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache

from tests.accounts.outbox import SENT
from tests.accounts.visitor import Visitor


@pytest.fixture(autouse=True)
def fresh_house(settings) -> Iterator[None]:
    """No limit is used up, no message is out, and messages go to this test's own sender."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.SMS_SENDER = "tests.accounts.outbox.Outbox"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    SENT.clear()
    yield
    cache.clear()


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()
