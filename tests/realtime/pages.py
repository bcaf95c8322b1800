"""A browser's page against the real server: cookies, writes with CSRF, and its socket."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import socket as sockets
import sys
import urllib.request
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.faults.server import READY_WITHIN, ROOT, Server
from tests.stores import spawn, wait_until

PATIENCE = 60.0  # seconds until what has not come counts as missing; what must be quick is timed


class Page:
    def __init__(self, server: Server) -> None:
        self.server = server
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self._csrf = ""

    @property
    def cookies(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar)

    def get(self, path: str) -> Any:
        return self._call(urllib.request.Request(self.server.url + path))

    def post(self, path: str, body: Any = None) -> Any:
        headers = {"X-CSRFToken": self._csrf, "Content-Type": "application/json", "Origin": self.server.url}
        data = json.dumps(body or {}).encode()
        return self._call(urllib.request.Request(self.server.url + path, data, headers, method="POST"))

    def enter(self) -> Page:
        """As this device's guest."""
        self._csrf = self.get("/api/me")["csrf_token"]
        self._csrf = self.post("/api/guests")["csrf_token"]
        return self

    def socket(self, **options: Any) -> ClientConnection:
        return connect(
            self.server.ws_url,
            origin=self.server.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookies} if self.cookies else {},
            open_timeout=PATIENCE,
            **options,
        )

    def _call(self, request: urllib.request.Request) -> Any:
        with self._opener.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)


def ask(socket: ClientConnection, frame: dict[str, Any]) -> dict[str, Any]:
    """Send a frame and return its reply; pushes that come first are dropped."""
    socket.send(json.dumps(frame))
    while True:
        answer: dict[str, Any] = json.loads(socket.recv(timeout=PATIENCE))
        if answer.get("re") == frame["id"]:
            return answer


def close_code(socket: ClientConnection) -> int:
    """Read to the end; the code the server closed with."""
    from websockets.exceptions import ConnectionClosed

    try:
        while True:
            socket.recv(timeout=PATIENCE)
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else 1006


def close_reason(socket: ClientConnection) -> tuple[int, str]:
    """Read to the end; the server's close code and reason."""
    code = close_code(socket)
    return code, socket.close_reason or ""


def open_raw(server: Server, cookies: str = "") -> sockets.socket:
    """An upgraded socket without a WebSocket library behind it: it answers nothing and reads only when told to."""
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 8192)
    raw.settimeout(PATIENCE)
    raw.connect(("127.0.0.1", server.port))
    lines = [
        "GET /ws/ HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        f"Origin: {server.url}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Extensions: permessage-deflate",
        *([f"Cookie: {cookies}"] if cookies else []),
    ]
    raw.sendall("\r\n".join([*lines, "", ""]).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += raw.recv(1)
    assert b" 101 " in answer.split(b"\r\n")[0], answer
    assert b"Sec-WebSocket-Extensions" not in answer  # no compression: it would cost 300 kB a socket
    return raw


def send_raw(raw: sockets.socket, frame: dict[str, Any]) -> None:
    """One masked text frame of less than 126 bytes (RFC 6455, 5.2)."""
    payload = json.dumps(frame).encode()
    assert len(payload) < 126
    raw.sendall(bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload)


def resident(pid: int) -> int:
    """The process's resident memory in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmRSS")


def read_to_the_end(raw: sockets.socket) -> int:
    """Bytes read until the server hung up; TimeoutError when it does not."""
    got = 0
    with contextlib.suppress(ConnectionResetError):
        while chunk := raw.recv(65_536):
            got += len(chunk)
    return got


def run_instead(server: Server, *python: str) -> Server:
    """Restart with another entry to the same server, e.g. one that does something besides."""
    server.stop()
    command = [sys.executable, *python, "--host", "127.0.0.1", "--port", str(server.port)]
    server._process = spawn(command, log=server.log, env=server.env, cwd=ROOT)
    wait_until(server._ready_or_dead, within=READY_WITHIN, what="the server", log=server.log)
    assert server.running, server.log_text()
    return server
