"""A forked process is what a started one is: the same values everywhere, but for what each makes for itself."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import pytest

from tests.faults.server import Server

pytestmark = [pytest.mark.faults, pytest.mark.once]

VALUES = """
import gc, json, sys
from pathlib import Path
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from channels.layers import get_channel_layer
import jobfair.config.serve
ours = ("jobfair", "booths", "livestream", "django.conf", "channels", "daphne", "csp", "whitenoise", "allauth")
simple = (str, int, float, bool, bytes, Path, tuple, list, dict, set, frozenset)
def plain(value):
    if isinstance(value, (set, frozenset)):
        return sorted(map(plain, value))
    if isinstance(value, dict):
        return sorted(f"{plain(key)}: {plain(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return repr([plain(one) for one in value])
    return repr(value)
found = {}
for name, module in sorted(sys.modules.items()):
    if name.partition(".")[0] in ours or name.startswith(ours):
        for key, value in vars(module).items():
            if isinstance(value, simple) and " at 0x" not in repr(value) and not key.startswith("__"):
                found[f"{name}.{key}"] = plain(value)
for key in filter(str.isupper, dir(settings)):
    found[f"settings.{key}"] = plain(getattr(settings, key))
found["database"] = plain(connections["default"].settings_dict)
found["cache"] = repr(vars(caches["default"]).get("_servers"))
found["layer"] = type(get_channel_layer()).__name__
old = OLD[::-1]
gc.unfreeze()
gc.collect()
left = [
    f"{type(one)} {part}"[:300]
    for one in gc.get_objects()
    for part in gc.get_referents(one)
    if isinstance(part, (str, Path)) and part is not old and old in str(part)
]
print(json.dumps({"found": found, "left": left}))
"""
MADE_BY_EACH = {"jobfair.realtime.doorbell.PROCESS"}


def test_a_forked_process_has_the_values_of_a_started_one(make_server: Callable[..., Server]) -> None:
    ours = {
        "JOBFAIR_SMS_SIGNATURE": "另一家",
        "JOBFAIR_PUBLIC_URL": "https://example.com",
        "JOBFAIR_HOSTS": "*",
    }
    server = make_server(**ours)
    backwards = os.environ["JOBFAIR_STATE"][::-1]  # of the warmed process; nobody else knows this name

    def values() -> tuple[dict[str, str], list[str]]:
        said = server.manage("shell", "--no-imports", "-v0", "-c", f"OLD = {backwards!r}\n{VALUES}")
        made = json.loads(said.splitlines()[-1])
        return made["found"], made["left"]

    forked, left = values()
    again, _ = values()
    server.cold = True
    started, _ = values()
    assert left == []
    assert len(started) > 900
    names = forked.keys() | started.keys()
    assert {name for name in names if forked.get(name) != started.get(name)} == MADE_BY_EACH
    assert forked["settings.SMS_SIGNATURE"] == repr("另一家")
    assert {name for name in forked if forked[name] != again[name]} == MADE_BY_EACH
