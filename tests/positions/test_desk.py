"""The organiser's review desk over HTTP: what waits, bulk publishing, refusing, two organisers at once, reports."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from jobfair.core import clock
from jobfair.core.models import AuditEntry
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.positions import services
from jobfair.positions.models import Complaint, Position
from tests.factories import make_employer, make_fair, make_position
from tests.positions.desk import Person, employer_at, organiser_of, recruiter_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def fair() -> Fair:
    return make_fair(now=clock.now())


@pytest.fixture
def organiser(fair: Fair) -> Person:
    return organiser_of(fair)


def waiting(fair: Fair, **fields: Any) -> Position:
    return make_position(fair, state="in_review", now=clock.now(), **fields)


def seen(*positions: Position) -> dict[str, Any]:
    return {"positions": [{"id": one.pk, "revision": one.revision} for one in positions]}


def desk(organiser: Person, fair: Fair, **query: Any) -> dict[str, Any]:
    reply = organiser.get(f"/fairs/{fair.slug}/review/positions", **query)
    assert reply.status_code == 200, reply.content.decode()
    return dict(reply.json())


def publish(organiser: Person, fair: Fair, *positions: Position) -> Any:
    return organiser.post(f"/fairs/{fair.slug}/review/publish", seen(*positions))


def test_what_waits_longest_comes_first_with_its_refusals(fair: Fair, organiser: Person) -> None:
    now = clock.now()
    young = waiting(fair, submitted_at=now - timedelta(hours=1))
    old = waiting(
        fair, submitted_at=now - timedelta(days=2), notes="限男性", reasons=["positions.limits_sex"]
    )
    shown = desk(organiser, fair)
    assert [row["id"] for row in shown["items"]] == [old.pk, young.pk]
    assert (shown["counts"]["in_review"], shown["ready"]) == (2, 1)
    told = shown["items"][0]["obstacles"][0]
    assert (told["code"], told["field"], told["clause"]) == ("positions.limits_sex", "notes", "限男性")
    assert "妇女权益保障法" in told["source"]


def test_sieves(fair: Fair, organiser: Person) -> None:
    ready = waiting(fair, title="焊工")
    unlawful = waiting(fair, title="会计", notes="限男性", reasons=["positions.limits_sex"])
    unconfirmed = waiting(fair, title="保安", duties_confirmed_at=None)
    unverified = waiting(
        fair, title="厨师", employer=Employer.objects.create(name="未核验", state="in_review")
    )
    coded = waiting(
        fair,
        employer=Employer.objects.create(name="缺码", state="in_review", reasons=["employers.code_missing"]),
    )

    def ids(**query: Any) -> set[int]:
        return {row["id"] for row in desk(organiser, fair, **query)["items"]}

    assert ids(ready=True) == {ready.pk}
    assert ids(ready=False) == {unlawful.pk, unconfirmed.pk, unverified.pk, coded.pk}
    assert ids(reason="positions.limits_sex") == {unlawful.pk}
    assert ids(reason="positions.duties_unconfirmed") == {unconfirmed.pk}
    assert ids(reason="employers.not_verified") == {unverified.pk, coded.pk}
    assert ids(reason="employers.code_missing") == {coded.pk}
    assert ids(q="会计") == {unlawful.pk}
    assert ids(q="未核验") == {unverified.pk}
    assert ids(state="published") == set()


def test_clean_ones_are_published_in_bulk_and_the_others_told_why(fair: Fair, organiser: Person) -> None:
    clean = [waiting(fair) for _ in range(3)]
    bad = waiting(fair, duties_confirmed_at=None)
    done = publish(organiser, fair, *clean, bad).json()
    assert done["published"] == [one.pk for one in clean]
    assert done["waiting"] == {str(bad.pk): ["岗位职责是系统建议，企业待确认。"]}
    confirmed = organiser.post(f"/fairs/{fair.slug}/review/confirm-duties", {"positions": [bad.pk]})
    assert confirmed.json() == {"confirmed": [bad.pk]}
    assert publish(organiser, fair, bad).json()["published"] == [bad.pk]


def test_the_second_organiser_gets_a_409_and_publishes_nothing(fair: Fair, organiser: Person) -> None:
    second = organiser_of(fair)
    one, other = waiting(fair), waiting(fair)
    assert publish(organiser, fair, one).status_code == 200
    late = publish(second, fair, one, other)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "positions.changed_meanwhile")
    assert late.json()["error"]["fields"] == {str(one.pk): "已不在待审核列表。"}
    other.refresh_from_db()
    assert other.state == "in_review"
    refused = second.post(f"/positions/{one.pk}/refuse", {"revision": one.revision, "text": "不实"})
    assert (refused.status_code, refused.json()["error"]["fields"]) == (409, {"revision": "已发布"})


def test_what_the_employer_changed_meanwhile_is_not_published_unread(fair: Fair, organiser: Person) -> None:
    employer = employer_at(fair)
    position = waiting(fair, employer=employer)
    recruiter = recruiter_of(employer)
    edit = recruiter.get(f"/positions/{position.pk}/edit").json()
    body = {"revision": edit["revision"], "form": edit["form"] | {"notes": "无息培训"}}
    assert recruiter.post(f"/positions/{position.pk}/submit", body).status_code == 200
    late = publish(organiser, fair, position)
    assert late.json()["error"]["fields"] == {str(position.pk): "内容已修改。"}


def test_refusing_tells_the_employer_why(fair: Fair, organiser: Person) -> None:
    employer = employer_at(fair)
    position = waiting(fair, employer=employer)
    nothing = organiser.post(f"/positions/{position.pk}/refuse", {"revision": 1})
    assert (nothing.status_code, set(nothing.json()["error"]["fields"])) == (422, {"text"})
    unknown = organiser.post(
        f"/positions/{position.pk}/refuse", {"revision": 1, "reasons": ["positions.rude"]}
    )
    assert unknown.status_code == 422
    refused = organiser.post(
        f"/positions/{position.pk}/refuse",
        {"revision": 1, "reasons": ["positions.asks_payment"], "text": "电话里要押金"},
    )
    assert refused.json()["state"] == "refused"
    told = recruiter_of(employer).get(f"/positions/{position.pk}/edit").json()
    assert told["refused_reason"] == "电话里要押金"
    assert organiser.get("/review/reasons").json()


def test_only_the_fairs_own_organisers(fair: Fair, organiser: Person) -> None:
    position = waiting(fair)
    employer = employer_at(fair)
    strangers = [(401, Person(None)), (404, organiser_of(make_fair())), (404, recruiter_of(employer))]
    for status, stranger in strangers:
        replies = [
            stranger.get(f"/fairs/{fair.slug}/review/positions"), publish(stranger, fair, position),
            stranger.get(f"/fairs/{fair.slug}/review/reports"),
            stranger.post(f"/fairs/{fair.slug}/review/confirm-duties", {"positions": [position.pk]}),
            stranger.post(f"/positions/{position.pk}/refuse", {"revision": 1, "text": "x"}),
        ]  # fmt: skip
        assert [reply.status_code for reply in replies] == [status] * 5
    foreign = waiting(make_fair(now=clock.now()))
    late = publish(organiser, fair, foreign)
    assert (late.status_code, Position.objects.filter(state="published").count()) == (409, 0)


def test_the_desk_pages_and_does_not_grow_in_queries(fair: Fair, organiser: Person) -> None:
    employer = make_employer()

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            desk(organiser, fair)
        return len(context)

    for _ in range(3):
        waiting(fair, employer=employer)
    few = queries()
    for _ in range(60):
        waiting(fair, employer=employer)
    assert queries() == few <= 10
    first = desk(organiser, fair)
    second = desk(organiser, fair, cursor=first["next"])
    ids = {row["id"] for row in first["items"] + second["items"]}
    assert (len(first["items"]), len(ids), second["next"]) == (50, 63, None)


def test_reports_are_settled_once_and_upheld_ones_end_the_position(fair: Fair, organiser: Person) -> None:
    position = make_position(fair, now=clock.now())
    for reason, device in ((Complaint.Reason.FEE, "a"), (Complaint.Reason.FALSE, "b")):
        services.report_position(
            position=position, reason=reason, text="", phone="", device=device, now=clock.now()
        )
    first, second = organiser.get(f"/fairs/{fair.slug}/review/reports").json()
    assert desk(organiser, fair)["complaints"] == 2
    settled = organiser.post(
        f"/reports/{first['id']}/settle", {"state": "upheld", "answer": "核实收费，下架"}
    )
    assert (settled.json()["state"], settled.json()["position_state"]) == ("upheld", "refused")
    again = organiser_of(fair).post(f"/reports/{first['id']}/settle", {"state": "dismissed", "answer": "x"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "positions.complaint_settled")
    assert (
        organiser.post(f"/reports/{second['id']}/settle", {"state": "dismissed", "answer": "  "}).status_code
        == 422
    )
    assert Person(None).get(f"/positions/{position.pk}").json()["face"] == "removed"
    assert (
        recruiter_of(position.employer).get(f"/positions/{position.pk}/edit").json()["refused_reason"]
        == "核实收费，下架"
    )
    assert [
        one["id"] for one in organiser.get(f"/fairs/{fair.slug}/review/reports", settled=True).json()
    ] == [first["id"]]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_organisers_press_together(fair: Fair) -> None:
    """Twenty rounds on PostgreSQL: each position is published once, and one of the two is told so."""
    people = [organiser_of(fair), organiser_of(fair)]
    answers: list[int] = []

    def press(person: Person, position: Position, start: threading.Barrier) -> None:
        try:
            start.wait(5)
            answers.append(publish(person, fair, position).status_code)
        finally:
            connections.close_all()

    for _ in range(20):
        position, start = waiting(fair), threading.Barrier(2)
        both = [threading.Thread(target=press, args=(person, position, start)) for person in people]
        for one in both:
            one.start()
        for one in both:
            one.join(20)
    assert sorted(answers) == [200] * 20 + [409] * 20
    assert AuditEntry.objects.filter(action="positions.position_published").count() == 20
