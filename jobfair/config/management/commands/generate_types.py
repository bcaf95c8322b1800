from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobfair.config.api import api
from jobfair.config.typescript import protocol_source, schema_source
from jobfair.realtime.registry import registry


def sources() -> dict[Path, str]:
    """Each generated file and what it must hold."""
    folder = settings.BASE_DIR / "frontend" / "src"
    return {
        folder / "realtime" / "protocol.gen.ts": protocol_source(registry),
        folder / "http" / "schema.gen.ts": schema_source(api.get_openapi_schema()),
    }


class Command(BaseCommand):
    help = "Write the TypeScript twins of the wire types; --check fails where one is stale."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = [path for path, text in sources().items() if not path.is_file() or path.read_text() != text]
        if options["check"]:
            if stale:
                raise CommandError("stale: " + ", ".join(path.name for path in stale))
            return
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(sources()[path])
            self.stdout.write(f"wrote {path.name}")
