"""A browser's page against the real server: cookies, writes with CSRF, and its socket."""

from __future__ import annotations

import http.cookiejar
import json
import urllib.request
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.faults.server import Server


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
            **options,
        )

    def _call(self, request: urllib.request.Request) -> Any:
        with self._opener.open(request, timeout=30) as answer:
            return json.load(answer)


def ask(socket: ClientConnection, frame: dict[str, Any]) -> dict[str, Any]:
    """Send a frame and return its reply; pushes that come first are dropped."""
    socket.send(json.dumps(frame))
    while True:
        answer: dict[str, Any] = json.loads(socket.recv(timeout=20))
        if answer.get("re") == frame["id"]:
            return answer


def close_code(socket: ClientConnection, within: float) -> int:
    """Read to the end; the code the server closed with."""
    from websockets.exceptions import ConnectionClosed

    try:
        while True:
            socket.recv(timeout=within)
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else 1006
