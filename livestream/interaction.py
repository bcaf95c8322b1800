"""What happens to polls by itself: their time is over, or the broadcast is."""

from __future__ import annotations

from datetime import datetime

from jobfair.core import clock
from jobfair.core.events import listen
from livestream.events.rooms import SessionStateChanged
from livestream.models import LiveSession
from livestream.queries import polls as queries
from livestream.services import polls as services


def connect() -> None:
    """Called once, by wiring."""
    listen(SessionStateChanged, close_with_broadcast)


def close_due_polls(now: datetime) -> int:
    """Every second, by a worker; votes after the time are refused even before."""
    due = queries.due_polls(now)
    for poll in due:
        services.close_poll(poll=poll, by=None, now=now)
    return len(due)


def close_with_broadcast(event: SessionStateChanged) -> None:
    if event.became == LiveSession.State.ENDED:
        for poll in queries.polls_open_in(event.session_id):
            services.close_poll(poll=poll, by=None, now=clock.now())
