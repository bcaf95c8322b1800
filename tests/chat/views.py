"""What a client shows: the reducers of the conversations' topics, written down a second time.

The browser's own are tested against the golden conversation that test_commutation.py records.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
NEWEST = 50
POSTED, SEEN, CHANGED = "chat.message_posted", "chat.messages_seen", "chat.conversation_changed"
MINE, DESK = "chat.my_chat_changed", "chat.desk_chat_changed"
PUSHES = {POSTED, SEEN, CHANGED, MINE, DESK}


def apply(view: Json, name: str, data: Json) -> Json:
    if name == POSTED:
        lines = [one for one in view["messages"] if one["id"] != data["message"]["id"]] + [data["message"]]
        lines.sort(key=lambda one: one["id"])
        older = view["has_older"] or len(lines) > NEWEST
        return {**view, "messages": lines[-NEWEST:], "has_older": older}
    if name == SEEN:
        return {**view, "messages": [seen(one, data) for one in view["messages"]]}
    if name == CHANGED:
        return {**view, "conversation": data["conversation"]}
    if name in {MINE, DESK}:
        row = data["chat"]
        others = [one for one in view["chats"] if one["conversation"]["id"] != row["conversation"]["id"]]
        rows = sorted(
            [*others, row], key=lambda one: (one["last"]["at"], one["conversation"]["id"]), reverse=True
        )
        return {**view, "chats": rows[:NEWEST]}
    raise AssertionError(f"no reducer for {name}")


def seen(one: Json, data: Json) -> Json:
    if one["side"] == data["side"] or one["withdrawn_at"] is not None:
        return one
    delivered = one["delivered_at"] or (data["at"] if one["id"] <= data["delivered_to"] else None)
    read = one["read_at"] or (data["at"] if one["id"] <= data["read_to"] else None)
    return {**one, "delivered_at": delivered, "read_at": read}
