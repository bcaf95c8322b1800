"""What the worker does for rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from jobfair.core import jobs
from livestream import spool
from livestream.media import fallback
from livestream.media.processes import NoFfmpeg
from livestream.queries import rooms as queries
from livestream.queries.media import lost_takes
from livestream.rules.rooms import LONGEST
from livestream.services.correcting import TELL, tell_applicants
from livestream.services.directing import end
from livestream.services.media import PREPARE, end_camera, settle_fallback


@jobs.handler(TELL)
def tell_correction(payload: dict[str, Any], *, now: datetime, job: jobs.Attempt) -> None:
    tell_applicants(correction_id=payload["correction"], now=now)


@jobs.handler(PREPARE, outside=True, attempts=3, lease=timedelta(seconds=fallback.WITHIN + 60))
def prepare_fallback(payload: dict[str, Any], *, now: datetime, job: jobs.Attempt) -> Callable[[], object]:
    """An organiser's video is encoded for every phone; what cannot be read is refused."""
    target = spool.root() / "fallback" / str(payload["file"])
    raw = target.with_name(f"{target.name}.raw")
    try:
        trouble = asyncio.run(fallback.prepare(raw, target))
    except NoFfmpeg:
        trouble = "there is no ffmpeg"
    raw.unlink(missing_ok=True)
    is_ready = target.is_file() and not trouble
    return partial(settle_fallback, room_id=payload["room_id"], file=str(payload["file"]), is_ready=is_ready)


def end_forgotten(now: datetime) -> int:
    """A broadcast nobody ended is over when the longest time a broadcast may last is over."""
    sessions = queries.list_forgotten(before=now - LONGEST)
    for session in sessions:
        end(session=session, by=None, now=now)
    return len(sessions)


def end_lost_cameras(now: datetime) -> int:
    """Takes whose page is gone, so that the next one need not ask whose they are."""
    lost = lost_takes(now)
    for take in lost:
        end_camera(take=take, by=take.by, now=now)
    return len(lost)
