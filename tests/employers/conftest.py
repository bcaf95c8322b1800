from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_house(settings, tmp_path) -> Iterator[None]:
    """No limit is used up, and no file is there."""
    settings.STATE_DIR = tmp_path
    cache.clear()
    yield
    cache.clear()
