"""A stored file on its way to someone with a right to it: to be saved, never to be opened inside the site."""

from __future__ import annotations

from django.http import FileResponse, HttpResponseBase

from jobfair.core.uploads.keeping import open_stored

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def attachment(key: str, *, name: str, content_type: str) -> HttpResponseBase:
    """The file as a download called `name`; NotFound when it is gone."""
    return as_attachment(FileResponse(open_stored(key), as_attachment=True, filename=name), content_type)


def as_attachment(response: HttpResponseBase, content_type: str) -> HttpResponseBase:
    response["Content-Type"] = content_type
    for header, value in HEADERS.items():
        response[header] = value
    return response
