"""A gateway of one's own: a real HTTP server on 127.0.0.1 that keeps what it is sent and answers as it is told."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answer:
    """`hang`, `drip`: seconds of silence before the answer, and after each byte of its body."""

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    hang: float = 0
    drip: float = 0
    breaks: bool = False  # off, without an answer
    raw: bytes = b""  # instead of HTTP


@dataclass(frozen=True)
class Heard:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Listener:
    """Gives its answers in turn; the last one goes on for ever."""

    url: str
    answers: list[Answer] = field(default_factory=lambda: [Answer()])
    heard: list[Heard] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            ears.heard.append(Heard(self.path, headers, self.rfile.read(length)))
            answer = ears.answers.pop(0) if len(ears.answers) > 1 else ears.answers[0]
            with contextlib.suppress(OSError):  # the caller may have gone
                self._say(answer)
            self.close_connection = True

        def do_GET(self) -> None:
            """Only whoever follows a redirect comes here."""
            self.do_POST()

        def _say(self, answer: Answer) -> None:
            time.sleep(answer.hang)
            if answer.breaks:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if answer.raw:
                self.wfile.write(answer.raw)
                return
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            for place in range(len(answer.body)):
                self.wfile.write(answer.body[place : place + 1])
                time.sleep(answer.drip)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    ears = Listener(f"http://127.0.0.1:{server.server_address[1]}/send")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield ears
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
