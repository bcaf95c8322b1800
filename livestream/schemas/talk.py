"""What is said in a room, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from jobfair.accounts.rules import mask_name
from jobfair.chat.models import Sanction
from jobfair.core.schemas import Schema, Text
from livestream.filtering import HeldFor
from livestream.models import LiveLine, RoomTalk
from livestream.rules.talk import ban_scope

Id = Annotated[int, Field(ge=1, lt=1 << 53)]
LineSide = Literal["viewer", "employer", "host"]
LineState = Literal["shown", "held", "refused", "deleted"]
SlowSeconds = Literal[0, 3, 5, 10, 30, 60]
MuteMinutes = Literal[5, 30, 120, 1440]


# Asked


class SayArgs(Schema):
    """A line; the frame's `cid` is its own."""

    room_id: Id
    text: Annotated[Text, StringConstraints(max_length=500)]


class SetTalkIn(Schema):
    slow_seconds: SlowSeconds
    closed: bool


class PinLineIn(Schema):
    """None: nothing is pinned."""

    line_id: Id | None


class SettleHeldIn(Schema):
    show: bool


class SilenceIn(Schema):
    """`minutes` None: from all rooms of the fair."""

    minutes: MuteMinutes | None
    reason: Annotated[Text, StringConstraints(min_length=1, max_length=100)]
    delete_lines: bool


class FilterWordsIn(Schema):
    words: Annotated[
        list[Annotated[Text, StringConstraints(min_length=1, max_length=30)]], Field(max_length=2000)
    ]


# Told


class LiveLineOut(Schema):
    """A line as everyone sees it. `at` is when it was shown."""

    id: int
    side: LineSide
    name: str
    text: str
    at: datetime

    @classmethod
    def of(cls, line: LiveLine) -> LiveLineOut:
        stated = {"id": line.pk, "side": line.side, "name": line.name, "text": line.text}
        return cls.model_validate({**stated, "at": line.shown_at})


class SaidOut(Schema):
    """What became of one's own line; `line` is empty while it waits for a moderator, or was not let through."""

    id: int
    state: LineState
    text: str
    line: LiveLineOut | None

    @classmethod
    def of(cls, line: LiveLine) -> SaidOut:
        shown = LiveLineOut.of(line) if line.state == LiveLine.State.SHOWN else None
        return cls.model_validate({"id": line.pk, "state": line.state, "text": line.text, "line": shown})


class LiveTalkStateOut(Schema):
    slow_seconds: int
    closed: bool
    pinned: LiveLineOut | None

    @classmethod
    def of(cls, talk: RoomTalk) -> LiveTalkStateOut:
        pinned = LiveLineOut.of(talk.pinned) if talk.pinned else None
        return cls(slow_seconds=talk.slow_seconds, closed=talk.closed, pinned=pinned)


class LiveTalkOut(Schema):
    """The snapshot of `live:{id}:talk`: the newest fifty lines, the oldest of them first."""

    room_id: int
    state: LiveTalkStateOut
    lines: list[LiveLineOut]


class LinesPage(Schema):
    """The newest first; `next` is the cursor of those before."""

    items: list[LiveLineOut]
    next: int | None


class HeldLineOut(Schema):
    id: int
    name: str
    text: str
    held_for: list[HeldFor]
    at: datetime

    @classmethod
    def of(cls, line: LiveLine) -> HeldLineOut:
        stated = {"id": line.pk, "name": line.name, "text": line.text}
        return cls.model_validate({**stated, "held_for": line.held_for, "at": line.at})


class LiveSanctionOut(Schema):
    """`banned`: from all rooms of the fair."""

    id: int
    name: str
    reason: str
    banned: bool
    at: datetime
    until: datetime

    @classmethod
    def of(cls, sanction: Sanction, fair_id: int) -> LiveSanctionOut:
        return cls(
            id=sanction.pk,
            name=mask_name(sanction.user.display_name),
            reason=sanction.reason,
            banned=sanction.scope == ban_scope(fair_id),
            at=sanction.at,
            until=sanction.until,
        )


class ModerationOut(Schema):
    """The snapshot of `live:{id}:moderation`: what waits, the oldest first, and who may not speak."""

    room_id: int
    held: list[HeldLineOut]
    sanctions: list[LiveSanctionOut]


class SanctionsOut(Schema):
    sanctions: list[LiveSanctionOut]


class FilterWordsOut(Schema):
    """`suggested` are those to begin with."""

    words: list[str]
    suggested: list[str]


class MyStandingOut(Schema):
    """One room one may not speak in, and until when."""

    room_id: int
    banned: bool
    until: datetime


class MyLiveOut(Schema):
    """The snapshot of `user:{id}:live`."""

    silenced: list[MyStandingOut]


# Pushes


class LinesPostedPush(Schema):
    """Lines committed together. Deleted ones are taken out of it afterwards."""

    batch: int
    lines: list[LiveLineOut]


class LinesDeletedPush(Schema):
    line_ids: list[int]


class LiveTalkChangedPush(Schema):
    state: LiveTalkStateOut


class LineHeldPush(Schema):
    line: HeldLineOut


class HeldLineSettledPush(Schema):
    line_id: int


class MyLivePush(Schema):
    silenced: list[MyStandingOut]
