"""The single page. Every address that is not the API's opens it; the router in the browser does the rest.

A position's page also says in its head, before any script, what it is about: for shared links and search engines.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.positions.access import position_for_anyone
from jobfair.positions.models import Position
from jobfair.positions.posting import describe_posting, summary
from jobfair.positions.queries import face_of

_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_DESCRIPTION = re.compile(r'<meta name="description"[^>]*>')
_POSITION = re.compile(r"/p/(\d{1,18})/?")


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    index = settings.FRONTEND_DIST / "index.html"
    if not index.is_file():
        return HttpResponse(
            _("页面还没有构建，请运行 python3 run.py。"), status=503, content_type="text/plain; charset=utf-8"
        )
    html = index.read_text("utf-8")
    found = _POSITION.fullmatch(request.path)
    response = HttpResponse(_about_position(request, html, int(found[1])) if found else html)
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def doors_worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the gate's page and the pass: at the root, because a worker serves what is below it."""
    script = settings.FRONTEND_DIST / "doors-worker.js"
    if not script.is_file():
        return HttpResponseNotFound()
    response = HttpResponse(script.read_text("utf-8"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _about_position(request: HttpRequest, html: str, position_id: int) -> str:
    """The page with the position's title, description and JobPosting, while it takes applications."""
    try:
        position = position_for_anyone(position_id)
    except NotFound:
        return html
    if face_of(position, on=clock.today()) != "open":
        return html
    base = (settings.PUBLIC_URL or request.build_absolute_uri("/")).rstrip("/")
    head = _head(position, f"{base}/p/{position.pk}")
    html = _DESCRIPTION.sub("", html, count=1)
    html = _TITLE.sub(
        lambda _found: f"<title>{escape(position.title)} · {_('职等你来')}</title>", html, count=1
    )
    return html.replace("</head>", f"{head}</head>", 1)


def _head(position: Position, address: str) -> str:
    title, line = escape(position.title), escape(summary(position))
    return (
        f'<meta name="description" content="{line}">'
        f'<meta property="og:title" content="{title}"><meta property="og:description" content="{line}">'
        f'<link rel="canonical" href="{escape(address)}">'
        f'<script type="application/ld+json">{_data_block(describe_posting(position, address=address))}</script>'
    )


def _data_block(value: Any) -> str:
    """JSON that cannot end its element or open another, whatever a recruiter typed (HTML, 4.12.1.3).

    A data block is not run, so the policy against inline scripts has nothing to say about it.
    """
    text = json.dumps(value, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
