"""Ending sockets and taking topics away: sign-out, ban, merge and lost rights.

A revocation is an event of the log topic `system:0`, written by the transaction that made it true. Nobody may
join that topic; every hub follows it like any other, so the poll of tops carries revocations when doorbells don't.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TypeVar

from django.conf import settings

from jobfair.core.errors import NotFound
from jobfair.core.events import Event
from jobfair.core.schemas import Schema
from jobfair.realtime import log
from jobfair.realtime.channel import Channel, encode
from jobfair.realtime.connection import Connection
from jobfair.realtime.log import Entry
from jobfair.realtime.protocol import Close
from jobfair.realtime.publisher import announce
from jobfair.realtime.reading import consistent_read, in_watch, viewer_of
from jobfair.realtime.registry import Registry, registry

E = TypeVar("E", bound=Event)
TOPIC = "system:0"
PUSH = "realtime.revoked"


class Revocation(Schema):
    """What `user_id` loses: with `close` its sockets (those of one session mark, or all), else rights to re-read."""

    user_id: int
    session: str | None = None
    close: Close | None = None


def register(into: Registry) -> None:
    into.add_push(PUSH, Revocation)


def revoke_on(event_type: type[E], revocation_of: Callable[[E], Revocation | None]) -> None:
    """Have every `event_type` revoke what `revocation_of` says, if anything."""

    def tell(event: E) -> Iterator[tuple[str, str, Schema]]:
        revocation = revocation_of(event)
        if revocation is not None:
            yield TOPIC, PUSH, revocation

    announce(event_type, tell)


class Revocations(Channel):
    """The hub's own place in `system:0`; it acts on each revocation instead of passing it on."""

    def __init__(self, leave: Callable[[Connection, str], None], wake: Callable[[], None]) -> None:
        super().__init__(TOPIC, joining=1)  # joining: never forgotten
        self.of_user: dict[int, set[Connection]] = defaultdict(set)
        self.due: set[int] = set()  # users whose rights are to be read again
        self._leave = leave
        self._wake = wake

    def add(self, connection: Connection) -> None:
        if connection.user_id is not None:
            self.of_user[connection.user_id].add(connection)

    def remove(self, connection: Connection) -> None:
        if connection.user_id is not None:
            own = self.of_user[connection.user_id]
            own.discard(connection)
            if not own:
                del self.of_user[connection.user_id]

    async def begin(self) -> None:
        """Fix the position from which revocations are followed. Sockets read their session after this."""
        if self.cursor is None:
            top = (await in_watch(log.read_tops, [TOPIC])).get(TOPIC, 0)
            if self.cursor is None:
                self.cursor = top

    def take(self, entry: Entry) -> None:
        revocation = Revocation.model_validate(entry.payload)
        own = tuple(self.of_user.get(revocation.user_id, ()))
        if revocation.close is None and own:
            for connection in own:
                connection.rights += 1
            self.reread(revocation.user_id)
        elif revocation.close is not None:
            for connection in own:
                if revocation.session in {None, connection.session}:
                    connection.close(revocation.close)

    def reread(self, user_id: int) -> None:
        """Ask for this user's rights to be read again soon."""
        self.due.add(user_id)
        self._wake()

    async def take_away(self) -> None:
        """Read the rights of all who are due; those whose read fails stay due."""
        for user_id in tuple(self.due):
            self.due.discard(user_id)
            topics = {topic for connection in self._own(user_id) for topic in connection.topics}
            try:
                lost = await in_watch(read_lost, user_id, sorted(topics))
            except Exception:
                self.due.add(user_id)
                raise
            for connection in self._own(user_id):
                for topic in lost & connection.topics:
                    self._leave(connection, topic)
                    connection.push(encode({"on": topic, "gone": True}))

    def _own(self, user_id: int) -> tuple[Connection, ...]:
        return tuple(self.of_user.get(user_id, ()))


def read_lost(user_id: int, topics: Iterable[str]) -> set[str]:
    """Those of `topics` that the user may not watch (any more), in one read."""
    with consistent_read():
        viewer = viewer_of(user_id)
        return {topic for topic in topics if not _may_join(viewer, topic)}


def _may_join(viewer: object, topic: str) -> bool:
    try:
        kind, id = registry.resolve(topic)
        kind.may_join(viewer, id)
    except NotFound:
        return False
    return True


def reason_to_close(user_id: int, session_key: str | None) -> Close | None:
    """Why a socket let in a moment ago may not stay: its session has ended, or its user was disabled."""
    sessions = import_module(settings.SESSION_ENGINE).SessionStore()
    if not session_key or not sessions.exists(session_key):
        return Close.SIGNED_OUT
    return Close.BANNED if viewer_of(user_id) is None else None
