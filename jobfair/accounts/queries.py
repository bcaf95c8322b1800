from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from allauth.mfa.models import Authenticator
from django.conf import settings

from jobfair.accounts.models import DevelopmentCode, User
from jobfair.accounts.rules import PhoneInvalid, normal_phone

CODES_KEPT = timedelta(minutes=10)

MeSection = Literal["booths", "fairs"]
SectionQuery = Callable[[User], Sequence[Any]]
_sections: dict[str, SectionQuery] = {}


def add_me_section(name: MeSection, query: SectionQuery) -> None:
    """Let a domain above say what `user` is to it; rows fit MyBoothOut or MyFairOut. The last one wins."""
    _sections[name] = query


def get_me_section(name: MeSection, user: User | None) -> Sequence[Any]:
    """The rows of one section; empty for nobody, for guests and while no domain has spoken."""
    query = _sections.get(name)
    if query is None or user is None or user.is_guest:
        return ()
    return query(user)


def is_staff(user: User) -> bool:
    """Whether the user holds an office of the organisers or may enter the back office."""
    return user.is_staff or user.is_superuser or bool(get_me_section("fairs", user))


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists())


def may_act_as_staff(user: User) -> bool:
    """An office counts once its holder has set up a second factor; sign-in asks for it from then on.

    No query while developing, where none is asked for.
    """
    return not settings.STAFF_NEED_SECOND_FACTOR or has_second_factor(user)


def count_recovery_codes(user: User) -> int:
    """How many are left."""
    row = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    return 0 if row is None else len(row.wrap().get_unused_codes())


def find_by_phone(phone: str) -> User | None:
    """The account of an E.164 number, active or not."""
    return User.objects.filter(phone=phone).first()


def find_by_account(who: str) -> User | None:
    """Somebody who can sign in: by account name, or by a phone number as people type it."""
    people = User.objects.filter(is_active=True, is_guest=False)
    named = people.filter(username=who.strip()).first()
    if named is not None:
        return named
    try:
        return people.filter(phone=normal_phone(who), phone_verified=True).first()
    except PhoneInvalid:
        return None


def list_development_codes(*, now: datetime) -> list[DevelopmentCode]:
    """The codes of the last ten minutes, newest first."""
    return list(DevelopmentCode.objects.filter(at__gt=now - CODES_KEPT).order_by("-at", "-pk"))
