"""Exactly-once commands: the reply of a committed command answers every repeat of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from jobfair.core.errors import CommandConflict, Withdrawn
from jobfair.core.events import Event
from jobfair.core.models import CommandResult, CommandSubject
from jobfair.core.unit_of_work import emitted, unit_of_work

KEPT = timedelta(days=30)
PURGED_AT_ONCE = 1000


@unit_of_work
def run_once(*, actor: str, command: str, cid: str, body: Any, do: Callable[[], Any], now: datetime) -> Any:
    """Run `do` and keep its JSON-able reply under (actor, command, cid), all in one transaction.

    A repeat gets the kept reply without running again; another body under the same cid is a 409. Refusals roll
    back and are not kept, so the same command may be tried again. The reply is tagged with the subjects of the
    facts that `do` stated; once one of them is withdrawn, a repeat is a 410 and still does not run again.
    """
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    try:
        with transaction.atomic():
            result = CommandResult.objects.create(
                actor=actor, command=command, cid=cid, body_hash=digest, expires_at=now + KEPT
            )
    except IntegrityError:
        kept = CommandResult.objects.get(actor=actor, command=command, cid=cid)
        if kept.withdrawn:
            raise Withdrawn from None
        if kept.body_hash != digest:
            raise CommandConflict from None
        return kept.reply
    before = len(emitted())
    reply = do()
    result.reply = reply
    result.save(update_fields=["reply"])
    told = _subjects(emitted()[before:])
    CommandSubject.objects.bulk_create(CommandSubject(result=result, subject=one) for one in told)
    return reply


def _subjects(events: Sequence[Event]) -> list[str]:
    """What the reply may tell of. Not what the command itself withdrew: its own reply says just that."""
    withdrawn = {event.subject for event in events if event.withdraws}
    return sorted({event.subject for event in events} - withdrawn)


def withdraw_replies(subject: str) -> int:
    """Empty every stored reply that tells of `subject`; the rows stay, so that a late repeat has no effect."""
    told = CommandSubject.objects.filter(subject=subject)
    results = CommandResult.objects.filter(pk__in=told.values("result_id"))
    return results.update(reply=None, body_hash="", withdrawn=True)


def purge_expired(now: datetime) -> int:
    """Forget replies that nobody will ask for any more; bounded, so that it never holds up a command."""
    expired = CommandResult.objects.filter(expires_at__lt=now).order_by("expires_at")
    pks = list(expired.values_list("pk", flat=True)[:PURGED_AT_ONCE])
    CommandResult.objects.filter(pk__in=pks).delete()
    return len(pks)


def move_results(*, from_actor: str, to_actor: str) -> None:
    """Hand a merged guest's kept replies to the account, so its repeats stay repeats."""
    taken = CommandResult.objects.filter(actor=to_actor).values("command", "cid")
    mine = {(row["command"], row["cid"]) for row in taken}
    for result in CommandResult.objects.filter(actor=from_actor):
        if (result.command, result.cid) not in mine:
            result.actor = to_actor
            result.save(update_fields=["actor"])
