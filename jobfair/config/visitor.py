"""Whose socket it is, read where the kernel reads."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie

from jobfair.realtime.reading import in_pool


class Visitor:
    """ASGI middleware: puts the session that the socket's cookie names, and its user, into the scope.

    Channels' own reads all sessions one after another in a single thread, so of a thousand phones that come back at
    once most give up before their turn; and it looks at the session again at every frame that is sent.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        session, user = await in_pool(_identify, _session_key(scope))
        await self.application({**scope, "session": session, "user": user}, receive, send)


def _session_key(scope: dict[str, Any]) -> str | None:
    cookies = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    return parse_cookie("; ".join(cookies)).get(settings.SESSION_COOKIE_NAME)


def _identify(session_key: str | None) -> tuple[Any, Any]:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return request.session, get_user(request)
