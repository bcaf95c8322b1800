"""Reads of polls. A count is a query over the votes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, QuerySet

from livestream.models import Poll, PollChoice, PollVote

DESK_SHOWN = 40
Counts = dict[int, int]


def shown_poll(room_id: int) -> Poll | None:
    """The one that viewers see: open, or with its result."""
    return _rows().filter(room=room_id, state__in=Poll.SHOWN).first()


def get_poll(poll_id: int) -> Poll:
    return _rows().get(pk=poll_id)


def polls_at_desk(room_id: int) -> list[Poll]:
    """What directors see, the newest first; three queries with their counts."""
    return list(_rows().filter(room=room_id).order_by("-pk")[:DESK_SHOWN])


def count_votes(poll_ids: Collection[int]) -> dict[int, Counts]:
    """By poll and choice, choices without a vote too."""
    found: dict[int, Counts] = {pk: {} for pk in poll_ids}
    for poll, choice in _choices(poll_ids):
        found[poll][choice] = 0
    rows = PollVote.objects.filter(poll__in=poll_ids).values("poll", "choice").annotate(n=Count("pk"))
    for row in rows:
        found[row["poll"]][row["choice"]] = row["n"]
    return found


def open_polls(room_ids: Collection[int]) -> dict[int, int]:
    """By room."""
    rows = Poll.objects.filter(room__in=room_ids, state=Poll.State.OPEN)
    return dict(rows.values_list("room_id", "pk"))


def choice_of(poll_id: int, user_id: int) -> int | None:
    return PollVote.objects.filter(poll=poll_id, voter=user_id).values_list("choice_id", flat=True).first()


def due_polls(now: datetime) -> list[Poll]:
    return list(Poll.objects.filter(state=Poll.State.OPEN, closes_at__lte=now).order_by("closes_at")[:100])


def polls_open_in(session_id: int) -> list[Poll]:
    return list(Poll.objects.filter(session=session_id, state=Poll.State.OPEN).order_by("pk"))


def _rows() -> QuerySet[Poll]:
    return Poll.objects.prefetch_related("choices")


def _choices(poll_ids: Collection[int]) -> list[tuple[int, int]]:
    rows = PollChoice.objects.filter(poll__in=poll_ids).order_by("poll", "rank")
    return list(rows.values_list("poll_id", "pk"))
