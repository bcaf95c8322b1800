"""What conversations tell whom: topics, snapshots, pushes, and the commands that lines go by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from jobfair.accounts.models import User
from jobfair.chat import access, events, queries, showing, speaking
from jobfair.chat.models import Conversation
from jobfair.chat.registry import Owner, owners
from jobfair.chat.schemas import (
    ChatMessageOut,
    ChatOut,
    ChatRow,
    ChatRowPush,
    ConversationOut,
    ConversationPush,
    DeskChatsOut,
    MarkSeenArgs,
    MessagePostedPush,
    MessagesSeenPush,
    MyChatsOut,
    PostMessageArgs,
    TypingArgs,
)
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.core.schemas import DoneOut, Schema
from jobfair.realtime.presence import audiences_of
from jobfair.realtime.publisher import announce
from jobfair.realtime.registry import CommandKind, Registry, TopicKind
from jobfair.realtime.withdrawal import withdraw_on

Pushes = Iterator[tuple[str, str, Schema]]
Side = Conversation.Side


# Topics


def may_read(viewer: User | None, conversation_id: int) -> None:
    access.part_in(viewer, conversation_id)


def may_be(viewer: User | None, user_id: int) -> None:
    if viewer is None or viewer.pk != user_id:
        raise NotFound


def my_snapshot(viewer: User | None, user_id: int) -> MyChatsOut:
    return MyChatsOut.of(queries.list_of_seeker(user_id))


def who_writes(conversation_id: int) -> dict[str, Any]:
    sides = queries.writers.of(conversation_id)
    return {Side.SEEKER: Side.SEEKER in sides, Side.BOOTH: Side.BOOTH in sides}


CHAT = TopicKind("chat:{id}", may_read, snapshot=showing.chat_of, snapshot_schema=ChatOut)
TYPING = TopicKind("chat:{id}:typing", may_read, gauge=who_writes)
MINE = TopicKind("user:{id}:chats", may_be, snapshot=my_snapshot, snapshot_schema=MyChatsOut)


def desk_kind(owner: Owner) -> TopicKind:
    """All conversations of one place; being on it is being at the desk."""

    def may_answer(viewer: User | None, id: int) -> None:
        if not owner.answers(viewer, id):
            raise NotFound

    def desk_snapshot(viewer: User | None, id: int) -> DeskChatsOut:
        may_answer(viewer, id)
        return DeskChatsOut.of(queries.list_of_place(f"{owner.prefix}:{id}"))

    pattern = f"{owner.prefix}:{{id}}:chats"
    return TopicKind(
        pattern, may_answer, snapshot=desk_snapshot, snapshot_schema=DeskChatsOut, presence="who"
    )


def present_on(*patterns: str) -> Callable[[Collection[int]], Mapping[int, frozenset[int]]]:
    """For owners: who is on one of these topics of each id, as the processes have told within ten seconds."""

    def present(ids: Collection[int]) -> dict[int, frozenset[int]]:
        topics = {id: [pattern.replace("{id}", str(id)) for pattern in patterns] for id in ids}
        told = audiences_of(topic for own in topics.values() for topic in own)
        return {id: frozenset().union(*(told[topic].who for topic in own)) for id, own in topics.items()}

    return present


# Pushes


def tell_posted(event: events.MessagePosted) -> Pushes:
    message = queries.get_message(event.message_id)
    if message.withdrawn_at is None:
        push = MessagePostedPush(message=ChatMessageOut.of(message))
        yield CHAT.topic(event.conversation_id), "chat.message_posted", push
    yield from tell_changed(event)


def tell_seen(event: events.MessagesSeen) -> Pushes:
    push = MessagesSeenPush.model_validate(
        {
            "side": event.side,
            "delivered_to": event.delivered_to,
            "read_to": event.read_to,
            "at": event.at,
        }
    )
    yield CHAT.topic(event.conversation_id), "chat.messages_seen", push
    if event.read_to:
        yield from _rows(event, (event.side,))


def tell_changed(event: events.ConversationEvent) -> Pushes:
    """To whoever has it open, and to both lists."""
    if not Conversation.objects.filter(pk=event.conversation_id, locked_at=None).exists():
        return
    face = queries.get_face(event.conversation_id, Side.SEEKER)
    push = ConversationPush(conversation=ConversationOut.of(face))
    yield CHAT.topic(event.conversation_id), "chat.conversation_changed", push
    yield from _rows(event, (Side.SEEKER, Side.BOOTH))


def _rows(event: events.ConversationEvent, sides: tuple[str, ...]) -> Pushes:
    """One without a line is in no list."""
    for side in sides:
        face = queries.get_face(event.conversation_id, side)
        if face.conversation.last_at is not None:
            push = ChatRowPush(chat=ChatRow.of(face))
            if side == Side.SEEKER:
                yield MINE.topic(event.seeker_id), "chat.my_chat_changed", push
            else:
                yield f"{event.topic}:chats", "chat.desk_chat_changed", push


def shown_in(event: events.ConversationEvent) -> list[str]:
    """Everywhere a line, or its first words, was told."""
    return [CHAT.topic(event.conversation_id), MINE.topic(event.seeker_id), f"{event.topic}:chats"]


def topics_of(topic: str) -> tuple[str, ...]:
    """All that the people of a place follow."""
    own = Conversation.objects.filter(topic=topic).order_by("pk").values_list("pk", flat=True)
    return (f"{topic}:chats", *(kind.topic(pk) for pk in own for kind in (CHAT, TYPING)))


# Commands


def post_message(viewer: User | None, cid: str, args: PostMessageArgs) -> ChatMessageOut:
    said = speaking.say(viewer, args.conversation_id, cid=cid, text=args.text, now=clock.now())
    return ChatMessageOut.of(said)


def mark_seen(viewer: User | None, cid: str, args: MarkSeenArgs) -> DoneOut:
    speaking.see(
        viewer,
        args.conversation_id,
        delivered_to=args.delivered_to,
        read_to=args.read_to,
        now=clock.now(),
    )
    return DoneOut()


def say_typing(viewer: User | None, cid: str, args: TypingArgs) -> DoneOut:
    speaking.type_on(viewer, args.conversation_id, now=clock.now())
    return DoneOut()


def register(registry: Registry) -> None:
    """Plug conversations into the socket; owners have been added before."""
    for kind in (CHAT, TYPING, MINE, *map(desk_kind, owners())):
        registry.add_topic(kind)
    registry.add_push("chat.message_posted", MessagePostedPush)
    registry.add_push("chat.messages_seen", MessagesSeenPush)
    registry.add_push("chat.conversation_changed", ConversationPush)
    registry.add_push("chat.my_chat_changed", ChatRowPush)
    registry.add_push("chat.desk_chat_changed", ChatRowPush)
    announce(events.MessagePosted, tell_posted)
    announce(events.MessagesSeen, tell_seen)
    for changed in (
        events.ConversationHandedOver,
        events.ConversationSettled,
        events.ConversationBlocked,
        events.ConversationUnblocked,
    ):
        announce(changed, tell_changed)
    for gone in (events.MessageWithdrawn, events.ConversationLocked):
        withdraw_on(gone, shown_in)
    registry.add_command(CommandKind("chat.post_message", PostMessageArgs, post_message))
    registry.add_command(CommandKind("chat.mark_seen", MarkSeenArgs, mark_seen))
    registry.add_command(CommandKind("chat.say_typing", TypingArgs, say_typing))
