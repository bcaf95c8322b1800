"""What a client shows: the reducers of the line's topics, written down a second time.

The browser's own are tested against the golden conversation that test_commutation.py records.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
ROWS = {
    "booths.ticket_taken",
    "booths.ticket_called",
    "booths.ticket_arrived",
    "booths.ticket_serving",
    "booths.ticket_requeued",
    "booths.ticket_changed",
    "booths.desk_ticket_changed",
    "booths.desk_finish_undone",
}
HEADS = {"booths.booth_state_changed", "booths.duty_changed"}
ENDED = {"booths.ticket_ended", "booths.desk_ticket_ended"}


def apply(view: Json, name: str, data: Json) -> Json:
    if name in ROWS:
        row = data["ticket"]
        rows = [one for one in view["waiting"] if one["ticket_id"] != row["ticket_id"]] + [row]
        counts = {"talked_today": data["talked_today"]} if "talked_today" in data else {}
        return {**view, "waiting": sorted(rows, key=lambda one: (one["place"], one["label"])), **counts}
    if name in ENDED:
        rows = [one for one in view["waiting"] if one["ticket_id"] != data["ticket_id"]]
        counts = {"talked_today": data["talked_today"]} if "talked_today" in data else {}
        return {**view, "waiting": rows, **counts}
    if name in HEADS:
        return {**view, **data}
    if name == "booths.my_ticket_changed":
        ticket = data["ticket"]
        others = [one for one in view["tickets"] if one["id"] != ticket["id"]]
        kept = [*others, ticket] if ticket["ended_at"] is None else others
        return {**view, "tickets": sorted(kept, key=lambda one: (one["taken_at"], one["id"]))}
    raise AssertionError(f"no reducer for {name}")
