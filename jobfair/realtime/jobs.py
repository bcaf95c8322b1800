"""What the worker does for the kernel."""

from __future__ import annotations

from datetime import datetime

from jobfair.realtime import log


def trim_log(now: datetime) -> int:
    """Forget pushes so old that no page will ask for them; whoever does gets a snapshot."""
    return log.trim(now - log.KEPT)
