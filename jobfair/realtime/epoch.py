"""The database-wide epoch: the name of the history that offsets count in."""

from __future__ import annotations

import secrets

from jobfair.realtime.models import Epoch


def current_epoch() -> str:
    """The epoch of this database, made at first use."""
    value = Epoch.objects.filter(pk=1).values_list("value", flat=True).first()
    if value is None:
        value = Epoch.objects.get_or_create(pk=1, defaults={"value": secrets.token_hex(4)})[0].value
    return value


def renew_epoch() -> str:
    """Begin a new history, after a restore: every client starts from a snapshot."""
    value = secrets.token_hex(4)
    Epoch.objects.update_or_create(pk=1, defaults={"value": value})
    return value
