"""How often heavy things may be asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from jobfair.accounts.models import User
from jobfair.core.limits import Limit, spend

EXPORTS = Limit("export-user", 5, timedelta(days=1))

DOWNLOADS = Limit("inbox-download-user", 60, timedelta(minutes=1))  # a PDF costs a quarter of a second


def spend_download(*, user: User, now: datetime) -> None:
    spend((DOWNLOADS, f"user:{user.pk}"), now=now)


def spend_export(*, user: User, now: datetime) -> None:
    spend((EXPORTS, f"user:{user.pk}"), now=now)
