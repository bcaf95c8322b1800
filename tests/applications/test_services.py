"""Each verb of an application, and each refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobfair.accounts.models import User
from jobfair.applications import consent, queries, rules, services
from jobfair.applications.jobs import settle_decisions
from jobfair.applications.models import Application, ApplicationStep, Consent
from jobfair.core.errors import NotFound, NotSignedIn, TooMany
from jobfair.core.models import AuditEntry
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from jobfair.resumes.rules import ResumeIncomplete
from tests.applications.scene import (
    NOW,
    Hiring,
    make_applicant,
    make_position,
    make_verified_seeker,
    told_state,
)
from tests.factories import make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_submission_has_a_receipt_an_owner_and_a_promise() -> None:
    hiring, seeker = Hiring(), make_applicant()
    application = hiring.submit(seeker)
    assert application.receipt == f"{application.pk:06d}"
    assert application.state == "submitted"
    assert application.owner in hiring.recruiters
    assert application.escalates_at == application.answer_due_at == rules.answer_due(NOW)
    steps = ApplicationStep.objects.filter(application=application).values_list("state", "by", "told_at")
    assert list(steps) == [("submitted", "you", NOW)]
    given = Consent.objects.get(seeker=seeker, employer=hiring.employer)
    assert (given.text_version, given.given_at) == (consent.VERSION, NOW)


def test_the_same_position_again_gives_the_first_application() -> None:
    hiring, seeker = Hiring(), make_applicant()
    first = hiring.submit(seeker, cid="from-the-booth")
    again = hiring.submit(seeker, cid="from-the-stream")
    assert again.pk == first.pk
    assert Application.objects.count() == 1


def test_more_than_anybody_can_mean_within_the_hour_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SUBMISSIONS_MOST", 2)
    seeker, hirings = make_applicant(), [Hiring() for _ in range(3)]
    first = hirings[0].submit(seeker)
    hirings[1].submit(seeker, now=NOW + timedelta(minutes=20))
    with pytest.raises(TooMany) as refusal:
        hirings[2].submit(seeker, now=NOW + timedelta(minutes=50))
    assert refusal.value.retry_after == 600
    assert hirings[0].submit(seeker, cid="again", now=NOW + timedelta(minutes=50)).pk == first.pk
    hirings[2].submit(seeker, now=NOW + timedelta(minutes=60))
    assert Application.objects.filter(seeker=seeker).count() == 3


def test_many_at_once_are_judged_one_by_one() -> None:
    hiring, other = Hiring(), Hiring()
    Position.objects.filter(pk=other.position.pk).update(state=Position.State.CLOSED)
    took_back, again = make_applicant(), make_applicant()
    services.withdraw(application=hiring.submit(took_back), by=took_back, now=NOW)
    first = hiring.submit(again)
    unready = make_verified_seeker()

    def hand_in(seeker: User, position: int, agreed: str | None = consent.VERSION) -> services.HandIn:
        return services.HandIn(seeker.pk, position, f"cid-{seeker.pk:08d}", "web", "", agreed)

    fine = [make_applicant(), make_applicant()]
    here = hiring.position.pk
    answers = services.submit_many(
        handed=[
            hand_in(fine[0], here),
            hand_in(make_seeker(guest=True), here),
            hand_in(make_applicant(), 2**40),
            hand_in(make_applicant(), other.position.pk),
            hand_in(make_applicant(), here, None),
            hand_in(unready, here),
            hand_in(took_back, here),
            hand_in(again, here),
            hand_in(fine[1], here),
        ],
        now=NOW,
    )
    refused = [rules.PhoneNeeded, NotFound, rules.PositionClosed, rules.ConsentNeeded, ResumeIncomplete]
    assert [type(one) for one in answers[1:7]] == [*refused, rules.WithdrawnBefore]
    shown = [one for one in answers if isinstance(one, services.Submission)]
    assert [(one.application.seeker_id, one.created) for one in shown] == [
        (fine[0].pk, True), (again.pk, False), (fine[1].pk, True)
    ]  # fmt: skip
    assert shown[1].application.pk == first.pk
    assert Application.objects.count() == 4
    assert Consent.objects.count() == 4
    assert AuditEntry.objects.filter(action="applications.submitted").count() == 4


def test_consent_is_asked_once_per_employer() -> None:
    hiring, seeker = Hiring(), make_applicant()

    def submit(position: Position, agreed: str | None) -> Application:
        return services.submit(
            position=position, seeker=seeker, cid=f"cid-{position.pk}-{agreed}", source="web", source_ref="",
            consent_text_version=agreed, now=NOW,
        ).application  # fmt: skip

    for wrong in (None, "", "2020-01"):
        with pytest.raises(rules.ConsentNeeded):
            submit(hiring.position, wrong)
    assert Application.objects.count() == Consent.objects.count() == 0
    submit(hiring.position, consent.VERSION)
    submit(make_position(hiring.fair, hiring.employer), None)
    other = Hiring()
    with pytest.raises(rules.ConsentNeeded):
        submit(other.position, None)
    assert Consent.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"state": Fair.State.SCHEDULED}, rules.FairNotOpen),
        ({"state": Fair.State.CLOSED}, rules.FairOver),
        ({"extension_ends_at": NOW, "closes_at": NOW}, rules.FairOver),
    ],
)
def test_a_fair_that_is_not_open_takes_nothing(change: dict[str, object], refusal: type[Exception]) -> None:
    hiring = Hiring()
    Fair.objects.filter(pk=hiring.fair.pk).update(**change)
    with pytest.raises(refusal):
        hiring.submit()
    assert Application.objects.count() == 0


@pytest.mark.parametrize(
    "change", [{"state": Position.State.CLOSED}, {"valid_until": NOW.date() - timedelta(1)}]
)
def test_a_position_that_is_over_takes_nothing(change: dict[str, object]) -> None:
    hiring = Hiring()
    Position.objects.filter(pk=hiring.position.pk).update(valid_from=NOW.date() - timedelta(9))
    Position.objects.filter(pk=hiring.position.pk).update(**change)
    with pytest.raises(rules.PositionClosed):
        hiring.submit()


def test_an_extended_fair_still_takes_applications() -> None:
    hiring = Hiring()
    Fair.objects.filter(pk=hiring.fair.pk).update(state=Fair.State.EXTENDED)
    assert hiring.submit(now=NOW + timedelta(days=20)).state == "submitted"


def test_only_a_verified_phone_submits() -> None:
    hiring, closed = Hiring(), make_applicant()
    for stranger in (make_seeker(guest=True), make_seeker()):
        with pytest.raises(rules.PhoneNeeded):
            hiring.submit(stranger)
    closed.is_active = False
    closed.save()
    with pytest.raises(NotSignedIn):
        hiring.submit(closed)


def test_every_look_at_a_resume_is_recorded_and_only_the_first_is_told() -> None:
    hiring = Hiring()
    application = hiring.submit()
    for _ in range(3):
        hiring.open(application)
    views = AuditEntry.objects.filter(
        action="applications.resume_viewed", subject=f"application:{application.pk}"
    )
    assert list(views.values_list("by", flat=True)) == [hiring.recruiter.pk] * 3
    assert [step.state for step in queries.list_employers_steps(application)] == ["submitted", "opened"]
    assert told_state(application) == "opened"
    application.refresh_from_db()
    assert (application.opened_at, application.owner) == (NOW, hiring.recruiter)


def test_a_decision_reaches_the_seeker_when_it_can_no_longer_be_undone() -> None:
    hiring = Hiring()
    application = hiring.open(hiring.submit())
    hiring.decide(application, to="rejected", reason="experience", text="需要电工证")
    application.refresh_from_db()
    assert (application.state, told_state(application), application.answered_at) == (
        "rejected",
        "opened",
        None,
    )
    assert settle_decisions(NOW + timedelta(seconds=9.9)) == 0
    assert settle_decisions(NOW + timedelta(seconds=10)) == 1
    assert settle_decisions(NOW + timedelta(seconds=11)) == 0
    application.refresh_from_db()
    assert (told_state(application), application.answered_at, application.escalates_at) == (
        "rejected",
        NOW,
        None,
    )
    last = ApplicationStep.objects.filter(application=application).latest("id")
    assert (last.reason_code, last.reason_text, last.user) == ("experience", "需要电工证", hiring.recruiter)


def test_an_undone_decision_is_never_told() -> None:
    hiring = Hiring()
    applications = [hiring.open(hiring.submit()) for _ in range(3)]
    decision = hiring.decide(*applications, to="rejected", reason="filled")
    restored = services.undo(
        decision_id=decision, inbox=hiring.inbox, by=hiring.recruiter, now=NOW + timedelta(seconds=9)
    )
    assert restored == [one.pk for one in applications]
    assert settle_decisions(NOW + timedelta(minutes=1)) == 0
    for application in applications:
        application.refresh_from_db()
        assert (application.state, told_state(application)) == ("opened", "opened")
        assert application.escalates_at == application.answer_due_at


def test_undo_is_refused_after_ten_seconds_twice_and_for_others() -> None:
    hiring, other = Hiring(), Hiring()
    decision = hiring.decide(hiring.open(hiring.submit()), to="shortlisted")

    def undo(inbox: object, seconds: float) -> None:
        services.undo(
            decision_id=decision,
            inbox=inbox,
            by=hiring.recruiter,
            now=NOW + timedelta(seconds=seconds),  # type: ignore[arg-type]
        )

    with pytest.raises(NotFound):
        undo(other.inbox, 1)
    with pytest.raises(rules.UndoTooLate):
        undo(hiring.inbox, 10)
    undo(hiring.inbox, 5)
    with pytest.raises(rules.UndoTooLate):
        undo(hiring.inbox, 6)


def test_nothing_unopened_is_decided() -> None:
    hiring = Hiring()
    application = hiring.submit()
    with pytest.raises(rules.NotOpened):
        hiring.decide(application, to="rejected", reason="filled")


def test_a_bulk_decision_names_what_it_could_not_change() -> None:
    hiring, other = Hiring(), Hiring()
    good, withdrawn, unopened = [hiring.open(hiring.submit()), hiring.open(hiring.submit()), hiring.submit()]
    foreign = other.open(other.submit())
    services.withdraw(application=withdrawn, by=withdrawn.seeker, now=NOW)
    done = services.decide(
        inbox=hiring.inbox, ids=[good.pk, withdrawn.pk, unopened.pk, foreign.pk, good.pk], to="invited",
        reason_code="", reason_text="", by=hiring.recruiter, now=NOW,
    )  # fmt: skip
    assert done.changed == [good.pk]
    assert {pk: why.code for pk, why in done.refused.items()} == {
        withdrawn.pk: "core.not_found",
        unopened.pk: "applications.not_opened",
        foreign.pk: "core.not_found",
    }
    foreign.refresh_from_db()
    assert foreign.state == "opened"


@pytest.mark.parametrize(
    ("to", "code", "text"), [("rejected", "", ""), ("rejected", "nonsense", ""), ("rejected", "other", " ")]
)
def test_a_rejection_says_why(to: str, code: str, text: str) -> None:
    hiring = Hiring()
    with pytest.raises(rules.ReasonNeeded) as refused:
        hiring.decide(hiring.open(hiring.submit()), to=to, reason=code, text=text)
    assert refused.value.fields


def test_nobody_decides_that_somebody_is_hired() -> None:
    hiring = Hiring()
    application = hiring.open(hiring.submit())
    with pytest.raises(rules.CannotDecide):
        hiring.decide(application, to="hired")
    hiring.decide(application, to="offered")
    with pytest.raises(rules.CannotDecide):
        hiring.decide(application, to="hired")


def test_a_withdrawal_wins_over_an_untold_decision() -> None:
    hiring = Hiring()
    application = hiring.open(hiring.submit())
    hiring.decide(application, to="invited")
    services.withdraw(application=application, by=application.seeker, now=NOW)
    settle_decisions(NOW + timedelta(minutes=1))
    assert [step.state for step in queries.get_told(application.pk).told_steps] == [  # type: ignore[attr-defined]
        "submitted", "opened", "withdrawn",
    ]  # fmt: skip
    assert list(Application.objects.readable_by(hiring.inbox.pk)) == []
    for act in (
        hiring.open,
        lambda one: services.add_note(application=one, text="x", by=hiring.recruiter, now=NOW),
    ):
        with pytest.raises(NotFound):
            act(application)
    with pytest.raises(rules.CannotWithdraw):
        services.withdraw(application=application, by=application.seeker, now=NOW)
    with pytest.raises(rules.WithdrawnBefore):
        hiring.submit(application.seeker)


def test_a_finished_application_is_not_withdrawn() -> None:
    hiring = Hiring()
    application = hiring.open(hiring.submit())
    hiring.decide(application, to="rejected", reason="filled")
    settle_decisions(NOW + timedelta(seconds=10))
    with pytest.raises(rules.CannotWithdraw):
        services.withdraw(application=application, by=application.seeker, now=NOW)


def test_a_rejection_that_may_still_be_undone_does_not_stop_a_withdrawal() -> None:
    """The seeker cannot know of it yet."""
    hiring = Hiring()
    application = hiring.open(hiring.submit())
    decision = hiring.decide(application, to="rejected", reason="filled")
    assert services.withdraw(application=application, by=application.seeker, now=NOW).state == "withdrawn"
    with pytest.raises(rules.CannotDecide):
        services.undo(decision_id=decision, inbox=hiring.inbox, by=hiring.recruiter, now=NOW)
    assert settle_decisions(NOW + timedelta(minutes=1)) == 1
    assert told_state(application) == "withdrawn"
