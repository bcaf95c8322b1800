"""The counsellor's record: who writes and reads it, what the seeker ticks, what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from booths import services as booths
from booths.access import works_at
from booths.conversations import recruiters
from booths.merging import move_tickets
from booths.models import Booth, DutyShift
from booths.rules import NotAService, OutcomeNotOffered
from jobfair.accounts.models import User
from jobfair.advice import live, queries, rules, services
from jobfair.advice.models import AdvicePlan, Appointment
from jobfair.advice.services import StepText
from jobfair.config.own_data import advice_part
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.notices.models import Notice
from jobfair.realtime.models import StreamEvent
from tests.advice.scene import STEP, ServiceDesk
from tests.applications.scene import make_verified_seeker
from tests.factories import desks_of, make_booth, make_fair, make_recruiter, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
NOW = clock.now()


@pytest.fixture
def desk() -> ServiceDesk:
    fair = make_fair(now=NOW, closes=timedelta(hours=30))
    return ServiceDesk(fair, counsellor=make_seeker(name="周老师"), now=NOW)


def test_a_booth_is_an_employers_or_a_services_never_both_and_never_neither(desk: ServiceDesk) -> None:
    employer = make_booth(desk.fair).employer
    for wrong in ({"employer": employer, "service": "policy"}, {"employer": None, "service": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Booth.objects.create(fair=desk.fair, number=900, **wrong)


def test_counsellors_work_at_their_desk_only(desk: ServiceDesk) -> None:
    hiring = make_booth(desk.fair)
    recruiter = make_recruiter(hiring)
    assert works_at(desk.counsellor, desk.booth)
    assert not works_at(recruiter, desk.booth)
    assert not works_at(desk.counsellor, hiring)
    assert recruiters(desk.booth.pk) == [desk.counsellor.pk]  # who answers its chats
    with pytest.raises(NotAService):
        booths.appoint_counsellor(booth=hiring, user=recruiter, by=None, now=NOW)
    booths.set_duty(desk=desks_of(desk.booth)[0], recruiter=desk.counsellor, state="on", now=NOW)
    booths.remove_counsellor(booth=desk.booth, user=desk.counsellor, by=None, now=NOW)
    assert not works_at(desk.counsellor, desk.booth)
    assert not DutyShift.objects.filter(recruiter=desk.counsellor, ended_at=None).exists()


def test_a_service_advises_and_neither_hires_nor_rejects(desk: ServiceDesk) -> None:
    ticket = desk.talk(make_verified_seeker())
    with pytest.raises(OutcomeNotOffered):
        booths.finish_interview(
            ticket=ticket, result="talked", note="", by=desk.counsellor, now=NOW,
            outcome=booths.Outcome("offer"),
        )  # fmt: skip
    assert desk.finish(ticket).state == "done"


def test_the_plan_is_written_during_the_talk_or_after_and_kept_by_the_seeker(desk: ServiceDesk) -> None:
    seeker = make_verified_seeker()
    waiting = booths.take_ticket(booth=desk.booth, seeker=seeker, channel="onsite", now=NOW)
    with pytest.raises(rules.NotTalkedYet):
        desk.write(waiting)
    booths.leave_line(ticket=waiting, by=seeker, now=NOW)
    ticket = desk.talk(seeker)
    with pytest.raises(rules.StepsMissing):
        services.write_plan(ticket=ticket, topic="一", advice="二", steps=(), by=desk.counsellor, now=NOW)
    plan = desk.write(ticket, STEP, StepText("周五前约技能提升", who="service"))
    services.tick_step(step=plan.steps.all()[0], done=True, by=seeker, now=NOW)
    desk.finish(ticket)
    first = queries.get_plan(plan.pk).steps.all()[0]
    again = desk.write(ticket, StepText("重写过的第一步", id=first.pk), topic="改过的主题")
    shown = queries.list_plans_of(seeker.pk)[0]
    assert (shown.pk, shown.topic, shown.revision) == (plan.pk, "改过的主题", 2) == (again.pk, again.topic, 2)
    assert [(step.text, step.done_at is not None) for step in shown.steps.all()] == [("重写过的第一步", True)]
    told = Notice.objects.filter(user=seeker, kind="advice.plan_written")
    assert told.count() == 2


def test_a_step_that_was_rewritten_cannot_be_ticked(desk: ServiceDesk) -> None:
    seeker = make_verified_seeker()
    plan = desk.advise(seeker)
    old = plan.steps.get()
    desk.write(plan.ticket, StepText("另一步"))
    with pytest.raises(NotFound):
        services.tick_step(step=old, done=True, by=seeker, now=NOW)


def test_a_walk_ins_plan_goes_along_when_the_paper_is_claimed(desk: ServiceDesk) -> None:
    paper = booths.give_kiosk_ticket(booth=desk.booth, seeker=None, by=desk.counsellor, now=NOW)
    booths.call_next_ticket(desk=desks_of(desk.booth)[0], by=desk.counsellor, now=NOW)
    ticket = booths.start_interview(ticket=paper.ticket, by=desk.counsellor, now=NOW)
    plan = desk.write(ticket)
    desk.finish(ticket)
    account = make_verified_seeker()
    assert queries.list_plans_of(account.pk) == []
    claimed = booths.claim_ticket(label=ticket.label, code=paper.code, seeker=account, now=NOW)
    assert claimed.pk == ticket.pk
    assert [one.pk for one in queries.list_plans_of(account.pk)] == [plan.pk]


def test_signing_in_brings_the_guests_plan(desk: ServiceDesk) -> None:
    guest, account = make_seeker(guest=True), make_verified_seeker()
    plan = desk.advise(guest)
    move_tickets(guest_id=guest.pk, account_id=account.pk, now=NOW)
    assert [one.pk for one in queries.list_plans_of(account.pk)] == [plan.pk]


def test_own_data_has_it_and_a_closed_account_has_not(desk: ServiceDesk) -> None:
    seeker = make_verified_seeker()
    desk.advise(seeker)
    booked = desk.book(seeker)
    part = advice_part(seeker)
    assert [plan["topic"] for plan in part["plans"]] == ["社保转移"]
    assert [one["about"] for one in part["appointments"]] == ["社保怎么转"]
    services.forget_person(user_id=seeker.pk, now=NOW)
    booked.refresh_from_db()
    assert (booked.state, booked.about) == (Appointment.State.CANCELLED, "")
    assert not AdvicePlan.objects.filter(ticket__seeker=seeker).exists()
    logged = StreamEvent.objects.filter(topic=live.MINE.topic(seeker.pk))
    assert "社保" not in str(list(logged.values_list("payload", flat=True)))


def test_figures_count_records(desk: ServiceDesk) -> None:
    one, two = make_verified_seeker(), make_verified_seeker()
    plan = desk.advise(one, STEP, StepText("第二步"))
    services.tick_step(step=plan.steps.all()[0], done=True, by=one, now=NOW)
    desk.finish(desk.talk(two))
    desk.book(two)
    (figures,) = queries.figures_of(desk.fair.pk, ["policy", "skills"])
    assert (figures.desks, figures.taken, figures.talked, figures.plans) == (1, 2, 2, 1)
    assert (figures.booked, figures.steps_done) == (1, 1)


def test_old_snapshot_and_pushes_are_the_new_snapshot(desk: ServiceDesk) -> None:
    seeker = make_verified_seeker()
    view, last = _snapshot(seeker), 0
    plan = desk.advise(seeker, STEP, StepText("第二步"))
    booked = desk.book(seeker)
    moved = desk.book(make_verified_seeker(), nth=1)
    presses = [
        lambda: services.tick_step(step=plan.steps.all()[1], done=True, by=seeker, now=NOW),
        lambda: services.admit(appointment=booked, channel="onsite", now=booked.starts_at),
        lambda: desk.write(plan.ticket, StepText("第三步")),
        lambda: services.cancel(appointment=moved, by=None, now=NOW),
    ]
    for press in [lambda: None, *presses]:
        press()
        for event in StreamEvent.objects.filter(topic=live.MINE.topic(seeker.pk), offset__gt=last).order_by(
            "offset"
        ):
            view, last = _apply(view, event.type, event.payload), event.offset
        assert view == _snapshot(seeker)


def _snapshot(seeker: User) -> dict[str, list[dict[str, object]]]:
    return live.my_snapshot(seeker, seeker.pk).wire()


def _apply(view: dict[str, list[dict]], name: str, data: dict) -> dict[str, list[dict]]:  # type: ignore[type-arg]
    """The page's reducer, written down a second time."""
    if name == "advice.my_plan_changed":
        others = [one for one in view["plans"] if one["id"] != data["plan"]["id"]]
        plans = sorted([data["plan"], *others], key=lambda one: (one["written_at"], one["id"]), reverse=True)
        return {**view, "plans": plans[: queries.KEPT]}
    if name == "advice.my_appointment_changed":
        one = data["appointment"]
        others = [each for each in view["appointments"] if each["id"] != one["id"]]
        kept = [*others, one] if one["state"] == "booked" else others
        return {**view, "appointments": sorted(kept, key=lambda each: (each["starts_at"], each["id"]))}
    return view
