"""HTTP in the one-process server: each request in one thread from its first middleware to its last close.

Django's own ASGI handler hops between the event loop and threads for the request's start, the middleware, the view and
its end, and begins a thread and a database connection for each request. All our views are blocking ones, so nothing
is gained by it, and every hop waits for the loop that the sockets need.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import close_old_connections
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

THREADS = 16  # fewer than database connections (JOBFAIR_DB_POOL), of which sockets and worker need some
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="http")


class InOneThread(ASGIHandler):
    """The WSGI way of handling a request, over ASGI."""

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            response = await asyncio.get_running_loop().run_in_executor(_pool, self._answer, scope, body)
            if not isinstance(response, StreamingHttpResponse):
                await self.send_response(response, send)
                return
            response.streaming_content = _in_threads(iter(response))
            try:
                await self.send_response(response, send)
            finally:
                await asyncio.get_running_loop().run_in_executor(_pool, response.close)

    def _answer(self, scope: Any, body: Any) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        try:
            request, refused = self.create_request(scope, body)
            response = self.get_response(request) if request is not None else refused
            assert response is not None  # one of the two
            response._handler_class = self.__class__  # type: ignore[attr-defined]
            if isinstance(response, FileResponse):
                response.block_size = self.chunk_size
            if not response.streaming:
                response.close()  # tells the end of the request, in the thread whose connections it used
        finally:
            close_old_connections()
        return response


async def _in_threads(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """A file, read piece by piece while it is sent."""
    while (part := await asyncio.get_running_loop().run_in_executor(_pool, next, parts, None)) is not None:
        yield part


def get_application() -> InOneThread:
    """As django.core.asgi.get_asgi_application."""
    django.setup(set_prefix=False)
    return InOneThread()
