"""A changed password ends the sessions opened with the old one. Every way to change it states the same fact."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_save, pre_save

from jobfair.accounts import services
from jobfair.accounts.models import User
from jobfair.core import clock


def remember(*, instance: User, raw: bool, update_fields: Collection[str] | None, **_: Any) -> None:
    """Before a save that may change the password: what it is still. A new user has none yet."""
    instance.password_before = None
    if not raw and not instance._state.adding and (update_fields is None or "password" in update_fields):
        kept = User.objects.filter(pk=instance.pk).values_list("password", flat=True)
        instance.password_before = kept.first()


def tell_changed(*, instance: User, **_: Any) -> None:
    """In the same transaction (User.save): whoever hears of it finds the old sessions dead."""
    before, instance.password_before = instance.password_before, None
    if before and before != instance.password:
        services.note_password_changed(user=instance, now=clock.now())


def connect() -> None:
    pre_save.connect(remember, sender=User, dispatch_uid="jobfair.accounts.passwords.before")
    post_save.connect(tell_changed, sender=User, dispatch_uid="jobfair.accounts.passwords.after")
