"""The real server's sockets: revocation with Redis dead, drain, slow readers, giant frames."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests import stores
from tests.faults.server import Server
from tests.realtime.pages import Page, ask, close_code

pytestmark = pytest.mark.faults


def test_sign_out_ends_the_socket_though_redis_is_dead(
    make_server: Callable[..., Server], own_valkey: stores.Valkey
) -> None:
    server = make_server(REDIS_URL=own_valkey.url)
    mine, other = Page(server).enter(), Page(server).enter()
    with mine.socket() as socket, other.socket() as still:
        assert "error" in ask(socket, {"id": 1, "do": "nothing.known"})
        own_valkey.kill()
        mine.post("/api/sign-out")
        began = time.monotonic()
        assert close_code(socket, within=10) == 4100
        took = time.monotonic() - began
        print(f"closed {took:.2f} s after sign-out, with Redis dead")
        assert took < 2.5
        user = other.get("/api/me")["user"]["id"]
        assert "ok" in ask(still, {"id": 1, "do": "join", "topic": f"user:{user}"})
