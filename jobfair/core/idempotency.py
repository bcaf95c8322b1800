"""Exactly-once commands: the reply of a committed command answers every repeat of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection

from jobfair.core import rows
from jobfair.core.errors import CommandConflict, DomainError, Withdrawn
from jobfair.core.events import Event
from jobfair.core.models import CommandResult, CommandSubject
from jobfair.core.rows import as_parameter, row_column, row_json, table_of_rows
from jobfair.core.unit_of_work import emitted, unit_of_work

T = TypeVar("T")
KEPT = timedelta(days=30)
PURGED_AT_ONCE = 1000


@dataclass(frozen=True)
class Command:
    """Who asks for what (`domain.verb:object`), under which client id, with which body."""

    actor: str
    name: str
    cid: str
    digest: str

    @classmethod
    def of(cls, *, actor: str, name: str, cid: str, body: Any) -> Command:
        digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
        return cls(actor, name, cid, digest)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.actor, self.name, self.cid


@dataclass(frozen=True)
class Done:
    """A command's effect is there: its JSON-able reply, and the subjects that the reply tells of."""

    reply: Any
    tells_of: Collection[str]


@unit_of_work
def run_once(*, actor: str, command: str, cid: str, body: Any, do: Callable[[], Any], now: datetime) -> Any:
    """Run `do` and keep its JSON-able reply under (actor, command, cid), all in one transaction.

    A repeat gets the kept reply without running again; another body under the same cid is a 409. Refusals roll
    back and are not kept, so the same command may be tried again. The reply is tagged with the subjects of the
    facts that `do` stated; once one of them is withdrawn, a repeat is a 410 and still does not run again.
    """

    def run(_: Sequence[None]) -> list[Done]:
        before = len(emitted())
        reply = do()
        return [Done(reply, _subjects(emitted()[before:]))]

    asked = Command.of(actor=actor, name=command, cid=cid, body=body)
    [outcome] = run_each([(asked, None)], run, now=now)
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


@unit_of_work
def run_each(
    asked: Sequence[tuple[Command, T]],
    do: Callable[[Sequence[T]], Sequence[Done | DomainError]],
    *,
    now: datetime,
) -> list[Any | DomainError]:
    """As `run_once`, for many different commands in one transaction; an outcome or a refusal for each, in order.

    `do` is called once, with what belongs to the commands that nobody has run yet. What it refuses it must have left
    unwritten: nothing is rolled back for one alone.
    """
    claimed = _claim([command for command, _ in asked], now)
    fresh = [(command, about) for command, about in asked if command.key in claimed]
    outcomes: dict[tuple[str, str, str], Any] = {}
    if len(fresh) < len(asked):
        outcomes = _repeat([command for command, _ in asked if command.key not in claimed])
    if fresh:
        done = do([about for _, about in fresh])
        by_key = {command.key: one for (command, _), one in zip(fresh, done, strict=True)}
        _keep({claimed[key]: one for key, one in by_key.items()})
        outcomes |= {key: one.reply if isinstance(one, Done) else one for key, one in by_key.items()}
    return [outcomes[command.key] for command, _ in asked]


def _claim(commands: Sequence[Command], now: datetime) -> dict[tuple[str, str, str], int]:
    """Rows for those that are new, in one order everywhere. Waits for whoever is just running an equal one."""
    rows = sorted((*one.key, one.digest) for one in commands)
    columns = ",".join(row_column(place) for place in range(4))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_commandresult (actor, command, cid, body_hash, withdrawn, expires_at) "  # noqa: S608
            f"SELECT {columns}, %s, %s FROM {table_of_rows()} WHERE true "
            "ON CONFLICT (actor, command, cid) DO NOTHING RETURNING id, actor, command, cid",
            [False, connection.ops.adapt_datetimefield_value(now + KEPT), as_parameter(rows)],
        )
        return {(actor, name, cid): pk for pk, actor, name, cid in cursor.fetchall()}


def _repeat(commands: Sequence[Command]) -> dict[tuple[str, str, str], Any]:
    """What was kept for each."""
    results = CommandResult.objects.filter(
        actor__in={one.actor for one in commands}, cid__in={one.cid for one in commands}
    )
    kept = {(one.actor, one.command, one.cid): one for one in results}
    return {one.key: _kept(one, kept[one.key]) for one in commands}


def _kept(command: Command, result: CommandResult) -> Any:
    if result.withdrawn:
        return Withdrawn()
    return result.reply if result.body_hash == command.digest else CommandConflict()


def _keep(outcomes: Mapping[int, Done | DomainError]) -> None:
    """By result: replies stay with their commands; a refused command may be tried again."""
    done = {pk: one for pk, one in outcomes.items() if isinstance(one, Done)}
    if done:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE core_commandresult SET reply = {row_json(1)} FROM {table_of_rows()} "  # noqa: S608
                f"WHERE core_commandresult.id = CAST({row_column(0)} AS bigint)",
                [as_parameter((pk, json.dumps(one.reply)) for pk, one in done.items())],
            )
    rows.insert(
        CommandSubject(result_id=pk, subject=subject) for pk, one in done.items() for subject in one.tells_of
    )
    if len(done) < len(outcomes):
        CommandResult.objects.filter(pk__in=outcomes.keys() - done.keys()).delete()


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
