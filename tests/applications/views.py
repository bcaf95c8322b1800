"""What a client shows: the reducers of the applications' topics, written down a second time.

The browser's own are tested against the golden conversation that test_commutation.py records.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
NEWEST = 50
MINE = "applications.my_application_changed"
CHANGED = "applications.inbox_changed"
WITHDRAWN = "applications.inbox_withdrawn"
PUSHES = {MINE, CHANGED, WITHDRAWN}


def newest_with(rows: list[Json], row: Json) -> list[Json]:
    others = [one for one in rows if one["id"] != row["id"]]
    return sorted([*others, row], key=lambda one: -one["id"])[:NEWEST]


def apply(view: Json, name: str, data: Json) -> Json:
    if name == MINE:
        return {"applications": newest_with(view["applications"], data["application"])}
    if name == CHANGED:
        counts = dict(view["counts"])
        if data["was"] is not None:
            counts[data["was"]] -= 1
        counts[data["became"]] += 1
        rows = newest_with(view["applications"], data["application"])
        return {**view, "applications": rows, "counts": counts}
    if name == WITHDRAWN:
        rows = [one for one in view["applications"] if one["id"] != data["application_id"]]
        counts = {**view["counts"], data["was"]: view["counts"][data["was"]] - 1}
        return {**view, "applications": rows, "counts": counts}
    raise AssertionError(f"no reducer for {name}")
