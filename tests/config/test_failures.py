"""A failing server answers the page's scripts in their own language."""

from __future__ import annotations

import json

import pytest
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import RequestFactory

from jobfair.config.failures import FailuresAsJson

pytestmark = pytest.mark.unit


def answer(path: str, response: HttpResponse) -> HttpResponse:
    answered = FailuresAsJson(lambda request: response)(RequestFactory().get(path))
    assert isinstance(answered, HttpResponse)
    return answered


def test_a_failure_under_api_becomes_an_error_of_the_contract() -> None:
    answered = answer("/api/me", HttpResponse("<h1>OperationalError</h1>", status=500))
    assert (answered.status_code, answered["Content-Type"]) == (500, "application/json")
    error = json.loads(answered.content)["error"]
    assert (error["code"], error["retry_after"]) == ("core.failed", None)
    assert error["message"]
    assert "OperationalError" not in answered.content.decode()


class ShuttingDown(Exception):
    sqlstate = "57P01"


class NoSuchTable(Exception):
    sqlstate = "42P01"


@pytest.mark.parametrize(
    ("cause", "status"),
    [(None, 503), (ShuttingDown(), 503), (NoSuchTable(), 500)],
    ids=["gone", "ends", "broken"],
)
def test_a_session_that_could_not_be_saved_just_now_is_no_defect(
    cause: Exception | None, status: int
) -> None:
    def fail(request: HttpRequest) -> HttpResponse:
        try:
            raise OperationalError from cause  # noqa: TRY301 - as a session store does
        except OperationalError:
            got_request_exception.send(sender=None, request=request)
        return HttpResponse("<h1>OperationalError</h1>", status=500)

    answered = FailuresAsJson(fail)(RequestFactory().get("/api/me"))
    assert isinstance(answered, HttpResponse)
    assert answered.status_code == status
    assert answered.get("Retry-After") == ("1" if status == 503 else None)


@pytest.mark.parametrize(
    ("path", "response"),
    [
        ("/", HttpResponse("<h1>500</h1>", status=500)),
        ("/api/me", JsonResponse({"error": {"code": "core.busy"}}, status=503)),
        ("/api/me", HttpResponse("<h1>404</h1>", status=404)),
    ],
)
def test_everything_else_stays_as_it_is(path: str, response: HttpResponse) -> None:
    assert answer(path, response) is response
