"""The HTTP API: one NinjaAPI, every domain's router, refusals translated once."""

from __future__ import annotations

import logging
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder
from ninja.security import APIKeyCookie
from pydantic_core import to_jsonable_python

from booths.api import router as booths_router
from jobfair.accounts.access import ensure_sender
from jobfair.accounts.api import router as accounts_router
from jobfair.advice.api import router as advice_router
from jobfair.applications.api import router as applications_router
from jobfair.chat.api import router as chat_router
from jobfair.checkin.api import router as checkin_router
from jobfair.config.errors import describe_invalid
from jobfair.config.failures import busy, is_passing
from jobfair.core.errors import DomainError, Invalid
from jobfair.core.schemas import ErrorOut, ErrorReply
from jobfair.employers.api import router as employers_router
from jobfair.fairs.api import router as fairs_router
from jobfair.interviews.api import router as interviews_router
from jobfair.notices.api import router as notices_router
from jobfair.positions.api import router as positions_router
from jobfair.realtime.api import router as realtime_router
from jobfair.resumes.api import router as resumes_router
from jobfair.search.api import router as search_router
from livestream.api import router as livestream_router

logger = logging.getLogger(__name__)


class AnyVisitor(APIKeyCookie):
    """Lets everyone in and checks on every write CSRF and who is said to send it; access functions decide the rest."""

    param_name = "sessionid"

    def __init__(self) -> None:
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        ensure_sender(request)
        return True


class ExactInstants(NinjaJSONEncoder):
    """Instants as the socket and the stored replies write them; Django's encoder cuts them to milliseconds."""

    def default(self, value: Any) -> Any:
        return to_jsonable_python(value) if isinstance(value, datetime) else super().default(value)


class PlainJson(JSONRenderer):
    """Chinese as it is: a third of the bytes of its escapes."""

    encoder_class = ExactInstants
    json_dumps_params = MappingProxyType({"ensure_ascii": False, "separators": (",", ":")})


api = NinjaAPI(
    renderer=PlainJson(),
    title="职等你来",
    version="1",
    urls_namespace="api",
    docs_url=None,
    auth=AnyVisitor(),
)
api.add_router("", accounts_router)
api.add_router("", fairs_router)
api.add_router("", employers_router)
api.add_router("", positions_router)
api.add_router("", booths_router)
api.add_router("", applications_router)
api.add_router("", chat_router)
api.add_router("", checkin_router)
api.add_router("", notices_router)
api.add_router("", realtime_router)
api.add_router("", resumes_router)
api.add_router("", search_router)
api.add_router("", interviews_router)
api.add_router("", advice_router)
api.add_router("", livestream_router)


def refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
    reply = ErrorReply(
        error=ErrorOut(
            code=error.code,
            message=str(error.text),
            fields={name: str(text) for name, text in error.fields.items()},
            retry_after=error.retry_after,
        )
    )
    response = api.create_response(request, reply.wire(), status=error.status)
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response


@api.exception_handler(DomainError)
def on_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    return refuse(request, error)


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refuse(request, Invalid(fields=describe_invalid(error.errors)))


@api.exception_handler(MultiPartParserError)
@api.exception_handler(SuspiciousOperation)
def on_unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    """A body in pieces, of too many parts or too large to read."""
    return refuse(request, Invalid(fields=describe_invalid([{"type": "json_invalid"}])))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """Away or overrun is a 503, after which pages try again under the same key; a broken table is a defect."""
    if not is_passing(error):
        raise error
    logger.warning("%s %s: the database does not answer (%s)", request.method, request.path, error)
    return busy()


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if (
        error.status_code == HTTPStatus.BAD_REQUEST
    ):  # ninja could not read the body: as wrong as any other form
        return on_unreadable(request, error)
    refusal = DomainError(str(error))
    reply = ErrorReply(error=ErrorOut(code="core.http", message=str(refusal.text)))
    return api.create_response(request, reply.wire(), status=error.status_code)
