"""What the organiser sees of overdue answers, and the reminder."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from jobfair.accounts.models import User
from jobfair.applications import queries, rules, services
from jobfair.applications.jobs import escalate_overdue
from jobfair.applications.models import AnswerReminder, Application
from jobfair.core import clock
from jobfair.employers.models import Participation
from jobfair.fairs.models import FairStaff
from jobfair.notices.models import Notice
from tests.applications.browser import get, post
from tests.applications.scene import Hiring, make_applicant, make_position
from tests.factories import make_employer

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
LONG_AGO = timedelta(days=30)


def organiser_of(hiring: Hiring) -> User:
    user = User.objects.create_user(f"organiser-of-{hiring.fair.pk}")
    FairStaff.objects.create(fair=hiring.fair, user=user, role=FairStaff.Role.ORGANISER)
    return user


def overdue(hiring: Hiring, count: int = 1) -> list[Application]:
    """Submitted a month ago and unanswered ever since."""
    before = clock.now() - LONG_AGO
    made = [hiring.submit() for _ in range(count)]
    Application.objects.filter(pk__in=[one.pk for one in made]).update(
        submitted_at=before, answer_due_at=rules.answer_due(before)
    )
    return made


def test_the_longest_overdue_comes_first_with_its_owner_and_whom_to_call() -> None:
    hiring = Hiring(now=clock.now())
    organiser = organiser_of(hiring)
    old, newer = overdue(hiring, 2)
    Application.objects.filter(pk=newer.pk).update(answer_due_at=clock.now() - timedelta(hours=1))
    Participation.objects.filter(pk=hiring.inbox.pk).update(contact="李经理", contact_phone="13800000009")
    for one in (hiring.open(hiring.submit()), hiring.submit()):  # not due yet
        assert one.answer_due_at > clock.now()
    escalate_overdue(clock.now() - timedelta(minutes=1))
    reply = get(organiser, f"/fairs/{hiring.fair.slug}/overdue").json()
    (row,) = reply["items"]
    assert (reply["total"], reply["next"]) == (2, None)
    assert {name: row[name] for name in ("overdue", "unopened", "unowned", "recruiters")} == {
        "overdue": 2,
        "unopened": 2,
        "unowned": 0,
        "recruiters": 2,
    }
    assert (row["contact"], row["contact_phone"], row["reminded_at"]) == ("李经理", "13800000009", None)
    detail = get(organiser, f"/participations/{hiring.inbox.pk}/overdue").json()
    assert [one["id"] for one in detail["items"]] == [old.pk, newer.pk]
    assert detail["answer_rate"] == {"due": 2, "in_time": 0, "percent": 0}
    assert old.seeker.display_name not in str(detail)


def test_an_answer_or_a_withdrawal_takes_it_off_the_list() -> None:
    hiring = Hiring(now=clock.now())
    organiser = organiser_of(hiring)
    answered, taken_back, left = overdue(hiring, 3)
    hiring.decide(hiring.open(answered), to="shortlisted")
    services.withdraw(application=taken_back, by=taken_back.seeker, now=clock.now())
    assert get(organiser, f"/fairs/{hiring.fair.slug}/overdue").json()["total"] == 1
    detail = get(organiser, f"/participations/{hiring.inbox.pk}/overdue").json()
    assert [one["id"] for one in detail["items"]] == [left.pk]


def test_without_recruiters_it_is_the_organisers_from_the_start_and_only_the_telephone_helps() -> None:
    hiring = Hiring(recruiter_count=0, now=clock.now())
    organiser = organiser_of(hiring)
    hiring.submit()
    (row,) = get(organiser, f"/fairs/{hiring.fair.slug}/overdue").json()["items"]
    assert (row["overdue"], row["unowned"], row["recruiters"]) == (0, 1, 0)
    Application.objects.update(answer_due_at=clock.now() - timedelta(days=1))
    refused = post(organiser, f"/participations/{hiring.inbox.pk}/remind")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "applications.nobody_to_remind")


def test_a_reminder_reaches_every_recruiter_once_however_often_it_is_pressed() -> None:
    hiring = Hiring(recruiter_count=3, now=clock.now())
    organiser = organiser_of(hiring)
    overdue(hiring, 4)
    path = f"/participations/{hiring.inbox.pk}/remind"
    replies = [post(organiser, path, key="remind-0001") for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].json() == replies[1].json()
    again = post(organiser, path)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "applications.reminded_recently")
    assert 0 < again.json()["error"]["retry_after"] <= 4 * 3600 + 1
    told = Notice.objects.filter(kind="applications.reminded")
    assert sorted(told.values_list("user_id", flat=True)) == [one.pk for one in hiring.recruiters]
    assert {one.text_zh for one in told} == {
        f"主办方提醒：{hiring.employer.name}有4份投递超期未答复，请今天处理。"
    }
    (row,) = get(organiser, f"/fairs/{hiring.fair.slug}/overdue").json()["items"]
    assert datetime.fromisoformat(row["reminded_at"]) == AnswerReminder.objects.get().at
    later = AnswerReminder.objects.get().at + rules.REMIND_AGAIN
    assert services.remind(inbox=hiring.inbox, by=organiser, now=later).overdue == 4


def test_nothing_overdue_is_nothing_to_remind_of() -> None:
    hiring = Hiring(now=clock.now())
    hiring.submit()
    refused = post(organiser_of(hiring), f"/participations/{hiring.inbox.pk}/remind")
    assert refused.json()["error"]["code"] == "applications.nothing_overdue"


def test_the_list_pages_and_grows_by_no_query(django_assert_num_queries: object) -> None:
    hiring = Hiring(now=clock.now())
    organiser, now = organiser_of(hiring), clock.now()
    for _ in range(queries.NEWEST + 3):
        employer = make_employer()
        Participation.objects.create(employer=employer, fair=hiring.fair)
        hiring.submit(make_applicant(), position=make_position(hiring.fair, employer, now=now))
    Application.objects.update(answer_due_at=now - timedelta(days=1))
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(queries.list_overdue_employers(hiring.fair.pk, now=now)) == queries.NEWEST
    first = get(organiser, f"/fairs/{hiring.fair.slug}/overdue").json()
    second = get(organiser, f"/fairs/{hiring.fair.slug}/overdue", cursor=first["next"]).json()
    found = [one["participation_id"] for page in (first, second) for one in page["items"]]
    assert (len(found), len(set(found)), second["next"]) == (53, 53, None)
    for wrong in ("x", "~", "2026~1", "2026-01-01T00:00:00~９"):
        assert get(organiser, f"/fairs/{hiring.fair.slug}/overdue", cursor=wrong).status_code == 200
