"""What the API answers when the server itself fails, e.g. while the database is away: never a page of HTML."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from jobfair.core.schemas import ErrorOut, ErrorReply


class FailuresAsJson(MiddlewareMixin):
    """Outermost, so that it also hears of sessions that could not be read or saved. The log has the traceback."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        if response.status_code < 500 or not request.path.startswith("/api/") or "json" in kind:
            return response
        error = ErrorOut(code="core.failed", message=_("服务出了点问题，请稍后重试。"))
        return JsonResponse(
            ErrorReply(error=error).wire(),
            status=response.status_code,
            json_dumps_params={"ensure_ascii": False},
        )
