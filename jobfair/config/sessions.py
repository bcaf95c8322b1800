"""Sessions that a late request can't take away."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


class LastingSessions(SessionMiddleware):
    """Deletes the session's cookie only for a request that ended the session itself.

    Signing in gives the browser another session. Django's own middleware answers a request that was sent before,
    and comes after, by deleting the cookie, which is the new session's by then: one would be signed out at once.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = request.session
        is_late = session.is_empty() and not session.modified
        if is_late and settings.SESSION_COOKIE_NAME in request.COOKIES:
            patch_vary_headers(response, ("Cookie",))
            return response
        return super().process_response(request, response)
