"""What talks by video tell their two pages: the topic, its pushes, and the commands that signals go by."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.core.schemas import DoneOut, Schema
from jobfair.interviews import access, events, showing, speaking
from jobfair.interviews.models import Signal, VideoTalk
from jobfair.interviews.schemas import (
    LeaveTalkArgs,
    SendSignalArgs,
    SignalOut,
    SignalSentPush,
    TalkChangedPush,
    VideoRoomOut,
)
from jobfair.realtime.publisher import announce
from jobfair.realtime.registry import CommandKind, Registry, TopicKind
from jobfair.realtime.withdrawal import withdraw_on

Pushes = Iterator[tuple[str, str, Schema]]


def may_join(viewer: User | None, talk_id: int) -> None:
    """The two people of a talk that is on."""
    access.open_seat_in(viewer, talk_id)


TALK = TopicKind("talk:{id}", may_join, snapshot=showing.room_snapshot, snapshot_schema=VideoRoomOut)


def tell_changed(event: events.TalkEvent) -> Pushes:
    talk = showing.talk_of(event.talk_id)
    if talk.ended_at is None:
        yield TALK.topic(event.talk_id), "interviews.talk_changed", TalkChangedPush(talk=talk)


def tell_signal(event: events.SignalSent) -> Pushes:
    signal = Signal.objects.filter(pk=event.signal_id).first()
    if signal is not None:
        push = SignalSentPush(signal=SignalOut.of(signal))
        yield TALK.topic(event.talk_id), "interviews.signal_sent", push


def shown_in(event: events.TalkEnded) -> list[str]:
    return [TALK.topic(event.talk_id)]


def topics_at(booths: Collection[int]) -> list[str]:
    """Of the talks that are on at these booths."""
    on = VideoTalk.objects.filter(booth__in=list(booths), ended_at=None).order_by("pk")
    return [TALK.topic(pk) for pk in on.values_list("pk", flat=True)]


def send_signal(viewer: User | None, cid: str, args: SendSignalArgs) -> SignalOut:
    return SignalOut.of(speaking.send_signal(_known(viewer), args, cid=cid, now=clock.now()))


def leave_talk(viewer: User | None, cid: str, args: LeaveTalkArgs) -> DoneOut:
    speaking.leave_talk(_known(viewer), args)
    return DoneOut()


def _known(viewer: User | None) -> User:
    if viewer is None:
        raise NotFound
    return viewer


def register(registry: Registry) -> None:
    """Plug talks by video into the socket."""
    registry.add_topic(TALK)
    registry.add_push("interviews.talk_changed", TalkChangedPush)
    registry.add_push("interviews.signal_sent", SignalSentPush)
    for changed in (events.TalkOpened, events.TalkHandedOver, events.TalkEntered, events.TalkLeft):
        announce(changed, tell_changed)
    announce(events.SignalSent, tell_signal)
    withdraw_on(events.TalkEnded, shown_in)
    registry.add_command(CommandKind("interviews.send_signal", SendSignalArgs, send_signal))
    registry.add_command(CommandKind("interviews.leave_talk", LeaveTalkArgs, leave_talk))
