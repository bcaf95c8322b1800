"""A body without end costs the server neither memory nor disk, and its sender hears why."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket as sockets
from collections.abc import Callable, Iterator

import pytest

from jobfair.realtime.bodies import LARGEST, READ_TO
from tests.faults.server import Server
from tests.realtime.pages import resident

pytestmark = [pytest.mark.faults, pytest.mark.once]
MB = 1 << 20


def megabytes(count: int) -> Iterator[bytes]:
    return (bytes(MB) for _ in range(count))


def test_bodies_are_bounded_and_refused_in_words(make_server: Callable[..., Server]) -> None:
    server = make_server()
    before = resident(server.pid)
    for told in (True, False):  # with a length, and in chunks
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)  # closed by its reply
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        size = 50
        if told:
            headers["Content-Length"] = str(size * MB)
        connection.request("POST", "/api/me/resume/file", megabytes(size), headers, encode_chunked=not told)
        reply = connection.getresponse()
        error = json.loads(reply.read())["error"]
        assert (reply.status, error["code"]) == (413, "core.too_large")
        assert error["message"].endswith("。")
        connection.close()
    with contextlib.suppress(OSError), sockets.create_connection(("127.0.0.1", server.port)) as raw:
        raw.sendall(f"POST /api/me HTTP/1.1\r\nHost: x\r\nContent-Length: {READ_TO * 9}\r\n\r\n".encode())
        for chunk in megabytes(2 * READ_TO // MB):
            raw.sendall(chunk)
        pytest.fail("an endless body was heard out")
    grown = (resident(server.pid) - before) / MB
    print(f"the server grew by {grown:.0f} MB")
    assert grown < 4 * LARGEST / MB
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as after:
        after.request("GET", "/healthz")
        with after.getresponse() as reply:
            assert reply.status == 200
