"""Exactly-once commands: the reply of a committed command answers every repeat of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from jobfair.core.errors import CommandConflict
from jobfair.core.models import CommandResult
from jobfair.core.unit_of_work import unit_of_work

KEPT = timedelta(days=30)


@unit_of_work
def run_once(*, actor: str, command: str, cid: str, body: Any, do: Callable[[], Any], now: datetime) -> Any:
    """Run `do` and keep its JSON-able reply under (actor, command, cid), all in one transaction.

    A repeat gets the kept reply without running again; another body under the same cid is a 409.
    Refusals roll back and are not kept, so the same command may be tried again.
    """
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    try:
        with transaction.atomic():
            result = CommandResult.objects.create(
                actor=actor, command=command, cid=cid, body_hash=digest, expires_at=now + KEPT
            )
    except IntegrityError:
        kept = CommandResult.objects.get(actor=actor, command=command, cid=cid)
        if kept.body_hash != digest:
            raise CommandConflict from None
        return kept.reply
    reply = do()
    result.reply = reply
    result.save(update_fields=["reply"])
    return reply


def move_results(*, from_actor: str, to_actor: str) -> None:
    """Hand a merged guest's kept replies to the account, so its repeats stay repeats."""
    taken = CommandResult.objects.filter(actor=to_actor).values("command", "cid")
    mine = {(row["command"], row["cid"]) for row in taken}
    for result in CommandResult.objects.filter(actor=from_actor):
        if (result.command, result.cid) not in mine:
            result.actor = to_actor
            result.save(update_fields=["actor"])
