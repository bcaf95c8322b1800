from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from jobfair.realtime.epoch import renew_epoch


class Command(BaseCommand):
    help = (
        "Begin a new history, after restoring a copy of the database: every open page starts from a snapshot."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"epoch {renew_epoch()}")
