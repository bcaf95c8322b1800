from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from jobfair.accounts.models import User
from jobfair.core.prepared import prepared
from jobfair.notices.models import Address, Channel, Message, Notice, Preference, StubMessage
from jobfair.notices.rules import DAY

NEWEST = 50
PAGE = 20
STUB_SHOWN = 100


def newest_of(user_id: int) -> list[Notice]:
    """What the live list holds: the newest fifty."""
    return list(Notice.objects.filter(user=user_id).order_by("-id")[:NEWEST])


def page_of(user_id: int, *, before: int | None) -> tuple[list[Notice], int | None]:
    """A page of the whole list, newest first, and the cursor of the next one."""
    rows = Notice.objects.filter(user=user_id).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def count_unseen(user_id: int) -> int:
    return Notice.objects.filter(user=user_id, seen_at=None).count()


@prepared
def list_notices(ids: Sequence[int]) -> QuerySet[Notice]:
    """The newest first."""
    return Notice.objects.filter(pk__in=ids).order_by("-id")


def switched_off(user_id: int) -> frozenset[str]:
    """The switches that the person turned off."""
    row = Preference.objects.filter(user=user_id).values_list("off", flat=True).first()
    return frozenset(row or ())


def addresses_of(user_id: int, channel: Channel) -> list[Address]:
    """Where a channel may still reach the person; WeChat only while consents are left."""
    return list(Address.objects.filter(user=user_id, channel=channel).exclude(uses_left=0).order_by("pk"))


def reachable_phone(user: User) -> str | None:
    """The number that text messages may go to."""
    return user.phone if user.phone_verified and user.is_active and not user.is_guest else None


def count_to(channel: Channel, recipient: str, now: datetime) -> int:
    """Notices' messages to one recipient in the last day, whatever became of them, but not the withheld."""
    rows = Message.objects.filter(channel=channel, recipient=recipient, created_at__gt=now - DAY)
    return rows.exclude(state=Message.State.WITHHELD).exclude(notice=None).count()


def count_today(channel: Channel, now: datetime) -> int:
    """All messages of the site on a channel in the last day, but the withheld."""
    rows = Message.objects.filter(channel=channel, created_at__gt=now - DAY)
    return rows.exclude(state=Message.State.WITHHELD).count()


def list_stub_messages() -> list[StubMessage]:
    return list(StubMessage.objects.order_by("-received_at", "-pk")[:STUB_SHOWN])
