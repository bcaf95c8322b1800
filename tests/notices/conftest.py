from __future__ import annotations

from tests.core.nursery import nursery

__all__ = ["nursery"]
