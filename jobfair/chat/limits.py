"""How often one may speak, send files and report."""

from __future__ import annotations

from datetime import datetime, timedelta

from jobfair.core.limits import Limit, spend

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LINES = Limit("chat-lines", 40, MINUTE)
FILES = (Limit("chat-files", 6, MINUTE), Limit("chat-files", 60, DAY))
OPENINGS = Limit("chat-openings", 60, timedelta(hours=1))
REPORTS = Limit("chat-reports", 10, DAY)


def spend_line(user_id: int, now: datetime) -> None:
    spend((LINES, str(user_id)), now=now)


def spend_file(user_id: int, now: datetime) -> None:
    spend(*((limit, str(user_id)) for limit in FILES), now=now)


def spend_opening(user_id: int, now: datetime) -> None:
    spend((OPENINGS, str(user_id)), now=now)


def spend_report(user_id: int, now: datetime) -> None:
    spend((REPORTS, str(user_id)), now=now)
