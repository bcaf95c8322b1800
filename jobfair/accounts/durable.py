"""Durable HTTP commands: whoever asks, each client id has its effect once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header
from pydantic import StringConstraints

from jobfair.accounts.access import actor_of
from jobfair.core import clock
from jobfair.core.idempotency import Command, run_once
from jobfair.core.schemas import Schema

IdempotencyKey = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$"), Header(alias="Idempotency-Key")
]


def durable(
    request: HttpRequest, command: str, key: str, body: Schema | None, do: Callable[[], Schema]
) -> Any:
    """Run `do` once for (who asks, command, key) and return its wire form, now and at every repeat.

    `command` names the act and its object, e.g. `booths.take_ticket:12`.
    """
    return run_once(
        actor=actor_of(request),
        command=command,
        cid=key,
        body=body.wire() if body is not None else None,
        do=lambda: do().wire(),
        now=clock.now(),
    )


def command_of(request: HttpRequest, command: str, key: str, body: Schema | None) -> Command:
    """The same command as `durable` runs, to be run together with others by `run_each`."""
    wire = body.wire() if body is not None else None
    return Command.of(actor=actor_of(request), name=command, cid=key, body=wire)
