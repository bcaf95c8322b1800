"""From the offer to the thirtieth day: an intent is never a hire, whoever says what in which order."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from jobfair.accounts.models import User
from jobfair.applications import queries, rules, services, starting
from jobfair.applications.models import Application, StartPlan
from jobfair.core import clock
from jobfair.core.errors import DomainError, NotFound
from jobfair.core.models import Job
from jobfair.notices.models import Notice
from tests.applications.scene import Hiring, make_applicant
from tests.invariants import violations

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
NOW = clock.now()
TODAY = clock.local(NOW).date()
SAYS = (None, True, False)


@dataclass(frozen=True)
class Word:
    stage: str
    side: str
    yes: bool


def offered(hiring: Hiring | None = None, seeker: User | None = None) -> tuple[Hiring, Application]:
    """An offer that has reached its seeker."""
    hiring = hiring or Hiring(now=NOW)
    application = hiring.open(hiring.submit(seeker or make_applicant()))
    decision = hiring.decide(application, to="offered")
    services.settle_decision(decision_id=decision, now=NOW + timedelta(minutes=1))
    application.refresh_from_db()
    return hiring, application


def plan(hiring: Hiring, one: Application, *, on: date = TODAY, contract: date | None = None) -> StartPlan:
    return services.plan_start(
        application=one, starts_on=on, contract_on=contract, by=hiring.recruiter, now=NOW
    )


def say(
    one: Application, by: User, *, side: str, yes: bool, stage: starting.Stage = "start", now: datetime = NOW
) -> str:
    source = "phone" if side == "you" else "inbox"
    services.say_start(application=one, stage=stage, yes=yes, side=side, source=source, by=by, now=now)
    one.refresh_from_db()
    return one.state


@pytest.mark.unit
def test_every_combination_of_words_and_a_contract() -> None:
    """Hired: the person says so and nobody denies it, or the employer says so with a contract and nobody denies it."""
    for seeker, employer, contract in itertools.product(SAYS, SAYS, (None, TODAY)):
        words = [
            Word("start", side, said)
            for side, said in (("employer", employer), ("you", seeker))
            if said is not None
        ]
        standing = starting.standing_of(words, contract_on=contract)
        proved = seeker is True or (employer is True and contract is not None)
        assert (standing == "hired") is (proved and False not in {seeker, employer})
        assert starting.standing_of([], contract_on=contract) == "planned"  # a contract alone starts nobody


@pytest.mark.unit
def test_days_are_asked_about_at_nine_on_working_days() -> None:
    monday, friday = date(2026, 4, 13), date(2026, 4, 24)  # +7: 2026-05-01, a holiday to 05-05
    assert f"{clock.local(starting.asked_at(monday, 'start')):%m-%d %H:%M}" == "04-13 09:00"
    assert f"{clock.local(starting.asked_at(friday, 'day_7')):%m-%d %H:%M}" == "05-06 09:00"
    assert f"{clock.local(starting.asked_at(friday, 'day_30')):%m-%d}" == "05-25"  # 24 May is a Sunday


def test_an_offer_and_a_date_are_no_hire_and_the_seekers_tap_is() -> None:
    hiring, one = offered()
    plan(hiring, one)
    assert say(one, hiring.recruiter, side="employer", yes=True) == "offered"  # the employer's word alone
    assert queries.figures_of(hiring.inbox.pk, now=NOW).hired == 0
    assert say(one, one.seeker, side="you", yes=True) == "hired"
    assert queries.figures_of(hiring.inbox.pk, now=NOW).hired == 1
    assert say(one, one.seeker, side="you", yes=False) == "offered"  # disputed: no hire
    assert queries.figures_of(hiring.inbox.pk, now=NOW).hired == 0
    words = list(one.start_plan.words.values_list("side", "yes", "source", "at"))
    assert words == [
        ("employer", True, "inbox", NOW),
        ("you", True, "phone", NOW),
        ("you", False, "phone", NOW),
    ]
    with connection.cursor() as cursor:
        assert violations(cursor) == []


def test_a_contract_proves_the_employers_word_until_it_is_denied() -> None:
    hiring, one = offered()
    plan(hiring, one, contract=TODAY)
    assert one.state == "offered"
    assert say(one, hiring.recruiter, side="employer", yes=True) == "hired"
    assert say(one, one.seeker, side="you", yes=False) == "offered"


def test_what_is_refused() -> None:
    hiring = Hiring(now=NOW)
    early = hiring.open(hiring.submit(make_applicant()))
    hiring.decide(early, to="offered")
    with pytest.raises(rules.NotOffered):  # it may still be undone
        plan(hiring, early)
    _, one = offered(hiring)
    with pytest.raises(rules.StartUnknown):
        say(one, one.seeker, side="you", yes=True)
    with pytest.raises(rules.StartTooFar):
        plan(hiring, one, on=TODAY + timedelta(days=400))
    with pytest.raises(rules.ContractAhead):
        plan(hiring, one, contract=TODAY + timedelta(days=1))
    plan(hiring, one, on=TODAY + timedelta(days=3))
    with pytest.raises(rules.NotThatDayYet):
        say(one, one.seeker, side="you", yes=True)
    with pytest.raises(rules.NotThatDayYet):
        say(one, one.seeker, side="you", yes=True, stage="day_7", now=NOW + timedelta(days=9))
    services.withdraw(application=one, by=one.seeker, now=NOW)
    with pytest.raises(NotFound):
        plan(hiring, one)


def test_reminders_are_durable_re_check_and_follow_a_moved_date() -> None:
    hiring, one = offered()
    first = plan(hiring, one, on=TODAY + timedelta(days=3)).revision
    moved = plan(hiring, one, on=TODAY + timedelta(days=10)).revision
    keys = Job.objects.filter(kind=services.REMIND, state="waiting").values_list("key", flat=True)
    assert set(keys) == {f"{one.pk}:{moved}:{stage}" for stage in starting.STAGES}
    day = NOW + timedelta(days=12)
    assert services.ask_start(application_id=one.pk, revision=first, stage="start", now=day) == []
    assert services.ask_start(application_id=one.pk, revision=moved, stage="start", now=day) == [
        "you",
        "employer",
    ]
    told = Notice.objects.filter(about=f"application:{one.pk}:start").values_list("kind", flat=True)
    assert set(told) == {"applications.start_asked", "applications.start_asked_employer"}
    say(one, one.seeker, side="you", yes=True, now=day)
    assert services.ask_start(application_id=one.pk, revision=moved, stage="start", now=day) == ["employer"]
    say(one, hiring.recruiter, side="employer", yes=False, now=day)
    assert (
        services.ask_start(application_id=one.pk, revision=moved, stage="day_7", now=day) == []
    )  # never began


def test_nothing_is_asked_of_a_withdrawn_application() -> None:
    hiring, one = offered()
    revision = plan(hiring, one).revision
    services.withdraw(application=one, by=one.seeker, now=NOW)
    assert services.ask_start(application_id=one.pk, revision=revision, stage="start", now=NOW) == []


def test_no_page_figure_or_workbook_says_hired_before_it_is_proved(client: object) -> None:
    """Every state of every reply about an offer with a date and the employer's word: `offered`, nowhere `hired`."""
    hiring, one = offered()
    plan(hiring, one)
    say(one, hiring.recruiter, side="employer", yes=True)
    client.force_login(hiring.recruiter, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[attr-defined]
    inbox = f"/api/inboxes/{hiring.inbox.pk}"
    for path in (inbox, f"{inbox}/applications", f"{inbox}/applications/{one.pk}/start", f"{inbox}/figures"):
        assert "hired" not in _said(client.get(path).json()), path  # type: ignore[attr-defined]
    client.force_login(one.seeker, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[attr-defined]
    for path in (f"/api/applications/{one.pk}", "/api/me/applications", "/api/me/starts"):
        assert "hired" not in _said(client.get(path).json()), path  # type: ignore[attr-defined]


def _said(reply: object) -> set[str]:
    """Every string value, and every key with a figure above nothing."""
    if isinstance(reply, dict):
        said = {key for key, value in reply.items() if isinstance(value, int) and value and key == "hired"}
        return said.union(*(_said(value) for value in reply.values()))
    if isinstance(reply, list):
        return set().union(*(_said(one) for one in reply))
    return {json.dumps(reply).strip('"')}


def test_random_words_in_any_order_keep_state_and_standing_together() -> None:
    hiring, one = offered()
    plan(hiring, one)
    for step, (side, yes, contract) in enumerate(
        itertools.islice(
            itertools.cycle(itertools.product(("you", "employer"), (True, False), (None, TODAY))), 24
        )
    ):
        try:
            if step % 5 == 0:
                plan(hiring, one, contract=contract)
            say(one, one.seeker if side == "you" else hiring.recruiter, side=side, yes=yes)
        except DomainError:
            continue
        found = queries.get_start(one.pk)
        standing = starting.standing_of(found.words.all(), contract_on=found.contract_on)
        assert (one.state == "hired") is (standing == "hired")
