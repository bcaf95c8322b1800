from __future__ import annotations

import pytest
from django.core.management import call_command

from jobfair.config.management.commands.generate_types import sources
from jobfair.config.typescript import protocol_source
from jobfair.core.schemas import Schema
from jobfair.realtime.registry import Registry, TopicKind, registry

pytestmark = pytest.mark.unit


def test_the_generated_types_are_current() -> None:
    """Run `python manage.py generate_types` and commit the files when this fails."""
    call_command("generate_types", check=True)
    assert {path.name for path in sources()} == {"protocol.gen.ts", "schema.gen.ts"}


def test_every_push_and_snapshot_has_a_type() -> None:
    source = protocol_source(registry)
    assert "realtime.revoked" not in source  # between hubs only
    for name, schema in registry.pushes.items():
        if name.startswith("realtime."):
            continue
        assert f'"{name}": {schema.__name__};' in source
        assert f"export interface {schema.__name__} {{" in source


class Inner(Schema):
    note: str | None = None


class Rich(Schema):
    """One of each."""

    names: list[str]
    kind: str
    inner: Inner | None
    counts: dict[str, int]


def test_types_are_written_as_typescript() -> None:
    small = Registry()
    small.add_topic(TopicKind("rich:{id}", lambda *_: None, snapshot_schema=Rich))
    source = protocol_source(small)
    assert "  names: string[];" in source
    assert "  inner: Inner | null;" in source
    assert "  counts: Record<string, number>;" in source
    assert "  note?: string | null;" in source
    assert '  "rich:{id}": Rich;' in source
