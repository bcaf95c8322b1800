"""A joined topic in one hub: who watches it, and how far it has come. Touched on the event loop only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from jobfair.realtime.connection import Connection
from jobfair.realtime.frames import Frame, encode, push_frame
from jobfair.realtime.log import Entry
from jobfair.realtime.protocol import PresenceState
from jobfair.realtime.registry import Counts


@dataclass(eq=False)
class Subscription:
    """One socket's place in one topic; it drops what it has already seen."""

    connection: Connection
    cursor: int
    presence: PresenceState = "present"

    def take(self, at: int, frame: Frame) -> None:
        if at > self.cursor:
            self.cursor = at
            self.connection.push(frame)

    def rise_to(self, floor: int, topic: str) -> None:
        """What it was told has been withdrawn: the page is to join anew, without since."""
        self.take(floor, encode({"on": topic, "reset": True}))


@dataclass(eq=False)
class Channel:
    """A joined topic. `cursor` is None until the first subscription brings a position."""

    topic: str
    counts: Counts = "none"
    cursor: int | None = None
    behind: bool = False
    fetching: bool = False
    joining: int = 0
    rights: int = 0  # how often the rights to it have changed while it was joined
    gauge: dict[str, Any] | None = None
    subscriptions: dict[Connection, Subscription] = field(default_factory=dict)

    def deliver(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if self.cursor is None or entry.at <= self.cursor:
                continue
            self.cursor = entry.at
            self.take(entry)

    def rise_to(self, floor: int) -> None:
        """A floor above the cursor: something was withdrawn, so every page joins anew."""
        if self.cursor is not None and floor > self.cursor:
            self.cursor = floor
            for subscription in tuple(self.subscriptions.values()):
                subscription.rise_to(floor, self.topic)

    def take(self, entry: Entry) -> None:
        frame = push_frame(self.topic, entry)
        for subscription in tuple(self.subscriptions.values()):
            subscription.take(entry.at, frame)
