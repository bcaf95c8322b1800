"""The lines over HTTP: who may do what, and every command once."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from booths.models import Booth, Ticket
from jobfair.accounts.models import User
from jobfair.core import clock
from tests.factories import desks_of, make_booth, make_fair, make_recruiter, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
_keys = itertools.count(1)


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(user: User | None, path: str, body: Any = None, key: str | None = None) -> Any:
    return client_of(user).post(
        f"/api{path}",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key or f"key-{next(_keys):08d}"},
    )


@pytest.fixture
def booth() -> Booth:
    now = clock.now()
    return make_booth(make_fair(now=now), now=now)


def test_a_journey_over_http(booth: Booth) -> None:
    seeker, recruiter = make_seeker(guest=True), make_recruiter(booth)
    taken = post(seeker, f"/booths/{booth.pk}/tickets", {"channel": "onsite"})
    assert (taken.status_code, taken.json()["label"]) == (201, f"{booth.number}-001")
    ticket = taken.json()["id"]
    called = post(recruiter, f"/desks/{desks_of(booth)[0].pk}/call-next")
    assert called.status_code == 200
    assert (called.json()["ticket"]["id"], called.json()["ticket"]["state"]) == (ticket, "called")
    assert post(seeker, f"/tickets/{ticket}/arrive").json()["state"] == "arrived"
    assert post(recruiter, f"/tickets/{ticket}/serve").json()["state"] == "serving"
    done = post(recruiter, f"/tickets/{ticket}/finish", {"result": "talked", "note": "下周复试"})
    assert (done.json()["state"], done.json()["result"]) == ("done", "talked")
    mine = client_of(seeker).get("/api/me/tickets").json()
    assert [(one["id"], one["state"]) for one in mine] == [(ticket, "done")]
    assert "复试" not in client_of(seeker).get(f"/api/tickets/{ticket}").content.decode()


def test_a_repeated_command_gets_the_same_reply_and_another_body_a_409(booth: Booth) -> None:
    seeker = make_seeker()
    path = f"/booths/{booth.pk}/tickets"
    replies = [post(seeker, path, {"channel": "onsite"}, "same-key-1") for _ in range(5)]
    assert Counter(reply.content for reply in replies) == {replies[0].content: 5}
    conflict = post(seeker, path, {"channel": "online"}, "same-key-1")
    assert (conflict.status_code, conflict.json()["error"]["code"]) == (409, "core.command_conflict")
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/booths/{booth}/open", None),
        ("/booths/{booth}/pause", None),
        ("/booths/{booth}/resume", None),
        ("/booths/{booth}/close", None),
        ("/desks/{desk}/call-next", None),
        ("/tickets/{ticket}/miss", None),
        ("/tickets/{ticket}/serve", None),
        ("/tickets/{ticket}/finish", {"result": "talked", "note": ""}),
    ],
)
def test_only_the_booths_own_recruiters_run_its_line(booth: Booth, path: str, body: Any) -> None:
    seeker = make_seeker()
    ticket = post(seeker, f"/booths/{booth.pk}/tickets", {"channel": "onsite"}).json()["id"]
    elsewhere = make_recruiter(make_booth(booth.fair, now=clock.now()))
    address = path.format(booth=booth.pk, desk=desks_of(booth)[0].pk, ticket=ticket)
    statuses = {
        "nobody": post(None, address, body).status_code,
        "guest": post(make_seeker(guest=True), address, body).status_code,
        "seeker": post(seeker, address, body).status_code,
        "another booth's recruiter": post(elsewhere, address, body).status_code,
        "missing": post(elsewhere, path.format(booth=9**9, desk=9**9, ticket=9**9), body).status_code,
    }
    assert statuses == {
        "nobody": 401,
        "guest": 401,
        "seeker": 404,
        "another booth's recruiter": 404,
        "missing": 404,
    }
    assert Ticket.objects.get(pk=ticket).state == "waiting"
    assert Booth.objects.get(pk=booth.pk).state == "open"


def test_a_ticket_is_its_seekers_own(booth: Booth) -> None:
    ticket = post(make_seeker(), f"/booths/{booth.pk}/tickets", {"channel": "onsite"}).json()["id"]
    stranger = make_seeker()
    assert client_of(stranger).get(f"/api/tickets/{ticket}").status_code == 404
    assert client_of(None).get(f"/api/tickets/{ticket}").status_code == 401
    assert post(stranger, f"/tickets/{ticket}/leave").status_code == 404
    assert post(stranger, f"/tickets/{ticket}/arrive").status_code == 404
    assert client_of(stranger).get(f"/api/booths/{booth.pk}/desk").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "channel"),
        ({"channel": "by balloon"}, "channel"),
        ({"channel": "onsite", "place": 1}, "place"),
        ("not json", "body"),
    ],
)
def test_bad_input_names_the_field_and_the_remedy(booth: Booth, body: Any, field: str) -> None:
    reply = post(make_seeker(), f"/booths/{booth.pk}/tickets", body)
    assert reply.status_code in {400, 422}
    if reply.status_code == 422:
        assert list(reply.json()["error"]["fields"]) == [field]
        assert reply.json()["error"]["fields"][field].endswith("。")
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("note", ["好" * 501, "空\x00字", "\ud800"])
def test_a_note_that_cannot_be_kept_is_refused(booth: Booth, note: str) -> None:
    seeker, recruiter = make_seeker(), make_recruiter(booth)
    ticket = post(seeker, f"/booths/{booth.pk}/tickets", {"channel": "onsite"}).json()["id"]
    post(recruiter, f"/desks/{desks_of(booth)[0].pk}/call-next")
    post(recruiter, f"/tickets/{ticket}/serve")
    reply = post(recruiter, f"/tickets/{ticket}/finish", {"result": "talked", "note": note})
    assert (reply.status_code, list(reply.json()["error"]["fields"])) == (422, ["note"])
    assert Ticket.objects.get(pk=ticket).state == "serving"


def test_a_command_without_its_key_is_refused(booth: Booth) -> None:
    reply = client_of(make_seeker()).post(
        f"/api/booths/{booth.pk}/tickets", {"channel": "onsite"}, content_type="application/json"
    )
    assert reply.status_code == 422
    assert not Ticket.objects.exists()


def test_writes_need_the_csrf_token(booth: Booth) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_seeker(), backend="django.contrib.auth.backends.ModelBackend")
    reply = client.post(
        f"/api/booths/{booth.pk}/tickets",
        {"channel": "onsite"},
        content_type="application/json",
        headers={"Idempotency-Key": "key-csrf-1"},
    )
    assert reply.status_code == 403
    assert not Ticket.objects.exists()


def test_the_qr_code_is_a_picture(booth: Booth) -> None:
    reply = client_of(None).get(f"/api/booths/{booth.pk}/qr.svg")
    assert (reply.status_code, reply["Content-Type"]) == (200, "image/svg+xml")
    assert reply.content.startswith(b"<?xml")


@pytest.mark.parametrize("path", ["/booths/{booth}", "/fairs/{slug}/booths"])
def test_reads_cost_the_same_queries_however_long_the_line(
    booth: Booth, path: str, django_assert_max_num_queries: Any
) -> None:
    address = "/api" + path.format(booth=booth.pk, slug=booth.fair.slug)
    post(make_seeker(), f"/booths/{booth.pk}/tickets", {"channel": "onsite"})
    costs = []
    for _ in range(2):
        with django_assert_max_num_queries(12) as captured:
            assert client_of(None).get(address).status_code == 200
        costs.append(len(captured))
        for _ in range(10):
            post(make_seeker(), f"/booths/{booth.pk}/tickets", {"channel": "onsite"})
    assert costs[0] == costs[1]
