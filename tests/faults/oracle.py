"""What must be true after any fault, read from the tables by raw SQL. Imports nothing from the project."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from tests.faults.client import Acknowledged
from tests.faults.server import Server
from tests.faults.watcher import Watcher
from tests.invariants import violations


@contextlib.contextmanager
def cursor_of(server: Server) -> Iterator[Any]:
    """A cursor on the server's own database."""
    url = server.env.get("DATABASE_URL", "")
    connection: Any = (
        psycopg.connect(url) if url else sqlite3.connect(server.state / "jobfair.sqlite3", timeout=20)
    )
    with contextlib.closing(connection):
        yield connection.cursor()


def rows(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return list(cursor.fetchall())


def decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def lost_or_doubled(cursor: Any, acknowledged: Sequence[Acknowledged]) -> list[str]:
    """One sentence for each acknowledged command without its effect, and each effect without one."""
    found = violations(cursor)
    kept = rows(cursor, "SELECT cid, reply FROM core_commandresult")
    replies = {cid: decoded(reply) for cid, reply in kept}
    said = {one.key: one.reply for one in acknowledged}
    found += [f"acknowledged and lost: {key}" for key in said.keys() - replies.keys()]
    found += [f"done and never acknowledged: {key}" for key in replies.keys() - said.keys()]
    for key in said.keys() & replies.keys():
        if said[key] != replies[key]:
            found.append(f"another reply is kept for {key}: {replies[key]}, told {said[key]}")
    if len(kept) != len(replies):
        found.append(f"{len(kept) - len(replies)} commands kept twice")
    return found + _tickets(cursor, acknowledged) + _twice(cursor)


def _tickets(cursor: Any, acknowledged: Sequence[Acknowledged]) -> list[str]:
    tickets = {
        pk: (booth, number, state)
        for pk, booth, number, state in rows(cursor, "SELECT id, booth_id, number, state FROM booths_ticket")
    }
    taken = [one.reply for one in acknowledged if one.path.endswith("/tickets")]
    found = []
    if len({reply["id"] for reply in taken}) != len(taken):
        found.append("two commands were given one ticket")
    found += [
        f"ticket {pk} was never acknowledged" for pk in tickets.keys() - {reply["id"] for reply in taken}
    ]
    for reply in taken:
        if tickets.get(reply["id"], ())[:2] != (reply["booth_id"], reply["number"]):
            found.append(f"ticket {reply['id']} is not as acknowledged")
    for one in acknowledged:
        ended = {"leave": "left", "finish": "done"}.get(one.path.rsplit("/", 1)[-1])
        if ended and tickets[one.reply["id"]][2] != ended:
            found.append(f"{one.path} was acknowledged; the ticket is {tickets[one.reply['id']][2]}")
    return found


def _twice(cursor: Any) -> list[str]:
    once = "('booths.ticket_taken', 'booths.ticket_serving', 'booths.ticket_ended')"
    audited = rows(
        cursor,
        f"SELECT action, subject, COUNT(*) FROM core_auditentry WHERE action IN {once} "
        "GROUP BY action, subject HAVING COUNT(*) > 1",
    )
    talks = rows(
        cursor, "SELECT ticket_id, COUNT(*) FROM booths_interview GROUP BY ticket_id HAVING COUNT(*) > 1"
    )
    return [f"{action} of {subject} {times}×" for action, subject, times in audited] + [
        f"ticket {ticket} has {times} talks" for ticket, times in talks
    ]


def seen_wrongly(cursor: Any, watchers: Sequence[Watcher]) -> list[str]:
    """Pushes that came twice, out of order, or are not in the log as they were seen."""
    log = {
        (topic, offset): (name, decoded(payload))
        for topic, offset, name, payload in rows(
            cursor, 'SELECT topic, "offset", type, payload FROM realtime_streamevent'
        )
    }
    found = []
    for watcher in watchers:
        follower = watcher.follower
        offsets = [one.at for one in follower.seen]
        if offsets != sorted(set(offsets)):
            found.append(f"{follower.topic} was applied out of order")
        found += [
            f"{follower.topic}: {n} {what}" for what in ("gaps", "doubles") if (n := follower.counts[what])
        ]
        found += [
            f"{follower.topic} {one.at} is not in the log as seen"
            for one in follower.seen
            if log.get((follower.topic, one.at)) != (one.name, one.data)
        ]
    return found


def lags(acknowledged: Sequence[Acknowledged], watchers: Sequence[Watcher]) -> list[float]:
    """Seconds from each ticket's acknowledgement to each watcher of its booth, ascending."""
    shown: dict[str, dict[int, float]] = {}
    for watcher in watchers:
        for one in watcher.follower.seen:
            if one.name == "booths.ticket_taken":
                first = shown.setdefault(watcher.follower.topic, {})
                ticket = one.data["ticket"]["ticket_id"]
                first[ticket] = max(one.when, first.get(ticket, 0))
    return sorted(
        max(0.0, shown[topic][one.reply["id"]] - one.at)
        for one in acknowledged
        if one.path.endswith("/tickets")
        and one.reply["id"] in shown.get(topic := f"booth:{one.reply['booth_id']}", {})
    )
