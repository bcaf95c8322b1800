"""The review desk: what waits, who looks at it, one decision that counts, and the six months after."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections

from jobfair.core import clock
from jobfair.core.errors import DomainError
from jobfair.core.models import AuditEntry
from jobfair.employers import rules, services
from jobfair.employers.models import Employer, Review
from tests.employers.page import Page, error
from tests.factories import NOON, credit_code, make_employer, make_fair, make_organiser, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def waiting(fair, serial: int, *, minutes: int = 0, **more) -> Employer:
    employer = Employer.objects.create(
        name=f"等待{serial}有限公司",
        credit_code=credit_code(1000 + serial),
        state=Employer.State.IN_REVIEW,
        submitted_at=NOON + timedelta(minutes=minutes),
        **more,
    )
    employer.participations.create(fair=fair)
    return employer


@pytest.fixture
def fair():
    return make_fair()


@pytest.fixture
def boss(fair):
    return make_organiser(fair)


def decide(user, employer: Employer, key: str = "", **body):
    employer.refresh_from_db()
    return Page(user).tell(
        f"review/employers/{employer.pk}/decide", key, **{"revision": employer.revision} | body
    )


def test_the_longest_wait_comes_first_and_pages_do_not_overlap(fair, boss, django_assert_num_queries):
    for serial in range(33):
        waiting(fair, serial, minutes=100 - serial)
    waiting(make_fair(), 99)
    page = Page(boss)
    page.ask("review/employers")
    with django_assert_num_queries(6):
        first = page.ask("review/employers").json()
    names = [item["name"] for item in first["items"]]
    assert names[:2] == ["等待32有限公司", "等待31有限公司"]
    assert (len(names), first["counts"]["waiting"]) == (30, 33)
    rest = page.ask("review/employers", cursor=first["next"]).json()
    assert (len(rest["items"]), rest["next"]) == (3, None)
    assert not set(names) & {item["name"] for item in rest["items"]}
    assert [item["name"] for item in page.ask("review/employers", q="等待7有").json()["items"]] == [
        "等待7有限公司"
    ]
    assert page.ask("review/employers", state="verified").json()["items"] == []
    assert len(page.ask("review/employers", cursor="😀~x").json()["items"]) == 30


@pytest.mark.parametrize("query", [{"state": "none"}, {"q": "a\x00"}, {"q": "x" * 61}, {"fair": "y" * 51}])
def test_a_filter_that_is_none_is_refused(boss, query):
    assert Page(boss).ask("review/employers", **query).status_code == 422


def test_only_organisers_of_its_fairs_see_a_file(fair):
    employer = waiting(fair, 1)
    for user, status in (
        (None, 401),
        (make_seeker(), 404),
        (make_organiser(make_fair()), 404),
        (make_organiser(fair), 200),
    ):
        assert Page(user).ask(f"review/employers/{employer.pk}").status_code == status
    assert Page(make_seeker()).ask("review/employers").status_code == 404


def test_a_file_is_taken_on_and_given_back(fair, boss):
    employer, other = waiting(fair, 1), make_organiser(fair)
    path = f"review/employers/{employer.pk}/take"
    assert Page(boss).tell(path).json()["is_mine"] is True
    seen = Page(other).ask("review/employers").json()["items"][0]
    assert (seen["reviewer"], seen["is_mine"]) == ("组织者", False)
    assert len(Page(boss).ask("review/employers", owner="mine").json()["items"]) == 1
    assert Page(boss).ask("review/employers", owner="nobody").json()["items"] == []
    assert Page(boss).tell(path, release=True).json()["reviewer"] is None


def test_accepting_without_a_paper_needs_a_word_of_what_was_seen(fair, boss):
    employer = waiting(fair, 1)
    refused = decide(boss, employer, accept=True)
    assert (refused.status_code, error(refused)["code"]) == (409, "employers.cannot_verify")
    reply = decide(boss, employer, accept=True, text="现场核对营业执照原件")
    assert reply.status_code == 200, reply.content.decode()
    file = reply.json()["file"]
    assert (file["state"], file["submitted_at"]) == ("verified", None)
    assert file["due_at"] is not None
    assert AuditEntry.objects.filter(action="employers.employer_verified").count() == 1
    assert reply.json()["history"][0]["text"] == "现场核对营业执照原件"


def test_a_refusal_says_why_and_the_employer_may_hand_in_again(fair, boss):
    employer = waiting(fair, 1)
    for body, field in (
        ({}, "reasons"),
        ({"reasons": ["nonsense"]}, "reasons"),
        ({"reasons": ["other"]}, "text"),
        ({"reasons": ["expired"], "text": "长" * 301}, "text"),
        ({"reasons": ["expired"], "text": "\u202e"}, "text"),
    ):
        reply = decide(boss, employer, accept=False, **body)
        assert (reply.status_code, list(error(reply)["fields"])) == (422, [field])
    reply = decide(boss, employer, accept=False, reasons=["unreadable", "expired"], text="请重拍正面")
    last = reply.json()["file"]["last_review"]
    assert last["reasons"] == ["证照照片看不清，请重新拍摄后上传", "证照已过有效期"]
    assert (last["text"], reply.json()["file"]["state"]) == ("请重拍正面", "refused")


def test_the_second_organiser_is_told_what_the_first_did(fair, boss):
    employer, other = waiting(fair, 1), make_organiser(fair)
    revision = employer.revision
    assert decide(boss, employer, key="first-key-1", accept=True, text="看过原件").status_code == 200
    assert decide(boss, employer, key="first-key-1", accept=True, text="看过原件").status_code in {200, 409}
    reply = Page(other).tell(
        f"review/employers/{employer.pk}/decide", accept=False, reasons=["expired"], revision=revision
    )
    assert (reply.status_code, error(reply)["code"]) == (409, "employers.already_decided")
    assert error(reply)["message"].startswith("组织者 已在 ")
    assert error(reply)["message"].endswith(" 通过了这份资料。")
    assert Review.objects.count() == 1


def test_a_file_that_changed_since_it_was_read_is_not_decided(fair, boss):
    employer = waiting(fair, 1)
    reply = decide(boss, employer, accept=True, text="看过", revision=employer.revision - 1)
    assert (reply.status_code, error(reply)["code"]) == (409, "employers.file_changed")


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_organisers_at_the_same_moment_make_one_decision(rounds):
    fair = make_fair()
    people = [make_organiser(fair), make_organiser(fair)]
    for serial in range(rounds(10, 200)):
        employer = waiting(fair, serial)
        told: list[str] = []
        barrier = threading.Barrier(2)

        def press(user, accept: bool, employer=employer, told=told, barrier=barrier) -> None:
            barrier.wait()
            try:
                services.decide_review(
                    employer=employer,
                    accept=accept,
                    reasons=["expired"],
                    text="看过原件",
                    revision=1,
                    by=user,
                    now=clock.now(),
                )
                told.append("done")
            except DomainError as refusal:
                told.append(refusal.code)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=press, args=(people[n], n == 0)) for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        assert sorted(told) == ["done", "employers.already_decided"]
        assert Review.objects.filter(employer=employer).count() == 1


def test_the_calendar_reminds_twice_then_lets_come_due_each_once():
    employer = waiting(make_fair(), 1)
    verified = NOON - timedelta(days=1)
    services.verify_employers(employers=[employer.pk], by=None, now=verified)
    employer.refresh_from_db()
    due = rules.six_months_after(verified)
    assert employer.due_at == due
    told = []
    for days in (40, 30, 29, 7, 3, 0, -1):
        services.remind_and_lapse(now=due - timedelta(days=days))
        services.remind_and_lapse(now=due - timedelta(days=days))
        employer.refresh_from_db()
        told.append((days, employer.reminders, employer.state))
    assert told == [
        (40, 0, "verified"),
        (30, 1, "verified"),
        (29, 1, "verified"),
        (7, 2, "verified"),
        (3, 2, "verified"),
        (0, 2, "due"),
        (-1, 2, "due"),
    ]
    actions = list(
        AuditEntry.objects.exclude(action="employers.employer_verified")
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert actions == ["employers.employer_reminded"] * 2 + ["employers.employer_came_due"]


def test_who_is_due_hands_in_and_is_verified_for_six_months_more(fair, boss):
    employer = make_employer()
    employer.participations.create(fair=fair)
    Employer.objects.filter(pk=employer.pk).update(
        state=Employer.State.DUE, due_at=NOON, submitted_at=NOON, credit_code=credit_code(5000)
    )
    assert Page(boss).ask("review/employers", state="due").json()["items"][0]["state"] == "due"
    file = decide(boss, employer, accept=True, text="看过新执照").json()["file"]
    assert (file["state"], file["due_at"] > NOON.isoformat()) == ("verified", True)
