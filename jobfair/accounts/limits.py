"""How often one may try to sign in.

A hall shares one address, so limits go by phone, device and code; by address there is only a ceiling that
no hall reaches and a flood does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest

from jobfair.core.limits import Limit, forget, spend

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

CODE_PER_PHONE = (
    Limit("code-phone", 1, MINUTE),
    Limit("code-phone", 5, HOUR),
    Limit("code-phone", 10, DAY),
)
# A clerk's tablet asks for many people (assisted mode), hence more than one person needs.
CODE_PER_DEVICE = (Limit("code-device", 5, MINUTE), Limit("code-device", 40, HOUR))
CODE_PER_ADDRESS = Limit("code-address", 600, MINUTE)

# A code has a million values: five guesses each at ten codes a day leave an attacker 1 in 20,000.
GUESS_PER_CODE = Limit("guess-code", 5, timedelta(minutes=15))
GUESS_PER_PHONE = Limit("guess-phone", 20, HOUR)
GUESS_PER_DEVICE = Limit("guess-device", 60, HOUR)

PASSWORD_PER_DEVICE = Limit("password-device", 10, timedelta(minutes=15))
PASSWORD_PER_NAME = Limit("password-name", 30, timedelta(minutes=15))
PASSWORD_PER_ADDRESS = Limit("password-address", 300, MINUTE)

# Six digits, three of them right at a time: twenty tries a day leave an attacker 1 in 16,000.
SECOND_FACTOR_PER_USER = (
    Limit("second-factor-user", 5, timedelta(minutes=5)),
    Limit("second-factor-user", 20, DAY),
)

GUEST_PER_DEVICE = Limit("guest-device", 20, MINUTE)
GUEST_PER_ADDRESS = Limit("guest-address", 1200, MINUTE)


def spend_code_request(*, phone: str, device: UUID, request: HttpRequest, now: datetime) -> None:
    """One code asked for, or TooMany."""
    spend(
        (CODE_PER_ADDRESS, address_of(request)),
        *((limit, str(device)) for limit in CODE_PER_DEVICE),
        *((limit, phone) for limit in CODE_PER_PHONE),
        now=now,
    )


def spend_code_confirm(*, phone: str, issue: str, device: UUID, now: datetime) -> None:
    """One code tried, or TooMany. Counted outside the session, so parallel guesses are counted too."""
    spend(
        (GUESS_PER_DEVICE, str(device)),
        (GUESS_PER_CODE, issue),
        (GUESS_PER_PHONE, phone),
        now=now,
    )


def spend_password(*, username: str, device: UUID, request: HttpRequest, now: datetime) -> None:
    """One password tried, or TooMany; the same whether the name exists or not."""
    spend(
        (PASSWORD_PER_ADDRESS, address_of(request)),
        (PASSWORD_PER_DEVICE, str(device)),
        (PASSWORD_PER_NAME, username.casefold()),
        now=now,
    )


def spend_second_factor(*, user_id: int, now: datetime) -> None:
    """One second factor tried, or TooMany. A success forgets the count."""
    spend(*((limit, str(user_id)) for limit in SECOND_FACTOR_PER_USER), now=now)


def forgive_second_factor(*, user_id: int) -> None:
    for limit in SECOND_FACTOR_PER_USER:
        forget(limit, str(user_id))


def spend_guest(*, device: UUID, request: HttpRequest, now: datetime) -> None:
    """One guest signed in, or TooMany."""
    spend((GUEST_PER_ADDRESS, address_of(request)), (GUEST_PER_DEVICE, str(device)), now=now)


def address_of(request: HttpRequest) -> str:
    """The client's address behind the configured proxies; one shared name where none is known."""
    return get_client_ip(request) or "unknown"
