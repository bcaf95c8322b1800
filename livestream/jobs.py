"""What the worker does for rooms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jobfair.core import jobs
from livestream.queries import rooms as queries
from livestream.rules.rooms import LONGEST
from livestream.services.correcting import TELL, tell_applicants
from livestream.services.directing import end


@jobs.handler(TELL)
def tell_correction(payload: dict[str, Any], *, now: datetime, job: jobs.Attempt) -> None:
    tell_applicants(correction_id=payload["correction"], now=now)


def end_forgotten(now: datetime) -> int:
    """A broadcast nobody ended is over when the longest time a broadcast may last is over."""
    sessions = queries.list_forgotten(before=now - LONGEST)
    for session in sessions:
        end(session=session, by=None, now=now)
    return len(sessions)
