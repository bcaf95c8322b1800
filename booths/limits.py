"""How often a paper's code may be tried: 887 million codes, and a hall shares one address."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from jobfair.core.limits import Limit, spend

CLAIM_PER_USER = (
    Limit("claim-user", 10, timedelta(minutes=10)),
    Limit("claim-user", 40, timedelta(days=1)),
)
CLAIM_PER_DEVICE = Limit("claim-device", 40, timedelta(days=1))
CLAIM_PER_ADDRESS = Limit("claim-address", 300, timedelta(minutes=1))


def spend_claim(*, user_id: int, device: UUID | None, address: str, now: datetime) -> None:
    """One code tried, or TooMany."""
    spend(
        (CLAIM_PER_ADDRESS, address),
        *([(CLAIM_PER_DEVICE, str(device))] if device else []),
        *((limit, str(user_id)) for limit in CLAIM_PER_USER),
        now=now,
    )
