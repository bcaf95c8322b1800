"""The wire: closed frames, JSON text. The TypeScript twin is generated from these types."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from jobfair.core.schemas import Schema

TopicName = Annotated[str, StringConstraints(max_length=80)]
CommandId = Annotated[str, StringConstraints(min_length=8, max_length=64)]
FRAME_BYTES = 16_000
TOPICS_PER_SOCKET = 64
COMMANDS_PER_MINUTE = 120
BEAT_SECONDS = 15


PresenceState = Literal["present", "playing", "paused"]


class Close(IntEnum):
    """4000-4099 reconnect, 4100-4199 don't."""

    RESTART = 4000
    TOO_SLOW = 4001
    SIGNED_OUT = 4100
    BANNED = 4101
    PAGE_TOO_OLD = 4102


class Since(Schema):
    epoch: Annotated[str, StringConstraints(max_length=16)]
    offset: Annotated[int, Field(ge=0)]


class JoinIn(Schema):
    id: int
    do: Literal["join"]
    topic: TopicName
    since: Since | None = None
    presence: PresenceState = "present"


class LeaveIn(Schema):
    id: int
    do: Literal["leave"]
    topic: TopicName


class PresentIn(Schema):
    """What its person does with a joined topic now; paused ones aren't counted. Said again at each join."""

    id: int
    do: Literal["present"]
    topic: TopicName
    state: PresenceState


class CommandIn(Schema):
    id: int
    do: Annotated[str, StringConstraints(max_length=80)]
    cid: CommandId
    args: dict[str, Any]


class MissedPush(Schema):
    at: int
    type: Annotated[str, Field(serialization_alias="is")]
    data: dict[str, Any]


class JoinOk(Schema):
    """A log topic's reply has epoch, offset and either snapshot or missed; a gauge topic's has gauge."""

    topic: str
    epoch: str | None = None
    offset: int | None = None
    snapshot: dict[str, Any] | None = None
    missed: list[MissedPush] | None = None
    gauge: dict[str, Any] | None = None

    def wire(self) -> dict[str, Any]:
        full = self.model_dump(mode="json", by_alias=True)
        return {name: value for name, value in full.items() if value is not None}
