"""Ending sockets and taking topics away: sign-out, ban, merge and lost rights.

A revocation is an event of the log topic `system:0`, written by the transaction that made it true. Nobody may
join that topic; every hub follows it like any other, so the poll of tops carries revocations when doorbells don't.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import TypeVar

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from jobfair.core.errors import NotFound
from jobfair.core.events import Event
from jobfair.core.schemas import Schema
from jobfair.realtime import log
from jobfair.realtime.channel import Channel
from jobfair.realtime.connection import Connection
from jobfair.realtime.frames import encode
from jobfair.realtime.log import Entry
from jobfair.realtime.protocol import Close
from jobfair.realtime.publisher import announce
from jobfair.realtime.reading import consistent_read, in_watch, viewer_of, viewers_of
from jobfair.realtime.registry import Registry, registry

E = TypeVar("E", bound=Event)
TOPIC = "system:0"
PUSH = "realtime.revoked"


class Revocation(Schema):
    """What is lost: with `close` the sockets of `user_id` (those of one session mark, or all), else rights.

    Without `close`, the rights of `user_id` to all it watches, and of everyone to `topics`, are read again.
    """

    user_id: int | None = None
    session: str | None = None
    close: Close | None = None
    topics: tuple[str, ...] = ()


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

    def __init__(
        self,
        channels: Mapping[str, Channel],
        leave: Callable[[Connection, str], None],
        wake: Callable[[], None],
    ) -> None:
        super().__init__(TOPIC, joining=1)  # joining: never forgotten
        self.of_user: dict[int, set[Connection]] = defaultdict(set)
        self.due: set[tuple[Connection, str]] = set()  # rights that are to be read again
        self._channels = channels
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
        own = tuple(self.of_user.get(revocation.user_id or 0, ()))
        if revocation.close is not None:
            for connection in own:
                if revocation.session in {None, connection.session}:
                    connection.close(revocation.close)
            return
        for connection in own:
            connection.rights += 1
            self.due.update((connection, topic) for topic in connection.topics)
        for topic in revocation.topics:
            if (channel := self._channels.get(topic)) is not None:
                channel.rights += 1
                self.due.update((connection, topic) for connection in channel.subscriptions)
        if self.due:
            self._wake()

    def reread(self, connection: Connection, topic: str) -> None:
        """Ask for this right to be read again soon."""
        self.due.add((connection, topic))
        self._wake()

    async def take_away(self) -> None:
        """Read all rights that are due, and end what is lost; those whose read fails stay due."""
        due, self.due = self.due, set()
        rights = sorted({(connection.user_id or 0, topic) for connection, topic in due})
        try:
            lost = await in_watch(read_lost, rights) if rights else set()
        except Exception:
            self.due |= due
            raise
        for connection, topic in due:
            if (connection.user_id or 0, topic) in lost and topic in connection.topics:
                self._leave(connection, topic)
                connection.push(encode({"on": topic, "gone": True}))


def read_lost(rights: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of `rights` (user id or 0, topic) that are no right (any more), in one read."""
    asked = list(rights)
    with consistent_read():
        viewers = viewers_of({user_id for user_id, _ in asked})
        return {(user_id, topic) for user_id, topic in asked if not _may_join(viewers.get(user_id), topic)}


def _may_join(viewer: object, topic: str) -> bool:
    try:
        kind, id = registry.resolve(topic)
        kind.may_join(viewer, id)
    except NotFound:
        return False
    return True


def reason_to_close(user_id: int, session_key: str | None) -> Close | None:
    """Why a socket let in a moment ago may not stay: its session has ended, or its user was disabled."""
    sessions = import_module(settings.SESSION_ENGINE).SessionStore
    session = sessions(session_key).load() if session_key else {}
    if session.get(SESSION_KEY) != str(user_id):
        return Close.SIGNED_OUT
    viewer = viewer_of(user_id)
    if viewer is None:
        return Close.BANNED
    is_current = constant_time_compare(session.get(HASH_SESSION_KEY, ""), viewer.get_session_auth_hash())
    return None if is_current else Close.SIGNED_OUT
