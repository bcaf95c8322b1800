"""Applications over HTTP: who may do what, every command once, every refusal with a sentence."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobfair.applications import consent, services
from jobfair.applications.models import Application
from jobfair.core import clock
from jobfair.employers.models import Employer
from jobfair.employers.services import refuse_employer
from jobfair.positions.models import Position
from tests.applications.browser import get, post
from tests.applications.scene import Hiring, make_applicant, make_position
from tests.factories import make_seeker
from tests.realtime.sockets import phone

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
BODY = {"resume": "form", "source": "booth", "source_ref": "42", "consent_text_version": consent.VERSION}


@pytest.fixture
def hiring() -> Hiring:
    return Hiring(now=clock.now())


def test_a_journey_over_http(hiring: Hiring) -> None:
    seeker, recruiter = make_applicant(), hiring.recruiter
    sheet = get(seeker, f"/positions/{hiring.position.pk}/consent").json()
    assert (sheet["employer_name"], sheet["given_at"]) == (hiring.employer.name, None)
    assert hiring.employer.name in sheet["text"]
    path = f"/positions/{hiring.position.pk}/applications"
    refused = post(seeker, path, {**BODY, "consent_text_version": None})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "applications.consent_needed")
    made = post(seeker, path, BODY)
    assert (made.status_code, made.json()["state"], made.json()["source"]) == (201, "submitted", "booth")
    pk = made.json()["id"]
    assert made.json()["receipt"] == f"{pk:06d}"
    again = post(seeker, path, {**BODY, "source": "livestream", "consent_text_version": None})
    assert (again.status_code, again.json()) == (200, made.json())
    assert get(seeker, f"/positions/{hiring.position.pk}/consent").json()["given_at"] is not None
    (inbox,) = get(recruiter, "/inboxes").json()
    assert (inbox["participation_id"], inbox["unopened"], inbox["overdue"]) == (hiring.inbox.pk, 1, 0)
    base = f"/inboxes/{hiring.inbox.pk}"
    (row,) = get(recruiter, f"{base}/applications", q=made.json()["receipt"]).json()["items"]
    assert (row["id"], row["receipt"], row["name"]) == (pk, made.json()["receipt"], seeker.display_name)
    opened = post(recruiter, f"{base}/applications/{pk}/open").json()
    assert (opened["application"]["state"], opened["phone"]) == ("opened", seeker.phone.removeprefix("+86"))
    assert opened["may_become"] == ["invited", "offered", "rejected", "shortlisted"]
    assert get(seeker, f"/applications/{pk}").json()["state"] == "opened"
    noted = post(recruiter, f"{base}/applications/{pk}/notes", {"text": " 有电工证 "})
    assert (noted.status_code, noted.json()["text"]) == (201, "有电工证")
    decided = post(recruiter, f"{base}/decide", {"ids": [pk], "to": "invited"}).json()
    assert (decided["changed"], decided["refused"]) == ([pk], [])
    assert get(seeker, f"/applications/{pk}").json()["state"] == "opened"
    undone = post(recruiter, f"{base}/undo", {"decision_id": decided["decision_id"]}).json()
    assert undone["restored"] == [pk]
    gone = post(seeker, f"/applications/{pk}/withdraw").json()
    assert [step["state"] for step in gone["steps"]] == ["submitted", "opened", "withdrawn"]
    assert get(recruiter, f"{base}/applications").json()["items"] == []
    assert get(recruiter, f"{base}").json()["counts"]["opened"] == 0
    assert "有电工证" not in get(seeker, f"/applications/{pk}").content.decode()


def test_a_repeat_gets_the_same_reply_and_another_body_a_409(hiring: Hiring) -> None:
    seeker, path = make_applicant(), f"/positions/{hiring.position.pk}/applications"
    replies = [post(seeker, path, BODY, "same-key-01") for _ in range(5)]
    assert Counter((reply.status_code, reply.content) for reply in replies) == {(201, replies[0].content): 5}
    conflict = post(seeker, path, {**BODY, "source": "web"}, "same-key-01")
    assert (conflict.status_code, conflict.json()["error"]["code"]) == (409, "core.command_conflict")
    assert Application.objects.count() == 1


def test_a_late_repeat_after_the_withdrawal_tells_nothing(hiring: Hiring) -> None:
    seeker, path = make_applicant(), f"/positions/{hiring.position.pk}/applications"
    pk = post(seeker, path, BODY, "first-key-1").json()["id"]
    post(seeker, path, BODY, "other-key-1")
    noted = f"/inboxes/{hiring.inbox.pk}/applications/{pk}/notes"
    assert post(hiring.recruiter, noted, {"text": "好"}, "note-key-1").status_code == 201
    taken_back = post(seeker, f"/applications/{pk}/withdraw", None, "gone-key-1")
    for key in ("first-key-1", "other-key-1"):
        assert post(seeker, path, BODY, key).status_code == 410
    assert post(hiring.recruiter, noted, {"text": "好"}, "note-key-1").status_code == 404
    assert post(seeker, f"/applications/{pk}/withdraw", None, "gone-key-1").json() == taken_back.json()
    new = post(seeker, path, BODY)
    assert (new.status_code, new.json()["error"]["code"]) == (409, "applications.withdrawn_before")


def test_a_guest_and_nobody_do_not_submit(hiring: Hiring) -> None:
    path = f"/positions/{hiring.position.pk}/applications"
    for who, status, code in (
        (None, 401, "core.not_signed_in"),
        (make_seeker(guest=True), 401, "core.not_signed_in"),
        (make_seeker(), 403, "applications.phone_needed"),
    ):
        refused = post(who, path, BODY)
        assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert Application.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"source": "fax"},
        {"source_ref": "x" * 41},
        {"source_ref": "a b"},
        {"source_ref": "\u202e"},
        {"consent_text_version": "x" * 21},
        {"consent_text_version": "a\x00"},
        {"resume": "file"},
        {"more": 1},
    ],
)
def test_bad_input_names_its_field(hiring: Hiring, change: dict[str, Any]) -> None:
    refused = post(make_applicant(), f"/positions/{hiring.position.pk}/applications", {**BODY, **change})
    assert refused.status_code == 422
    assert set(refused.json()["error"]["fields"]) == set(change)
    assert Application.objects.count() == 0


@pytest.mark.parametrize("ids", [[], [0], [2**63], list(range(1, 202)), ["x"]])
def test_bad_ids_are_refused(hiring: Hiring, ids: list[Any]) -> None:
    assert (
        post(
            hiring.recruiter, f"/inboxes/{hiring.inbox.pk}/decide", {"ids": ids, "to": "invited"}
        ).status_code
        == 422
    )


def test_an_inbox_is_its_recruiters_alone(hiring: Hiring) -> None:
    application = hiring.submit()
    other = Hiring(now=clock.now())
    base = f"/inboxes/{hiring.inbox.pk}"
    one = f"{base}/applications/{application.pk}"
    for who, status in ((other.recruiter, 404), (application.seeker, 404), (None, 401)):
        for path in (base, f"{base}/applications", f"{base}/figures", f"{base}/reasons"):
            assert get(who, path).status_code == status
        assert post(who, f"{one}/open").status_code == status
        assert post(who, f"{one}/notes", {"text": "x"}).status_code == status
        assert post(who, f"{base}/decide", {"ids": [application.pk], "to": "invited"}).status_code == status
        assert post(who, f"{base}/undo", {"decision_id": 1}).status_code == status
    # through one's own inbox somebody else's application is not there either
    foreign = f"/inboxes/{other.inbox.pk}/applications/{application.pk}"
    assert post(other.recruiter, f"{foreign}/open").status_code == 404
    assert get(hiring.recruiter, f"/applications/{application.pk}").status_code == 404
    assert post(hiring.recruiter, f"/applications/{application.pk}/withdraw").status_code == 404


def test_lists_page_and_ask_a_fixed_number_of_queries(hiring: Hiring) -> None:
    seeker = make_applicant()
    counts = []
    for number in range(7):
        hiring.open(
            hiring.submit(seeker, position=make_position(hiring.fair, hiring.employer, now=clock.now()))
        )
        if number in {0, 6}:
            with CaptureQueriesContext(connection) as asked:
                get(seeker, "/me/applications")
                get(hiring.recruiter, f"/inboxes/{hiring.inbox.pk}")
            counts.append(len(asked))
    assert counts[0] == counts[1]
    rows = get(hiring.recruiter, f"/inboxes/{hiring.inbox.pk}/applications").json()["items"]
    older = get(hiring.recruiter, f"/inboxes/{hiring.inbox.pk}/applications", cursor=rows[3]["id"]).json()[
        "items"
    ]
    assert older == rows[4:]


def test_filters_narrow(hiring: Hiring) -> None:
    welder = make_position(hiring.fair, hiring.employer, title="焊工", now=clock.now())
    first = hiring.open(hiring.submit(make_applicant(name="赵一")))
    second = hiring.submit(make_applicant(name="钱二"), position=welder)
    path = f"/inboxes/{hiring.inbox.pk}/applications"

    def ids(**narrowed: Any) -> list[int]:
        return [row["id"] for row in get(hiring.recruiter, path, **narrowed).json()["items"]]

    assert ids() == [second.pk, first.pk]
    assert ids(state="opened") == ids(q="赵") == [first.pk]
    assert ids(position=welder.pk) == ids(q="焊") == ids(q=second.receipt) == [second.pk]
    assert ids(q="%") == ids(q="没有") == []
    for bad in ({"state": "withdrawn"}, {"q": "x" * 41}, {"q": "\x00"}, {"cursor": 0}, {"position": "x"}):
        assert get(hiring.recruiter, path, **bad).status_code == 422


def test_the_answer_rate_is_counted_from_the_records(hiring: Hiring) -> None:
    path = f"/employers/{hiring.employer.pk}/answer-rate"
    assert get(None, path).json() == {"due": 0, "in_time": 0, "percent": None}
    answered, late, withdrawn = hiring.open(hiring.submit()), hiring.submit(), hiring.submit()
    hiring.submit()
    decision = hiring.decide(answered, to="invited")
    services.settle_decision(decision_id=decision, now=hiring.now + timedelta(seconds=10))
    for one in (late, withdrawn):
        Application.objects.filter(pk=one.pk).update(answer_due_at=hiring.now)
    services.withdraw(application=withdrawn, by=withdrawn.seeker, now=clock.now())
    assert get(None, path).json() == {"due": 2, "in_time": 1, "percent": 50}
    figures = get(hiring.recruiter, f"/inboxes/{hiring.inbox.pk}/figures").json()
    counted = ("received", "opened", "invited", "withdrawn", "overdue", "answered_in_time", "hired")
    assert [figures[name] for name in counted] == [4, 1, 1, 1, 1, 1, 0]
    assert figures["by_source"]["web"] == 4
    assert [row["received"] for row in figures["by_position"]] == [4]


def test_a_repeat_finds_its_reply_whatever_became_of_the_position(hiring: Hiring) -> None:
    seeker, path = make_applicant(), f"/positions/{hiring.position.pk}/applications"
    first = post(seeker, path, BODY, "before-change")
    Position.objects.filter(pk=hiring.position.pk).update(state="in_review", was_public=True)
    again = post(seeker, path, BODY, "before-change")
    assert (again.status_code, again.content) == (201, first.content)
    assert post(seeker, path, BODY).status_code == 200
    late = post(make_applicant(), path, BODY)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "applications.position_closed")


def test_an_employer_that_was_refused_reads_no_inbox(hiring: Hiring) -> None:
    application = hiring.submit()
    Employer.objects.filter(pk=hiring.employer.pk).update(state=Employer.State.REFUSED)
    assert get(hiring.recruiter, "/inboxes").json() == []
    assert get(hiring.recruiter, f"/inboxes/{hiring.inbox.pk}").status_code == 404
    path = f"/inboxes/{hiring.inbox.pk}/applications/{application.pk}"
    assert post(hiring.recruiter, f"{path}/open").status_code == 404
    assert get(hiring.recruiter, f"/streams/inbox:{hiring.inbox.pk}").status_code == 404


async def test_an_open_inbox_is_taken_away_when_its_employer_is_refused() -> None:
    hiring = await sync_to_async(Hiring)(now=clock.now())
    topic = f"inbox:{hiring.inbox.pk}"
    async with phone(hiring.recruiter) as socket:
        assert (await socket.join(topic))["snapshot"]["participation_id"] == hiring.inbox.pk
        await sync_to_async(Employer.objects.filter(pk=hiring.employer.pk).update)(state="in_review")
        await sync_to_async(refuse_employer)(employer=hiring.employer, by=None, now=clock.now())
        assert await socket.push() == {"on": topic, "gone": True}
