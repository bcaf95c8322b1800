"""HTTP in the one-process server: one thread for each request, whatever becomes of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.testing import HttpCommunicator
from django.core.signals import request_finished, request_started
from django.db import connections
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from jobfair.config.asgi import application
from jobfair.config.plain_http import InOneThread

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


SCOPE = {
    "type": "http", "http_version": "1.1", "method": "GET", "path": "/", "query_string": b"",
    "headers": [(b"host", b"localhost")],
}  # fmt: skip


class Handler(InOneThread):
    """The product's, with this view for every address and no middleware."""

    def __init__(self, view: object) -> None:
        self.view = view
        super().__init__()

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        return self.view(request)  # type: ignore[operator,no-any-return]


@contextmanager
def threads_of_signals() -> Iterator[list[tuple[str, str]]]:
    seen: list[tuple[str, str]] = []

    def start(sender: object, **_: object) -> None:
        seen.append(("start", threading.current_thread().name))

    def finish(sender: object, **_: object) -> None:
        seen.append(("finish", threading.current_thread().name))

    request_started.connect(start)
    request_finished.connect(finish)
    try:
        yield seen
    finally:
        request_started.disconnect(start)
        request_finished.disconnect(finish)


async def ask(app: Any, path: str = "/") -> dict[str, Any]:
    asked = HttpCommunicator(app, "GET", path, headers=[(b"host", b"localhost")])
    return dict(await asked.get_response(timeout=60))


async def test_start_view_and_end_are_in_one_thread() -> None:
    names: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        names.append(threading.current_thread().name)
        return HttpResponse("ok")

    with threads_of_signals() as seen:
        reply = await ask(Handler(view))
    assert (reply["status"], reply["body"]) == (200, b"ok")
    assert seen == [("start", names[0]), ("finish", names[0])]
    assert names[0].startswith("http")


async def test_requests_run_beside_each_other() -> None:
    together = threading.Barrier(8)

    def view(request: HttpRequest) -> HttpResponse:
        together.wait(timeout=30)  # eight at once, or never
        return HttpResponse("ok")

    handler = Handler(view)
    asked = [ask(handler) for _ in range(8)]
    assert [reply["status"] for reply in await asyncio.gather(*asked)] == [200] * 8


async def test_a_request_leaves_no_connection_open() -> None:
    left: list[bool] = []

    def view(request: HttpRequest) -> HttpResponse:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        return HttpResponse("ok")

    def look(sender: object, **_: object) -> None:
        left.append(connections["default"].connection is not None)

    handler = Handler(view)
    await ask(handler)
    request_started.connect(look)
    try:
        for _ in range(20):  # whichever thread it is
            await ask(handler)
    finally:
        request_started.disconnect(look)
    assert left == [False] * 20


async def test_a_file_is_streamed_and_closed(tmp_path: Path) -> None:
    file = tmp_path / "résumé.pdf"
    file.write_bytes(b"x" * 300_000)
    opened = file.open("rb")
    asked = ApplicationCommunicator(Handler(lambda request: FileResponse(opened)), SCOPE)
    with threads_of_signals() as seen:
        await asked.send_input({"type": "http.request", "body": b""})
        assert (await asked.receive_output(60))["status"] == 200
        sent, more = b"", True
        while more:
            part = await asked.receive_output(60)
            sent, more = sent + part.get("body", b""), part.get("more_body", False)
        await asked.wait(60)
    assert sent == b"x" * 300_000
    assert opened.closed
    assert [name for name, _ in seen] == ["start", "finish"]


async def test_whoever_hangs_up_stops_nobody() -> None:
    came, done = threading.Event(), threading.Event()

    def view(request: HttpRequest) -> HttpResponse:
        came.set()
        done.wait(30)
        return HttpResponse("late")

    asked = HttpCommunicator(Handler(view), "GET", "/")
    await asked.send_input({"type": "http.request", "body": b""})
    await asyncio.to_thread(came.wait, 30)
    await asked.send_input({"type": "http.disconnect"})
    asked.future.cancel()
    done.set()
    reply = await ask(application, "/healthz")
    assert reply["status"] == 200


async def test_an_address_that_is_not_there_is_answered() -> None:
    reply = await ask(application, "/api/nowhere")
    assert reply["status"] == 404
