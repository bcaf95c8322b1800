"""What a client shows: the reducers of the rooms' topics, written down a second time."""

from __future__ import annotations

from collections.abc import Callable
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
    reduce = TALK.get(name.removeprefix("livestream."))
    assert reduce is not None, f"no reducer for {name}"
    return reduce(view, data)


def _posted(view: Json, data: Json) -> Json:
    lines = {one["id"]: one for one in [*view["lines"], *data["lines"]]}
    return {**view, "lines": sorted(lines.values(), key=lambda one: (one["at"], one["id"]))}


def _deleted(view: Json, data: Json) -> Json:
    return {**view, "lines": [one for one in view["lines"] if one["id"] not in data["line_ids"]]}


def _held(view: Json, one: Json) -> Json:
    return {**view, "held": sorted([*view["held"], one], key=lambda held: held["id"])}


def _settled(view: Json, id: int) -> Json:
    return {**view, "held": [one for one in view["held"] if one["id"] != id]}


def _gone(view: Json, id: int) -> Json:
    return {**view, **{side: [one for one in view[side] if one["id"] != id] for side in ("open", "answered")}}


def _question(view: Json, data: Json) -> Json:
    """In a room those most people wait for stand first, at an employer's desk those due first."""
    question, left = data["question"], _gone(view, data["question"]["id"])
    if question["state"] == "answered":
        answered = sorted([*left["answered"], question], key=lambda one: one["id"])
        return {**left, "answered": sorted(answered, key=lambda one: one["answered_at"], reverse=True)}
    at_desk = "employer" in view
    waiting = [*left["open"], question]
    return {
        **left,
        "open": sorted(waiting, key=lambda one: (one["due_at"] if at_desk else -one["voices"], one["id"])),
    }


TALK: dict[str, Callable[[Json, Json], Json]] = {
    "lines_posted": _posted,
    "lines_deleted": _deleted,
    "talk_changed": lambda view, data: {**view, "state": data["state"]},
    "line_held": lambda view, data: _held(view, data["line"]),
    "held_line_settled": lambda view, data: _settled(view, data["line_id"]),
    "sanctions_changed": lambda view, data: {**view, "sanctions": data["sanctions"]},
    "my_standing_changed": lambda view, data: {**view, "silenced": data["silenced"]},
    "question_changed": _question,
    "question_gone": lambda view, data: _gone(view, data["question_id"]),
    "question_held": lambda view, data: _held(view, data["question"]),
    "held_question_settled": lambda view, data: _settled(view, data["question_id"]),
}
