"""What domains plug into the kernel: topics, pushes and commands. Frozen once every app is loaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from jobfair.core.errors import DomainError, NotFound
from jobfair.core.schemas import Schema

Viewer = Any  # a user row, or None for a page nobody signed in on
MayJoin = Callable[[Viewer, int], None]
Snapshot = Callable[[Viewer, int], Schema]
Gauge = Callable[[int], dict[str, Any]]
Gauges = Callable[[Collection[int]], Mapping[int, dict[str, Any]]]
Command = Callable[[Viewer, str, Any], Schema]
Commands = Callable[[Sequence["Asked"]], Sequence[Schema | DomainError]]
Attended = Callable[[Mapping[int, Collection[str]]], None]
Counts = Literal["none", "count", "who"]  # whether its viewers are counted, or also named


@dataclass(frozen=True)
class TopicKind:
    """A family of topics, e.g. `booth:{id}:desk`. Log topics have a snapshot, gauge topics a gauge.

    A gauge is read every `each_s` seconds while somebody watches; `gauges` reads many of them for the price of one.

    may_join raises NotFound where the viewer has no right; it runs at every join, inside the same read.
    presence.audience_of tells of a topic that counts or names its viewers; only a topic for staff names them.
    `attended` is given, every ten seconds and by each process, who is playing on its own sockets (presence.attendance).
    """

    pattern: str
    may_join: MayJoin
    snapshot: Snapshot | None = None
    snapshot_schema: type[Schema] | None = None
    gauge: Gauge | None = None
    gauges: Gauges | None = None
    each_s: int = 1
    pushes: tuple[type[Schema], ...] = ()
    presence: Counts = "none"
    attended: Attended | None = None

    def topic(self, id: int) -> str:
        return self.pattern.replace("{id}", str(id))


@dataclass(frozen=True)
class Asked:
    """One command among those that are done together; who asked is read by whoever does them."""

    user_id: int | None
    cid: str
    args: Any


@dataclass(frozen=True)
class CommandKind:
    """A socket command: `do` is `domain.verb`; its handler runs in a thread and may write.

    With `together` instead of a handler, the commands of about 80 ms are done in one transaction (see gathering.py).
    It gives a reply or a refusal for each, in order, and for a `cid` it has done before the same reply again.
    """

    name: str
    args: type[Schema]
    handler: Command | None = None
    together: Commands | None = None

    def __post_init__(self) -> None:
        if (self.handler is None) == (self.together is None):
            raise TypeError(f"{self.name} is done alone or together")


class FrozenRegistryError(RuntimeError):
    """Something was registered after start."""


@dataclass
class Registry:
    topics: dict[str, TopicKind] = field(default_factory=dict)
    pushes: dict[str, type[Schema]] = field(default_factory=dict)
    commands: dict[str, CommandKind] = field(default_factory=dict)
    mark_session: Callable[[str], str] | None = None  # names a session without giving its key away
    frozen: bool = False

    def add_topic(self, kind: TopicKind) -> TopicKind:
        self._refuse_when_frozen()
        self.topics[kind.pattern] = kind
        return kind

    def add_push(self, name: str, schema: type[Schema]) -> None:
        self._refuse_when_frozen()
        if self.pushes.setdefault(name, schema) is not schema:
            raise ValueError(f"two schemas for push {name}")

    def add_command(self, kind: CommandKind) -> None:
        self._refuse_when_frozen()
        self.commands[kind.name] = kind

    def resolve(self, topic: str) -> tuple[TopicKind, int]:
        """The family and id of `topic`; NotFound for a name nobody registered."""
        match = re.fullmatch(r"([a-z]+):([0-9]{1,15})((?::[a-z]+)?)", topic)
        kind = self.topics.get(f"{match[1]}:{{id}}{match[3]}") if match else None
        if match is None or kind is None:
            raise NotFound
        return kind, int(match[2])

    def freeze(self) -> None:
        self.frozen = True

    def _refuse_when_frozen(self) -> None:
        if self.frozen:
            raise FrozenRegistryError("topics, pushes and commands are registered before start")


registry = Registry()
