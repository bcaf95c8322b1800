"""What the worker does for conversations. Each service re-checks, so several workers are safe."""

from __future__ import annotations

from datetime import datetime

from jobfair.chat import queries, rules, services
from jobfair.chat.models import Conversation


def escalate_overdue(now: datetime) -> int:
    """Hand what its owner left unanswered to the next one up."""
    return sum(services.escalate(conversation_id=pk, now=now) for pk in queries.list_due(now))


def hand_on_dropped(now: datetime) -> int:
    """Give the talks of a recruiter whose browser is gone to a colleague."""
    talks = queries.list_talks_held(now, talking=rules.TALKING)
    if not talks:
        return 0
    present = queries.who_is_present()
    watched = [one for one in talks if _is_news(one.recruiter_id in present.get(one.topic, ()), one, now)]
    return sum(
        services.watch_holder(conversation_id=one.pk, present=present.get(one.topic, frozenset()), now=now)
        for one in watched
    )


def _is_news(is_present: bool, one: Conversation, now: datetime) -> bool:
    """Whether there is anything to write: a recruiter who sits there as before costs nothing."""
    if is_present:
        return not one.was_present or one.gone_at is not None
    return (one.was_present and one.gone_at is None) or rules.has_dropped(one, is_present=False, now=now)
