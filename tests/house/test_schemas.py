"""Wire types by name: the OpenAPI document and the generated types know no other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.conf import settings

from jobfair.core.schemas import Schema

pytestmark = pytest.mark.unit


def _all_below(base: type[Schema]) -> Iterator[type[Schema]]:
    for one in base.__subclasses__():
        yield one
        yield from _all_below(one)


def test_no_two_wire_types_share_a_name() -> None:
    """The second would silently stand for the first."""
    import_module(settings.ROOT_URLCONF)
    modules: dict[str, set[str]] = defaultdict(set)
    for one in _all_below(Schema):
        if not one.__module__.startswith("tests."):
            modules[one.__name__].add(one.__module__)
    assert len(modules) > 300
    assert {name: where for name, where in modules.items() if len(where) > 1} == {}
