"""The answer promise: who owes it, until when, and who owes it next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from jobfair.applications import rules, services
from jobfair.applications.jobs import escalate_overdue, settle_decisions
from jobfair.applications.models import Application
from jobfair.core.models import AuditEntry
from jobfair.employers.services import remove_recruiter
from tests.applications.scene import NOW, Hiring
from tests.invariants import violations

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def owners(application: Application) -> list[str]:
    """Everyone who has owed the answer after the first, in order."""
    handed = AuditEntry.objects.filter(
        action="applications.answer_handed_over", subject=f"application:{application.pk}"
    )
    return [entry.detail["to"] for entry in handed.order_by("id")]


def test_an_overdue_answer_goes_up_from_recruiter_to_booth_to_organiser_and_stays_there() -> None:
    hiring = Hiring()
    application = hiring.submit()
    due = application.answer_due_at
    assert escalate_overdue(due - timedelta(seconds=1)) == 0
    assert escalate_overdue(due) == 1
    assert escalate_overdue(due) == 0
    application.refresh_from_db()
    assert (application.owner_level, application.owner) == ("booth", None)
    booth_due = application.escalates_at
    assert booth_due is not None
    assert booth_due > due
    hiring.open(application)  # reading is no answer
    assert escalate_overdue(booth_due) == 1
    assert escalate_overdue(booth_due + timedelta(days=365)) == 0
    application.refresh_from_db()
    assert (application.owner_level, application.escalates_at, application.state) == (
        "organiser",
        None,
        "opened",
    )
    assert owners(application) == ["booth", "organiser"]


def test_an_answer_stops_the_clock_and_an_undone_one_does_not() -> None:
    hiring = Hiring()
    answered, undone = hiring.open(hiring.submit()), hiring.open(hiring.submit())
    hiring.decide(answered, to="shortlisted")
    decision = hiring.decide(undone, to="shortlisted")
    services.undo(decision_id=decision, inbox=hiring.inbox, by=hiring.recruiter, now=NOW)
    settle_decisions(NOW + rules.UNDO)
    assert escalate_overdue(rules.answer_due(NOW)) == 1
    assert (owners(answered), owners(undone)) == ([], ["booth"])


def test_a_withdrawn_application_is_owed_nothing() -> None:
    hiring = Hiring()
    application = hiring.submit()
    services.withdraw(application=application, by=application.seeker, now=NOW)
    assert escalate_overdue(NOW + timedelta(days=90)) == 0


def test_without_recruiters_the_organiser_owes_it_from_the_start() -> None:
    application = Hiring(recruiter_count=0).submit()
    assert (application.owner_level, application.owner, application.escalates_at) == ("organiser", None, None)


def test_when_the_last_recruiter_leaves_the_organiser_owes_what_is_open() -> None:
    hiring = Hiring(recruiter_count=2)
    waiting = [hiring.submit() for _ in range(4)]
    answered = hiring.open(hiring.submit())
    hiring.decide(answered, to="rejected", reason="filled")
    settle_decisions(NOW + rules.UNDO)
    for left, recruiter in ((1, hiring.recruiters[0]), (0, hiring.recruiters[1])):
        remove_recruiter(recruiter=recruiter.recruiter_roles.get(), by=None, now=NOW)
        for application in waiting:
            application.refresh_from_db()
            expected = ("recruiter", hiring.recruiters[1]) if left else ("organiser", None)
            assert (application.owner_level, application.owner) == expected
        with connection.cursor() as cursor:
            assert violations(cursor) == []
    answered.refresh_from_db()
    assert answered.state == "rejected"


def test_an_application_that_the_booth_owes_goes_to_the_organiser_when_the_booth_is_empty() -> None:
    hiring = Hiring(recruiter_count=1)
    application = hiring.submit()
    hiring.recruiter.is_active = False
    hiring.recruiter.save()
    assert escalate_overdue(application.answer_due_at) == 1
    application.refresh_from_db()
    assert application.owner_level == "organiser"
