from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def quick_hashes(settings: Any) -> None:
    """Sign-in spends a slow hash on whoever is unknown; that it does is tested elsewhere."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
