"""What the API answers when the server itself fails, e.g. while the database is away: never a page of HTML.

What passes by itself (the database is away, restarting or overrun) is a 503 with Retry-After, after which pages send
the same command again under the same key. Everything else is a defect, and a 500.
"""

from __future__ import annotations

import sqlite3
import sys

from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.dispatch import receiver
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from jobfair.core.errors import Busy
from jobfair.core.schemas import ErrorOut, ErrorReply

RETRY_AFTER = 1  # seconds
SQLITE_PASSING = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
# PostgreSQL, appendix A: connection, resources, shutdown, deadlock and serialization; "" is no answer at all.
POSTGRES_PASSING = ("08", "53", "57P", "40", "55P03")


def is_passing(error: BaseException | None) -> bool:
    """Whether the same request may well succeed a little later."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_PASSING
    return (getattr(cause, "sqlstate", None) or "08").startswith(POSTGRES_PASSING)


@receiver(got_request_exception)
def remember(sender: object, request: HttpRequest | None = None, **told: object) -> None:
    """Sessions are read and saved outside the API's own handlers: note why, for the answer below."""
    if request is not None:
        request.failed_for = sys.exc_info()[1]  # type: ignore[attr-defined]


class FailuresAsJson(MiddlewareMixin):
    """Outermost, so that it also hears of sessions that could not be read or saved. The log has the traceback."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        if response.status_code < 500 or not request.path.startswith("/api/") or "json" in kind:
            return response
        if is_passing(getattr(request, "failed_for", None)):
            return busy()
        error = ErrorOut(code="core.failed", message=_("服务出了点问题，请稍后重试。"))
        return JsonResponse(
            ErrorReply(error=error).wire(),
            status=response.status_code,
            json_dumps_params={"ensure_ascii": False},
        )


def busy() -> JsonResponse:
    """Come back in a moment."""
    error = ErrorOut(code=Busy.code, message=str(Busy.message), retry_after=RETRY_AFTER)
    return JsonResponse(
        ErrorReply(error=error).wire(),
        status=Busy.status,
        headers={"Retry-After": str(RETRY_AFTER)},
        json_dumps_params={"ensure_ascii": False},
    )
