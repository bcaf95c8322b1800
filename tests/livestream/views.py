"""What a client shows: the reducers of the rooms' topics, written down a second time."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def apply(view: Json, name: str, data: Json) -> Json:
    if name in {"livestream.room_changed", "livestream.studio_changed"}:
        return {**view, **data}
    if name == "livestream.card_changed":
        shown = view["shown"]
        if shown["session"] is None or shown["session"]["id"] != data["session_id"]:
            return view
        changed = {one["id"]: one for one in data["cues"]}
        cues = [changed.get(one["id"], one) for one in shown["cues"]]
        return {**view, "shown": {**shown, "cues": cues, "card": data["card"]}}
    raise AssertionError(f"no reducer for {name}")
