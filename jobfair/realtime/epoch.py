"""The database-wide epoch: the name of the history that offsets count in.

Offsets mean something only within one history. A restored or promoted database continues from an earlier point,
so its offsets would be given out a second time for other events: it gets a new epoch, and every page that holds
the old one starts from a snapshot.
"""

from __future__ import annotations

import logging
import secrets

from django.db import connection

from jobfair.realtime.models import Epoch

logger = logging.getLogger(__name__)

# Which database this is: the cluster (initdb), its timeline (new at every point-in-time recovery or promotion) and
# the database within it (new when dropped and loaded from a dump).
_POSTGRES_IDENTITY = """
    SELECT system_identifier || ':' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || ':'
        || (SELECT oid FROM pg_database WHERE datname = current_database()) AS database
    FROM pg_control_system()
"""
_POSTGRES_EPOCH = f"""
    SELECT epoch.value, epoch.database, here.database
    FROM ({_POSTGRES_IDENTITY}) AS here LEFT JOIN realtime_epoch AS epoch ON epoch.id = 1
"""  # noqa: S608 - our own words
_SQLITE_EPOCH = """
    SELECT epoch.value, epoch.database, 'sqlite' FROM (SELECT 1) LEFT JOIN realtime_epoch AS epoch ON epoch.id = 1
"""


def current_epoch() -> str:
    """The epoch of this database, made at first use, and renewed when this is not the database it was made in.

    Every join, poll and doorbell asks here, so a process that reconnects to a restored database notices at once:
    one plain statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES_EPOCH if connection.vendor == "postgresql" else _SQLITE_EPOCH)
        value, made_in, database = cursor.fetchone()
    if value is not None and made_in == database:
        return str(value)
    if value is None:
        return Epoch.objects.get_or_create(pk=1, defaults=_fresh(database))[0].value
    # Of several processes that notice, one renews; the others find its row.
    if Epoch.objects.filter(pk=1, database=made_in).update(**_fresh(database)):
        logger.warning("this is another database than the epoch's: pages start from a snapshot")
    return Epoch.objects.values_list("value", flat=True).get(pk=1)


def recorded_epoch() -> str:
    """The epoch as this transaction sees it, to be read together with what it counts. `current_epoch` made it."""
    return Epoch.objects.values_list("value", flat=True).get(pk=1)


def renew_epoch() -> str:
    """Begin a new history, after a restore that cannot be noticed: every client starts from a snapshot."""
    fresh = _fresh(identify_database())
    Epoch.objects.update_or_create(pk=1, defaults=fresh)
    return fresh["value"]


def identify_database() -> str:
    """A name that changes with a restored PostgreSQL; the same for every SQLite file, which cannot tell."""
    if connection.vendor != "postgresql":
        return connection.vendor
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES_IDENTITY)
        return str(cursor.fetchone()[0])


def _fresh(database: str) -> dict[str, str]:
    return {"value": secrets.token_hex(4), "database": database}
