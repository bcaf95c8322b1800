"""The way round a blocked WebSocket: the same joins and commands over plain HTTP, polled by the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from ninja import Router
from ninja.decorators import decorate_view
from ninja.errors import ValidationError as InvalidBody
from pydantic import Field, StringConstraints, ValidationError

from jobfair.core import clock
from jobfair.core.errors import Invalid, NotFound
from jobfair.core.limits import Limit, spend
from jobfair.core.schemas import ErrorReply, Schema
from jobfair.realtime.gathering import do_by_http
from jobfair.realtime.protocol import COMMANDS_PER_MINUTE, CommandId, JoinOk, Since
from jobfair.realtime.reading import read_topic
from jobfair.realtime.registry import Asked, registry

router = Router(tags=["realtime"])

MINUTE = timedelta(minutes=1)
# A page polls each of its few topics every 3-15 s. A hall shares one address, so by address only a flood is refused.
POLLS_PER_DEVICE = Limit("poll-device", 240, MINUTE)
POLLS_PER_ADDRESS = Limit("poll-address", 60_000, MINUTE)
COMMANDS_PER_DEVICE = Limit("command-device", COMMANDS_PER_MINUTE, MINUTE)
REFUSALS = {404: ErrorReply, 422: ErrorReply, 429: ErrorReply}

Identify = Callable[[HttpRequest], tuple[str, str]]
_identify: list[Identify] = []


def tell_devices_with(identify: Identify) -> None:
    """The composition root says how to tell (device, address) of a request; the kernel knows no accounts."""
    _identify[:] = [identify]


class CommandBody(Schema):
    """A socket command without its frame."""

    cid: CommandId
    args: dict[str, Any]


@router.get("/streams/{topic}", response={200: JoinOk, **REFUSALS}, by_alias=True, exclude_none=True)
@decorate_view(cache_control(no_store=True))
def get_stream(
    request: HttpRequest,
    topic: str,
    epoch: Annotated[str, StringConstraints(max_length=16)] | None = None,
    offset: Annotated[int, Field(ge=0)] | None = None,
) -> Any:
    """What a join of `topic` since (epoch, offset) would reply: all that was missed, or a snapshot, or a gauge."""
    device, address = _identify[0](request)
    spend((POLLS_PER_ADDRESS, address), (POLLS_PER_DEVICE, device), now=clock.now())
    if (epoch is None) != (offset is None):
        raise Invalid(fields={"epoch" if epoch is None else "offset": _("请和另一个参数一起给出。")})
    since = Since(epoch=epoch, offset=offset) if epoch is not None and offset is not None else None
    return read_topic(topic, request.user.pk, since)


@router.post("/commands/{name}", response={200: dict[str, Any], **REFUSALS})
def run_command(request: HttpRequest, name: str, body: CommandBody) -> Any:
    """A socket command; `cid` makes its repeats one, on either way."""
    kind = registry.commands.get(name)
    if kind is None:
        raise NotFound
    device = _identify[0](request)[0]
    spend((COMMANDS_PER_DEVICE, device), now=clock.now())
    try:
        args = kind.args.model_validate(body.args)
    except ValidationError as error:
        raise InvalidBody([dict(one) for one in error.errors()]) from None
    return do_by_http(kind, Asked(request.user.pk, body.cid, args)).wire()
