"""Who is told what, and that nobody is told by text message for nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobfair.accounts.models import User
from jobfair.applications import rules, services
from jobfair.applications.jobs import escalate_overdue, settle_decisions
from jobfair.core.models import Job
from jobfair.fairs.models import FairStaff
from jobfair.notices.models import Notice
from tests.applications.scene import NOW, Hiring, make_verified_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("id").values_list("kind", flat=True))


def texts_to_come() -> int:
    return Job.objects.filter(kind="notices.reach", key__endswith=":sms", state="waiting").count()


def test_each_step_is_told_once_and_a_result_by_text_message_too() -> None:
    hiring = Hiring()
    application = hiring.submit()
    for _ in range(2):
        hiring.open(application)
    assert (told(application.seeker), texts_to_come()) == (["applications.opened"], 0)
    hiring.decide(application, to="invited")
    assert told(application.seeker) == ["applications.opened"]  # it may still be undone
    settle_decisions(NOW + rules.UNDO)
    assert (told(application.seeker), texts_to_come()) == (["applications.opened", "applications.invited"], 1)
    notice = Notice.objects.get(kind="applications.invited")
    assert (notice.link, notice.about) == (f"/a/{application.pk}", f"application:{application.pk}")
    assert hiring.employer.name in notice.text_zh
    services.withdraw(application=application, by=application.seeker, now=NOW)
    assert not Notice.objects.filter(user=application.seeker, seen_at=None).exists()


@pytest.mark.parametrize("to", ["shortlisted", "invited", "offered", "rejected"])
def test_every_result_has_its_words(to: str) -> None:
    hiring = Hiring()
    application = hiring.open(hiring.submit())
    hiring.decide(application, to=to, reason="filled" if to == "rejected" else "")
    settle_decisions(NOW + rules.UNDO)
    notice = Notice.objects.get(kind=f"applications.{to}")
    for text in (notice.text_zh, notice.text_en):
        assert hiring.position.title in text
        assert "{" not in text


def test_many_overdue_answers_are_one_notice_to_each_who_owes_them() -> None:
    hiring = Hiring(recruiter_count=2)
    organiser = make_verified_seeker()
    FairStaff.objects.create(fair=hiring.fair, user=organiser, role=FairStaff.Role.ORGANISER)
    clerk = make_verified_seeker()
    FairStaff.objects.create(fair=hiring.fair, user=clerk, role=FairStaff.Role.STAFF)
    for _ in range(5):
        hiring.submit()
    assert escalate_overdue(rules.answer_due(NOW)) == 5
    assert [told(one) for one in hiring.recruiters] == [["applications.overdue"]] * 2
    assert told(organiser) == []
    assert escalate_overdue(rules.answer_due(NOW) + timedelta(days=5)) == 5
    assert (told(organiser), told(clerk)) == (["applications.overdue"], [])
    assert [told(one) for one in hiring.recruiters] == [["applications.overdue"]] * 2
