"""Polls, for those who direct."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.core.errors import NotFound
from jobfair.fairs.access import directs
from livestream.models import Poll


def poll_for_director(user: User | None, poll_id: int) -> Poll:
    poll = Poll.objects.select_related("room").filter(pk=poll_id).first()
    if poll is None or not directs(user, poll.room.fair_id):
        raise NotFound
    return poll
