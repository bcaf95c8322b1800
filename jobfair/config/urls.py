"""Addresses: the API, sign-in, the back office, health, and the single page for everything else."""

from __future__ import annotations

from django.contrib import admin
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.urls import URLPattern, URLResolver, path, re_path

from jobfair.config.api import api
from jobfair.config.page import doors_worker, page
from jobfair.core import clock
from livestream import hls


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Whether it can do its work is /readyz."""
    return JsonResponse({"ok": True})


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether this process may be sent requests: the database answers, and both tell the same time."""
    try:
        skew = clock.measure_skew()
    except Error:
        return JsonResponse({"ok": False, "reason": "the database does not answer"}, status=503)
    if abs(skew) > clock.TOLERATED:
        off = f"this clock is {-skew.total_seconds():+.1f} s off the database's"
        return JsonResponse({"ok": False, "reason": off}, status=503)
    return JsonResponse({"ok": True})


def no_such_endpoint(request: HttpRequest) -> HttpResponse:
    return HttpResponseNotFound()


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("api/", api.urls),
    path("doors-worker.js", doors_worker),
    path("hls/air/<int:room_id>/<str:name>", hls.air),
    path("hls/sound/<int:room_id>/<str:name>", hls.sound),
    path("hls/desk/<int:room_id>/<str:name>", hls.desk),
    path("hls/kept/<int:session_id>/<str:name>", hls.kept),
    path("admin/", admin.site.urls),
    re_path(r"^(?:api|static|ws|hls|_allauth)(?:/|$)", no_such_endpoint),
    re_path(r"^.*$", page),
]
