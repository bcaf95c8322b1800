"""What a talk leads to: a decided application, a result that waits for consent, an application instead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booths import services
from booths.jobs import lapse_outcomes, settle_outcomes
from booths.models import Booth, Interview, Ticket
from jobfair.accounts.models import User
from jobfair.applications.models import Application
from jobfair.applications.rules import REASONS, ReasonNeeded
from jobfair.core import clock
from tests.applications.scene import Hiring, make_applicant
from tests.factories import desks_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
NOW = clock.now()
SECOND = timedelta(seconds=1)


class Scene:
    def __init__(self) -> None:
        self.hiring = Hiring(now=NOW)
        self.recruiter = self.hiring.recruiter
        self.booth: Booth = services.create_booth(
            fair=self.hiring.fair,
            employer=self.hiring.employer,
            zone=None,
            number=1,
            desks=1,
            by=None,
            now=NOW,
        )
        services.open_booth(booth=self.booth, by=None, now=NOW)

    def talk(self, seeker: User) -> Ticket:
        ticket = services.take_ticket(booth=self.booth, seeker=seeker, channel="onsite", now=NOW)
        services.call_next_ticket(desk=desks_of(self.booth)[0], by=self.recruiter, now=NOW)
        return services.start_interview(ticket=ticket, by=self.recruiter, now=NOW)

    def finish(self, ticket: Ticket, kind: str, reason: str = "") -> Interview:
        services.finish_interview(
            ticket=ticket, result="talked", note="", by=self.recruiter, now=NOW,
            outcome=services.Outcome(kind, reason),
        )  # fmt: skip
        return Interview.objects.get(ticket=ticket)


@pytest.mark.parametrize(
    ("kind", "reason", "becomes"),
    [
        ("second_interview", "", "invited"),
        ("offer", "", "offered"),
        ("reject", next(iter(REASONS)), "rejected"),
        ("reserve", "", "submitted"),
        ("", "", "submitted"),
    ],
)
def test_an_outcome_decides_the_application(kind: str, reason: str, becomes: str) -> None:
    scene, seeker = Scene(), make_applicant()
    application = scene.hiring.submit(seeker)
    interview = scene.finish(scene.talk(seeker), kind, reason)
    application.refresh_from_db()
    assert application.state == becomes
    assert (interview.outcome, interview.consent) == (kind, "")
    assert (interview.application_id == application.pk) == (becomes != "submitted")


def test_a_rejection_says_why() -> None:
    scene, seeker = Scene(), make_applicant()
    ticket = scene.talk(seeker)
    with pytest.raises(ReasonNeeded):
        scene.finish(ticket, "reject")
    assert Ticket.objects.get(pk=ticket.pk).state == "serving"


def test_undoing_the_finish_takes_the_decision_back() -> None:
    scene, seeker = Scene(), make_applicant()
    application = scene.hiring.submit(seeker)
    ticket = scene.talk(seeker)
    scene.finish(ticket, "offer")
    services.undo_finish(ticket=ticket, by=scene.recruiter, now=NOW + 5 * SECOND)
    application.refresh_from_db()
    assert application.state == "opened"  # the talk has been; what was decided has not
    interview = scene.finish(ticket, "second_interview")
    application.refresh_from_db()
    assert (application.state, interview.outcome) == ("invited", "second_interview")


def test_what_is_over_stays_as_it_is() -> None:
    scene, seeker = Scene(), make_applicant()
    application = scene.hiring.submit(seeker)
    Application.objects.filter(pk=application.pk).update(state="hired", opened_at=NOW)
    interview = scene.finish(scene.talk(seeker), "offer")
    application.refresh_from_db()
    assert (application.state, interview.outcome, interview.decision) == ("hired", "offer", None)


def test_a_walk_ins_result_waits_for_the_application_and_then_decides_it() -> None:
    scene, seeker = Scene(), make_applicant()
    ticket = scene.talk(seeker)
    interview = scene.finish(ticket, "offer")
    assert (interview.consent, Application.objects.count()) == ("awaited", 0)
    assert settle_outcomes(NOW) == 0
    application = scene.hiring.submit(seeker)
    assert [settle_outcomes(NOW), settle_outcomes(NOW)] == [1, 0]
    application.refresh_from_db()
    interview.refresh_from_db()
    assert application.state == "offered"
    assert (interview.consent, interview.consent_due_at) == ("given", None)
    assert interview.application_id == application.pk


def test_anothers_application_settles_nothing() -> None:
    scene, seeker = Scene(), make_applicant()
    interview = scene.finish(scene.talk(seeker), "offer")
    scene.hiring.submit(make_applicant())
    Hiring(now=NOW).submit(seeker)  # to another employer
    assert settle_outcomes(NOW) == 0
    interview.refresh_from_db()
    assert interview.consent == "awaited"


def test_without_consent_the_result_lapses() -> None:
    scene, seeker = Scene(), make_applicant()
    ticket = scene.talk(seeker)
    due = scene.finish(ticket, "second_interview").consent_due_at
    assert due is not None
    assert [lapse_outcomes(due - SECOND), lapse_outcomes(due), lapse_outcomes(due)] == [0, 1, 0]
    application = scene.hiring.submit(seeker)
    assert settle_outcomes(due) == 0
    application.refresh_from_db()
    assert application.state == "submitted"
