"""The real server's sockets: revocation with Redis dead, drain, giant frames, silence."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket as sockets
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from jobfair.realtime import daphne
from tests import stores
from tests.faults.server import Server
from tests.pace import Pace
from tests.realtime.pages import (
    Page,
    ask,
    close_code,
    close_reason,
    open_raw,
    read_to_the_end,
    resident,
    run_instead,
)

pytestmark = pytest.mark.faults
UNKNOWN = {"id": 1, "do": "nothing.known"}


def send_much(raw: sockets.socket, size: int) -> None:
    for _ in range(size // 1_000_000):
        raw.sendall(bytes(1_000_000))


def send_often(socket: ClientConnection, frame: str, times: int) -> None:
    for _ in range(times):
        socket.send(frame)


def test_sign_out_ends_the_socket_though_redis_is_dead(
    make_server: Callable[..., Server], own_valkey: stores.Valkey
) -> None:
    server = make_server(REDIS_URL=own_valkey.url)
    mine, other = Page(server).enter(), Page(server).enter()
    with mine.socket() as socket, other.socket() as still:
        assert "error" in ask(socket, UNKNOWN)
        own_valkey.kill()
        with Pace() as pace:
            mine.post("/api/sign-out")
            began = time.monotonic()
            assert close_code(socket) == 4100
            took = time.monotonic() - began
            print(f"closed {took:.2f} s after sign-out, with Redis dead")
            assert took < pace.allows(2.5)
        user = other.get("/api/me")["user"]["id"]
        assert "ok" in ask(still, {"id": 1, "do": "join", "topic": f"user:{user}"})


@pytest.mark.once
def test_sigterm_sends_sockets_away_over_seconds_and_exits_0(make_server: Callable[..., Server]) -> None:
    server = make_server()
    open_pages = contextlib.ExitStack()
    pages = [open_pages.enter_context(Page(server).socket()) for _ in range(20)]
    assert all("error" in ask(page, UNKNOWN) for page in pages)
    ends: list[tuple[float, int, int]] = []
    process = server._process
    assert process is not None
    began = time.monotonic()

    def follow(page: ClientConnection) -> None:
        code, reason = close_reason(page)
        ends.append((time.monotonic() - began, code, json.loads(reason)["retry_in_ms"]))

    watchers = [threading.Thread(target=follow, args=[page]) for page in pages]
    for watcher in watchers:
        watcher.start()
    with Pace() as pace:
        process.terminate()
        for watcher in watchers:
            watcher.join()
        assert process.wait(timeout=60) == 0
        took, allowed = time.monotonic() - began, pace.allows(9)
    times = sorted(at for at, _, _ in ends)
    print(f"20 sockets sent away between {times[0]:.1f} and {times[-1]:.1f} s; exit 0 after {took:.1f} s")
    open_pages.close()
    assert {code for _, code, _ in ends} == {4000}
    assert len({retry for _, _, retry in ends}) > 10
    assert times[-1] - times[0] > 2
    assert took < allowed
    assert "Traceback" not in server.log_text()


@pytest.mark.once
def test_sigterm_lets_a_running_request_finish_and_takes_no_new_one(
    make_server: Callable[..., Server],
) -> None:
    server = make_server()
    process = server._process
    assert process is not None
    body = json.dumps({"username": "nobody", "password": "wrong-password-1"}).encode()
    slow = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    visitor = Page(server)
    token = visitor.get("/api/me")["csrf_token"]
    slow.putrequest("POST", "/api/staff/sign-in")
    for name, value in {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Cookie": visitor.cookies,
        "X-CSRFToken": token,
        "Origin": server.url,
    }.items():
        slow.putheader(name, value)
    slow.endheaders(body)
    until_at_work(process.pid)
    process.terminate()
    with contextlib.closing(slow):
        answer = slow.getresponse()
        assert answer.status == 422
        assert json.load(answer)["error"]["code"] == "accounts.password_wrong"
    with pytest.raises(OSError, match="refused"):
        sockets.create_connection(("127.0.0.1", server.port), timeout=2)
    assert process.wait(timeout=60) == 0


def until_at_work(pid: int) -> None:
    """Until it has used 30 ms of a processor from here on: it hashes a password, which takes far longer."""

    def used() -> int:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    before, until = used(), time.monotonic() + 60
    while (used() - before) / os.sysconf("SC_CLK_TCK") < 0.03:
        assert time.monotonic() < until, "the request did not begin"
        time.sleep(0.005)


@pytest.mark.once
def test_giant_and_malformed_frames_are_refused_before_they_are_buffered(
    make_server: Callable[..., Server],
) -> None:
    server = make_server()
    with Page(server).socket() as living:
        assert "error" in ask(living, UNKNOWN)
        before = resident(server.pid)
        peak = before
        for _ in range(5):
            with open_raw(server) as giant:
                giant.sendall(b"\x81\xff" + (100_000_000).to_bytes(8, "big") + bytes(4))
                assert giant.recv(4)[2:] == (1009).to_bytes(2, "big")  # told before a byte of it was sent
                with contextlib.suppress(OSError):  # hung up on while it still talks
                    send_much(giant, 100_000_000)
            peak = max(peak, resident(server.pid))
        for junk in (
            b"\xc1\x85\x00\x00\x00\x00\xff\xff\xff\xff\xff",
            b"\xff" * 64,
            os.urandom(4096),
            b"\x81\xfe",
        ):
            for _ in range(50):
                with open_raw(server) as raw:
                    raw.sendall(junk)
        for _ in range(50):
            assert "error" in ask(living, {"id": 1, "do": "x" * 15_000})
        peak = max(peak, resident(server.pid))
        print(
            f"RSS {before / 1e6:.1f} MB before, {peak / 1e6:.1f} MB at most, after 5 × 100 MB and 200 × junk"
        )
        assert peak - before < 20_000_000
        assert "ok" in ask(living, {"id": 2, "do": "leave", "topic": "booth:1"})


@pytest.mark.once
def test_a_flood_of_frames_is_cut_off_and_not_queued(make_server: Callable[..., Server]) -> None:
    server = make_server()
    frame = json.dumps({"id": 1, "do": "join", "topic": "booth:1", "pad": "x" * 15_000})
    with Page(server).socket() as living:
        assert "error" in ask(living, UNKNOWN)
        before = resident(server.pid)
        with Page(server).socket() as flood, pytest.raises(ConnectionClosed):
            send_often(flood, frame, 20_000)
        grown = resident(server.pid) - before
        print(f"a flood of up to 300 MB of frames: RSS +{grown / 1e6:.1f} MB")
        assert grown < 30_000_000
        assert "ok" in ask(living, {"id": 2, "do": "leave", "topic": "booth:1"})


IMPATIENT = """
from jobfair.config import serve
from jobfair.realtime import daphne
daphne.PING_SECONDS, daphne.PONG_SECONDS = 1, 5
serve.main()
"""


@pytest.mark.once
def test_a_silent_socket_is_ended_and_one_that_answers_pings_is_not(
    make_server: Callable[..., Server],
) -> None:
    """With the two waits of 20 and 30 s cut to 1 and 5; both have passed when the silent one is ended."""
    assert daphne.PING_SECONDS + daphne.PONG_SECONDS <= 90
    server = run_instead(make_server(), "-c", IMPATIENT)
    with Page(server).socket() as living, open_raw(server) as silent:
        began = time.monotonic()
        assert read_to_the_end(silent) < 1000
        print(f"ended after {time.monotonic() - began:.1f} s of silence")
        assert "error" in ask(living, UNKNOWN)
