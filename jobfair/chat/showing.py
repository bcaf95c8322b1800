"""A conversation as one of its people sees it, over HTTP and at a join."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.chat import access, queries
from jobfair.chat.models import Conversation
from jobfair.chat.schemas import ChatMessageOut, ChatOut, ConversationOut

Side = Conversation.Side


def chat_of(viewer: User | None, conversation_id: int) -> ChatOut:
    """With its newest fifty lines; NotFound for whoever has no part in it."""
    part = access.part_in(viewer, conversation_id)
    messages = queries.list_messages(conversation_id, most=queries.NEWEST + 1)
    side = Side.SEEKER if part.role == "seeker" else Side.BOOTH
    return ChatOut(
        conversation=ConversationOut.of(queries.get_face(conversation_id, side)),
        messages=[ChatMessageOut.of(one) for one in messages[-queries.NEWEST :]],
        me=part.role,
        has_older=len(messages) > queries.NEWEST,
    )
