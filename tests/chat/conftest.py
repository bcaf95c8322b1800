from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Rows of one test may have the ids of another's."""
    from django.core.cache import cache

    from jobfair.chat.queries import writers

    cache.clear()
    writers._read_at = -1.0
