"""Who is asking. Each function loads and authorises in one call."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from jobfair.accounts.models import User
from jobfair.accounts.rules import OtherPerson
from jobfair.core.errors import NotSignedIn

SENDER_HEADER = "X-Expected-User"  # the id of whoever pressed, on commands that may wait
DEVICE_COOKIE = "device"
DEVICE_SALT = "jobfair.accounts.device"
DEVICE_AGE = 60 * 60 * 24 * 365  # seconds; renewed each time it is given


def seeker_of(request: HttpRequest) -> User:
    """The guest or account of this session, or NotSignedIn: for what anyone on a known device may do."""
    if isinstance(request.user, User):
        return request.user
    raise NotSignedIn


def signed_in(request: HttpRequest) -> User:
    """The account of this session, or NotSignedIn. A guest is not signed in: real-name rules ask for more."""
    user = seeker_of(request)
    if user.is_guest:
        raise NotSignedIn
    return user


def ensure_sender(request: HttpRequest) -> None:
    """Refuse, before anything else, what one person pressed and another's session sends.

    A guest's command may be sent by the account that the guest became.
    """
    stated = request.headers.get(SENDER_HEADER)
    if stated is None:
        return
    user = seeker_of(request)
    if stated != str(user.pk) and not _became(stated, user):
        raise OtherPerson


def _became(stated: str, user: User) -> bool:
    return (
        stated.isascii()
        and stated.isdigit()
        and len(stated) < 16
        and User.objects.filter(pk=int(stated), merged_into=user).exists()
    )


def actor_of(request: HttpRequest) -> str:
    """Whose command this is, for idempotency: `user:<id>`."""
    return f"user:{seeker_of(request).pk}"


def device_of(request: HttpRequest) -> UUID | None:
    """The device this browser was given, if its cookie is ours and untouched."""
    signed = request.get_signed_cookie(DEVICE_COOKIE, default=None, salt=DEVICE_SALT, max_age=DEVICE_AGE)
    try:
        return UUID(signed) if signed else None
    except ValueError:
        return None
