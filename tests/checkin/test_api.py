"""The doors over HTTP and the socket."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobfair.accounts.models import User
from jobfair.checkin import live
from jobfair.core import clock
from tests.applications.browser import client_of, get, post
from tests.checkin.scene import Doors, new_scan_id
from tests.factories import make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def put(user: User, path: str, body: Any = None) -> Any:
    return client_of(user).put(f"/api{path}", body, content_type="application/json")


def batch(doors: Doors, *shown: str | None, direction: str = "in") -> dict[str, Any]:
    at = clock.now().isoformat()
    scans = [
        {
            "id": new_scan_id(),
            "gate_id": doors.south.pk,
            "direction": direction,
            "shown": text,
            "device_at": at,
        }
        for text in shown
    ]
    return {"sent_at": at, "scans": scans}


def test_from_the_pass_on_a_phone_to_the_organisers_table() -> None:
    doors = Doors(capacity=2, now=clock.now())
    slug, seeker = doors.fair.slug, make_seeker(guest=True)
    mine = put(seeker, f"/fairs/{slug}/pass").json()
    assert (mine["who"], mine["role"], mine["fair_name"]) == ("访客", "seeker", doors.fair.name)
    assert mine["qr_svg"].startswith("<?xml")
    assert put(seeker, f"/fairs/{slug}/pass").json() == mine
    path = f"/fairs/{slug}/scans"
    sent = batch(doors, mine["text"], None, None, "nonsense")
    first = post(doors.clerk, path, sent)
    assert first.status_code == 200
    assert [one["verdict"] for one in first.json()["answers"]] == ["in", "in", "full", "unknown"]
    assert first.json()["hall"] == {
        "occupancy": 2,
        "capacity": 2,
        "held": True,
        "must_leave": 1,
        "level": 100,
    }
    assert post(doors.clerk, path, sent).json()["hall"]["occupancy"] == 2
    doors_out = get(doors.clerk, f"/fairs/{slug}/doors").json()
    assert [(gate["came_in"], gate["went_out"]) for gate in doors_out["gates"]] == [(2, 0), (0, 0)]
    assert not doors_out["organises"]
    day = get(doors.organiser, f"/fairs/{slug}/doors/day").json()
    assert (day["people"], day["unseen"]) == ({"seeker": 1, "walk_in": 1}, 0)
    assert [(one["came_in"], one["occupancy"]) for one in day["minutes"]] == [(2, 2)]
    assert sorted(alert["level"] for alert in day["alerts"]) == [80, 95, 100]
    assert live.doors_gauge(doors.fair.pk)["hall"]["must_leave"] == 1
    assert live.entry_gauge(doors.fair.pk) == {"held": True}
    raised = post(doors.organiser, f"/fairs/{slug}/doors/capacity", {"capacity": 10})
    assert (raised.status_code, raised.json()["held"]) == (200, False)
    assert live.entry_gauge(doors.fair.pk) == {"held": False}
    assert post(doors.organiser, f"/fairs/{slug}/doors/recount", {"counted": 7}).json()["occupancy"] == 7
    gates = put(doors.organiser, f"/fairs/{slug}/gates", {"gates": [{"id": None, "name": " 东门 "}]}).json()[
        "gates"
    ]
    assert [(gate["name"], gate["is_open"]) for gate in gates] == [
        ("东门", True),
        ("南门", False),
        ("北门", False),
    ]


def test_bad_input_is_refused_with_its_field() -> None:
    doors = Doors(now=clock.now())
    path = f"/fairs/{doors.fair.slug}/scans"
    good = batch(doors, None)
    for changed in (
        {"id": "short"},
        {"direction": "up"},
        {"device_at": "yesterday"},
        {"device_at": "2026-04-11T12:00:00"},  # of no zone
        {"device_at": "0001-01-01T00:00:00Z"},
        {"shown": "x" * 201},
        {"shown": "\u0000"},
        {"extra": 1},
    ):
        reply = post(doors.clerk, path, {**good, "scans": [{**good["scans"][0], **changed}]})
        assert (reply.status_code, reply.json()["error"]["code"]) == (422, "core.invalid"), changed
    for body in ({**good, "scans": []}, {**good, "scans": good["scans"] * 101}, {"scans": good["scans"]}):
        assert post(doors.clerk, path, body).status_code == 422
    assert (
        post(doors.organiser, f"/fairs/{doors.fair.slug}/doors/capacity", {"capacity": 0}).status_code == 422
    )


def test_strangers_find_no_doors_and_nobody_a_pass_without_a_session() -> None:
    doors = Doors(now=clock.now())
    slug = doors.fair.slug
    assert client_of(None).put(f"/api/fairs/{slug}/pass").status_code == 401
    assert get(make_seeker(), f"/fairs/{slug}/doors").status_code == 404
    assert get(Doors().clerk, f"/fairs/{slug}/doors").status_code == 404
    assert get(doors.clerk, f"/fairs/{slug}/doors/day").status_code == 404
    assert post(make_seeker(), f"/fairs/{slug}/scans", batch(doors, None)).status_code == 404


def test_reading_the_doors_costs_the_same_however_many_passed() -> None:
    doors = Doors(capacity=1000, now=clock.now())
    path = f"/fairs/{doors.fair.slug}/doors"

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert get(doors.clerk, path).status_code == 200
        return len(seen)

    doors.pass_by(doors.issue())
    few = queries()
    for _ in range(10):
        doors.pass_by(doors.issue())
    assert queries() == few
