"""A room's chat over the socket: viewers' topic, moderators' topic, one's own standing, and the command to speak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import DomainError, NotFound
from jobfair.core.schemas import Schema
from jobfair.realtime.publisher import announce
from jobfair.realtime.registry import Asked, CommandKind, Registry, TopicKind
from jobfair.realtime.withdrawal import Strike, strike_on
from livestream.access import rooms as access
from livestream.events import talk as events
from livestream.models import LiveLine, Room
from livestream.queries import talk as queries
from livestream.schemas.talk import (
    HeldLineOut,
    HeldLineSettledPush,
    LineHeldPush,
    LinesDeletedPush,
    LinesPostedPush,
    LiveLineOut,
    LiveSanctionOut,
    LiveTalkChangedPush,
    LiveTalkOut,
    LiveTalkStateOut,
    ModerationOut,
    MyLiveOut,
    MyLivePush,
    MyStandingOut,
    SaidOut,
    SanctionsOut,
    SayArgs,
)
from livestream.services import talk as services

Pushes = Iterator[tuple[str, str, Schema]]
POSTED = "livestream.lines_posted"
CHANGED = "livestream.talk_changed"


# Topics


def may_watch(viewer: User | None, room_id: int) -> None:
    access.room_for_anyone(room_id)


def may_moderate(viewer: User | None, room_id: int) -> None:
    access.room_for_moderator(viewer, room_id)


def may_be(viewer: User | None, user_id: int) -> None:
    if viewer is None or viewer.pk != user_id:
        raise NotFound


def talk_snapshot(viewer: User | None, room_id: int) -> LiveTalkOut:
    return LiveTalkOut(
        room_id=room_id,
        state=LiveTalkStateOut.of(queries.talk_of(room_id)),
        lines=[LiveLineOut.of(line) for line in queries.newest_lines(room_id)],
    )


def moderation_snapshot(viewer: User | None, room_id: int) -> ModerationOut:
    return ModerationOut(
        room_id=room_id,
        held=[HeldLineOut.of(line) for line in queries.held_lines(room_id)],
        sanctions=_sanctions(room_id),
    )


def my_snapshot(viewer: User | None, user_id: int) -> MyLiveOut:
    return MyLiveOut(silenced=_silenced(user_id))


TALK = TopicKind("live:{id}:talk", may_watch, snapshot=talk_snapshot, snapshot_schema=LiveTalkOut)
MODERATION = TopicKind(
    "live:{id}:moderation", may_moderate, snapshot=moderation_snapshot, snapshot_schema=ModerationOut
)
MINE = TopicKind("user:{id}:live", may_be, snapshot=my_snapshot, snapshot_schema=MyLiveOut)


# Pushes


def tell_posted(event: events.LinesPosted) -> Pushes:
    lines = [LiveLineOut.of(line) for line in event.written]
    yield TALK.topic(event.room_id), POSTED, LinesPostedPush(batch=event.batch, lines=lines)


def tell_deleted(event: events.LinesDeleted) -> Pushes:
    push = LinesDeletedPush(line_ids=list(event.line_ids))
    yield TALK.topic(event.room_id), "livestream.lines_deleted", push


def strikes_of(event: events.LinesDeleted) -> Iterator[Strike]:
    """Out of the pushes that told of them, or that pinned one: a page that was away is not told them either."""
    gone, since = set(event.line_ids), datetime.fromisoformat(event.since)

    def without(payload: dict[str, Any]) -> dict[str, Any]:
        return payload | {"lines": [line for line in payload["lines"] if line["id"] not in gone]}

    def unpinned(payload: dict[str, Any]) -> dict[str, Any]:
        return payload | {"state": payload["state"] | {"pinned": None}}

    topic, until = TALK.topic(event.room_id), datetime.fromisoformat(event.until)
    yield Strike(topic, POSTED, "batch", event.batches, since, until, without)
    yield Strike(topic, CHANGED, "state__pinned__id", gone, since, clock.now(), unpinned)


def tell_talk(event: events.TalkChanged) -> Pushes:
    state = LiveTalkStateOut.of(queries.talk_of(event.room_id))
    yield TALK.topic(event.room_id), CHANGED, LiveTalkChangedPush(state=state)


def tell_held(event: events.LineHeld) -> Pushes:
    line = LiveLine.objects.get(pk=event.line_id)
    push = LineHeldPush(line=HeldLineOut.of(line))
    yield MODERATION.topic(event.room_id), "livestream.line_held", push


def tell_settled(event: events.HeldLineSettled) -> Pushes:
    push = HeldLineSettledPush(line_id=event.line_id)
    yield MODERATION.topic(event.room_id), "livestream.held_line_settled", push


def tell_sanction(event: events.SpeakerSilenced | events.SpeakerFreed) -> Pushes:
    """To the moderators and to the person; to nobody else."""
    sanctions = SanctionsOut(sanctions=_sanctions(event.room_id))
    yield MODERATION.topic(event.room_id), "livestream.sanctions_changed", sanctions
    mine = MyLivePush(silenced=_silenced(event.user_id))
    yield MINE.topic(event.user_id), "livestream.my_standing_changed", mine


def _sanctions(room_id: int) -> list[LiveSanctionOut]:
    room = Room.objects.get(pk=room_id)
    return [LiveSanctionOut.of(one, room.fair_id) for one in queries.sanctions_in(room, clock.now())]


def _silenced(user_id: int) -> list[MyStandingOut]:
    rows = queries.silenced_rooms(user_id, clock.now())
    return [MyStandingOut(room_id=room, banned=banned, until=until) for room, banned, until in rows]


# Commands


def say(asked: Sequence[Asked]) -> list[Schema | DomainError]:
    """Lines of one process of about 80 ms, in one transaction."""
    said = [services.Said(one.user_id, one.args.room_id, one.cid, one.args.text) for one in asked]
    outcomes = services.say_many(said=said, now=clock.now())
    return [one if isinstance(one, DomainError) else SaidOut.of(one) for one in outcomes]


def register(registry: Registry) -> None:
    for kind in (TALK, MODERATION, MINE):
        registry.add_topic(kind)
    registry.add_push(POSTED, LinesPostedPush)
    registry.add_push("livestream.lines_deleted", LinesDeletedPush)
    registry.add_push(CHANGED, LiveTalkChangedPush)
    registry.add_push("livestream.line_held", LineHeldPush)
    registry.add_push("livestream.held_line_settled", HeldLineSettledPush)
    registry.add_push("livestream.sanctions_changed", SanctionsOut)
    registry.add_push("livestream.my_standing_changed", MyLivePush)
    announce(events.LinesPosted, tell_posted)
    announce(events.LinesDeleted, tell_deleted)
    announce(events.TalkChanged, tell_talk)
    announce(events.LineHeld, tell_held)
    announce(events.HeldLineSettled, tell_settled)
    announce(events.SpeakerSilenced, tell_sanction)
    announce(events.SpeakerFreed, tell_sanction)
    strike_on(events.LinesDeleted, strikes_of)
    registry.add_command(CommandKind("livestream.say", SayArgs, together=say))
