"""A failing server answers the page's scripts in their own language."""

from __future__ import annotations

import json

import pytest
from django.http import HttpResponse, JsonResponse
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
