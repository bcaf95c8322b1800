"""The harness itself: a server killed with -9 comes back on its port with what was committed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from tests.faults.server import Server

pytestmark = pytest.mark.faults


def _get(server: Server, path: str) -> object:
    with urllib.request.urlopen(server.url + path, timeout=30) as answer:
        return json.load(answer)


def test_a_killed_server_comes_back_at_its_address_with_its_data(make_server: Callable[..., Server]) -> None:
    server = make_server(demo=True, cold=True)
    before = _get(server, "/api/fairs")
    assert [fair["slug"] for fair in before] == ["nantong"]
    pid = server.pid
    server.kill9()
    with pytest.raises(urllib.error.URLError):
        _get(server, "/healthz")
    server.restart()
    assert server.pid != pid
    assert _get(server, "/api/fairs") == before
    assert "Traceback" not in server.log_text()


def test_a_server_stops_in_good_order_within_seconds(make_server: Callable[..., Server]) -> None:
    """With Valkey too: no thread of ours keeps the process."""
    server = make_server(cold=True)
    process = server._process
    assert process is not None
    process.terminate()
    assert process.wait(timeout=30) == 0
