"""An organiser sets up a desk, appoints who receives people there, and says when it can be booked."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booths.models import Booth, Counsellor
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.models import AuditEntry
from jobfair.fairs.models import Fair, FairStaff
from tests.applications.scene import make_verified_seeker
from tests.factories import make_fair

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def fair(now: datetime) -> Fair:
    return make_fair(now=now)


@pytest.fixture
def organiser(fair: Fair) -> Client:
    user = User.objects.create_user("an-organiser")
    FairStaff.objects.create(fair=fair, user=user, role=FairStaff.Role.ORGANISER)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
    headers = {"Idempotency-Key": key or uuid.uuid4().hex}
    return client.post(f"/api{path}", body or {}, content_type="application/json", headers=headers)


def make_desk(client: Client, fair: Fair, number: int = 301) -> dict[str, Any]:
    reply = send(client, f"/fairs/{fair.slug}/services", {"service": "policy", "number": number, "desks": 2})
    assert reply.status_code == 201, reply.content
    return dict(reply.json())


def test_a_desk_from_nothing_to_bookable(organiser: Client, fair: Fair) -> None:
    desk = make_desk(organiser, fair)
    assert (desk["name"], desk["desks"], desk["state"], desk["rule"]) == ("政策咨询", 2, "closed", None)
    counsellor = make_verified_seeker(name="周老师")
    for who in (counsellor.phone.removeprefix("+86"), counsellor.username):
        told = send(organiser, f"/services/{desk['id']}/counsellors", {"who": who}).json()
        assert [one["user_id"] for one in told["counsellors"]] == [counsellor.pk]
        assert told["counsellors"][0]["phone_masked"].startswith("138****")
    rule = {"slot_minutes": 20, "each": 2, "opens": "09:00:00", "closes": "17:00:00"}
    assert send(organiser, f"/services/{desk['id']}/booking-rule", rule).json()["rule"] == rule
    listed = organiser.get(f"/api/fairs/{fair.slug}/services").json()
    assert [(one["number"], one["rule"]) for one in listed] == [(301, rule)]
    path = f"/services/{desk['id']}/counsellors/{counsellor.pk}/remove"
    assert send(organiser, path).json()["counsellors"] == []
    assert send(organiser, path).status_code == 200  # again changes nothing
    acts = AuditEntry.objects.filter(action__startswith="booths.counsellor").values_list("action", flat=True)
    assert sorted(acts) == ["booths.counsellor_appointed", "booths.counsellor_removed"]


def test_what_is_refused_says_which_field(organiser: Client, fair: Fair) -> None:
    desk = make_desk(organiser, fair)
    taken = send(organiser, f"/fairs/{fair.slug}/services", {"service": "skills", "number": 301})
    assert (taken.status_code, taken.json()["error"]["code"]) == (422, "booths.number_taken")
    assert "number" in taken.json()["error"]["fields"]
    guest = User.objects.create_user("a-guest", is_guest=True)
    for who in ("13800009999", "nobody", guest.username):
        unknown = send(organiser, f"/services/{desk['id']}/counsellors", {"who": who})
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (422, "advice.person_unknown")
    backwards = {"slot_minutes": 20, "each": 1, "opens": "17:00", "closes": "09:00"}
    assert send(organiser, f"/services/{desk['id']}/booking-rule", backwards).status_code == 422
    assert not Counsellor.objects.exists()


def test_pressed_twice_it_is_one_desk(organiser: Client, fair: Fair) -> None:
    key, body = uuid.uuid4().hex, {"service": "guidance", "number": 304}
    first, again = (send(organiser, f"/fairs/{fair.slug}/services", body, key=key) for _ in range(2))
    assert first.json() == again.json()
    assert Booth.objects.count() == 1


def test_an_employers_booth_is_no_service(organiser: Client, fair: Fair, now: datetime) -> None:
    from tests.factories import make_booth

    booth = make_booth(fair=fair)
    assert send(organiser, f"/services/{booth.pk}/counsellors", {"who": "x"}).status_code == 404


def test_the_list_does_not_grow_its_queries(organiser: Client, fair: Fair) -> None:
    counts = []
    for number in (301, 302, 303):
        desk = make_desk(organiser, fair, number)
        send(organiser, f"/services/{desk['id']}/counsellors", {"who": make_verified_seeker().username})
        with CaptureQueriesContext(connection) as queries:
            organiser.get(f"/api/fairs/{fair.slug}/services")
        counts.append(len(queries))
    assert counts[0] == counts[-1]
