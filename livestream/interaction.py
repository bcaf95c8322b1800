"""What happens to polls by itself: their time is over, or the broadcast is; and what winners of a draw are told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from jobfair.core import clock, jobs
from jobfair.core.events import listen
from jobfair.notices.registry import template
from jobfair.notices.services import notify
from livestream.events.rooms import SessionStateChanged
from livestream.models import LiveSession
from livestream.queries import draws as draw_queries
from livestream.queries import polls as queries
from livestream.services import polls as services
from livestream.services.draws import TELL_WINNERS

WON = template(
    "livestream.draw_won",
    category="applications",
    zh="你在直播间抽中了{prize}，序号{number}。请按主持人说明领取。",
    en="You have won {prize} in the livestream, number {number}. The host tells how to get it.",
    wechat_template_id="livestream_draw_won",
    wechat_fields={"thing1": "prize"},
    useful_for=timedelta(days=1),
)


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


@jobs.handler(TELL_WINNERS)
def tell_winners(payload: dict[str, Any], *, now: datetime, job: jobs.Attempt) -> None:
    draw = draw_queries.get_draw(payload["draw"])
    for entry in draw_queries.winners_of(draw.pk):
        notify(
            user_id=entry.user_id,
            kind=WON.kind,
            about=f"draw:{draw.pk}",
            params={"prize": draw.prize, "number": str(entry.number)},
            link=f"/live-draws/{draw.pk}",
            urgency="sms_if_unseen",
            now=now,
        )
