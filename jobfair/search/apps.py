from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "jobfair.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(fill_when_new, sender=self)


def fill_when_new(**migrated: Any) -> None:
    """A database that had positions before it had an index gets its entries with the migration."""
    from jobfair.positions.models import Position
    from jobfair.search.models import SearchEntry
    from jobfair.search.services import rebuild

    needed = {Position._meta.db_table, SearchEntry._meta.db_table}
    if not needed <= set(connection.introspection.table_names()):
        return  # migrated only in part, or back
    if not SearchEntry.objects.exists() and Position.objects.filter(state=Position.State.PUBLISHED).exists():
        rebuild()
