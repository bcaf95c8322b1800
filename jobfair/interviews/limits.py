"""How often pages may ask for what costs something."""

from __future__ import annotations

from datetime import datetime, timedelta

from jobfair.core.limits import Limit, spend

MINUTE = timedelta(minutes=1)
SIGNALS = Limit("talk-signals", 90, MINUTE)
ENTRIES = Limit("talk-entries", 30, MINUTE)
SERVERS = Limit("talk-servers", 60, MINUTE)


def spend_signal(user_id: int, now: datetime) -> None:
    spend((SIGNALS, str(user_id)), now=now)


def spend_entry(user_id: int, now: datetime) -> None:
    spend((ENTRIES, str(user_id)), now=now)


def spend_servers(user_id: int, now: datetime) -> None:
    spend((SERVERS, str(user_id)), now=now)
