from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from jobfair.search.services import rebuild


class Command(BaseCommand):
    help = "Write the search index again from the records. Safe while the fair is on."

    def handle(self, *args: Any, **options: Any) -> None:
        positions, employers = rebuild()
        print(f"{positions} positions and {employers} employers can be found.")
