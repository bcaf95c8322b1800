"""How often heavy things may be asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from jobfair.accounts.models import User
from jobfair.core.errors import TooMany
from jobfair.core.limits import Limit, spend

EXPORTS = Limit("export-user", 5, timedelta(days=1))

DOWNLOADS = Limit("inbox-download-user", 60, timedelta(minutes=1))  # a PDF costs a quarter of a second
SUBMISSIONS = Limit("submit-user", 200, timedelta(hours=1))  # more is no choice any more


def refuse_submissions(seeker_ids: Collection[int], *, now: datetime) -> dict[int, TooMany]:
    """Counts one of each, and refuses those who have had theirs. Repeats of an answered submission cost nothing."""
    refused = {}
    for seeker_id in seeker_ids:
        try:
            spend((SUBMISSIONS, f"user:{seeker_id}"), now=now)
        except TooMany as refusal:
            refused[seeker_id] = refusal
    return refused


def spend_download(*, user: User, now: datetime) -> None:
    spend((DOWNLOADS, f"user:{user.pk}"), now=now)


def spend_export(*, user: User, now: datetime) -> None:
    spend((EXPORTS, f"user:{user.pk}"), now=now)
