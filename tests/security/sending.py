"""One request of one role, taken back afterwards, so that each meets the same scene."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from django.core.cache import cache as counters
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from jobfair.config.api import api
from jobfair.core import limits


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document as the router has it now."""
    return dict(api.get_openapi_schema())


def operations() -> dict[str, dict[str, Any]]:
    """`METHOD /path` and its description."""
    return {
        f"{method.upper()} {path.removeprefix('/api')}": operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def send(client: Client, **request: Any) -> HttpResponse:
    """Send it with every limit unspent; the client's cookies stay as they were."""
    counters.clear()
    limits._own.clear()
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        reply = client.generic(**request)
        transaction.set_rollback(True)
    for close in reply._resource_closers:  # its files; reply.close() would end the database's connection too
        close()
    client.cookies = cookies  # a sign-out took them away
    return reply
