"""Booking a time, coming, cancelling, not coming: what holds whoever presses what twice or at once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection

from booths import services as booths
from booths.models import Ticket
from booths.queries import list_waiting
from booths.rules import BoothNotOpen
from jobfair.advice import queries, rules, services
from jobfair.advice.jobs import lapse_overdue
from jobfair.advice.models import Appointment, BookingRule
from jobfair.core import clock, jobs
from jobfair.core.errors import DomainError
from jobfair.core.models import AuditEntry, Job
from tests import invariants
from tests.advice.scene import MINUTE, ServiceDesk, at
from tests.applications.scene import make_verified_seeker
from tests.booths.test_concurrency import at_once
from tests.factories import NOON, desks_of, make_booth, make_fair, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
State = Appointment.State


def make_desk(*, each: int = 1, number: int = 301) -> ServiceDesk:
    """The fair is open 09:00 to 15:00, and it is noon."""
    return ServiceDesk(make_fair(), counsellor=make_seeker(), now=NOON, each=each, number=number)


def test_slots_are_whole_and_within_the_fair_and_the_desks_hours() -> None:
    fair = make_fair()  # 09:00–15:00
    rule = BookingRule(slot_minutes=50, each=1, opens=time(8, 30), closes=time(16))
    found = list(rules.slots_of(rule, fair, after=fair.opens_at - MINUTE))
    assert [f"{clock.local(one.starts_at):%H:%M}" for one in found] == [
        "09:20", "10:10", "11:00", "11:50", "12:40", "13:30",
    ]  # fmt: skip
    assert {one.ends_at - one.starts_at for one in found} == {timedelta(minutes=50)}
    assert next(rules.slots_of(rule, fair, after=at(NOON, 12, 40))).starts_at == at(NOON, 13, 30)


def test_who_has_booked_is_called_before_those_who_took_a_number_and_behind_those_preferred() -> None:
    desk = make_desk(each=2)
    booths.set_line_rule(
        fair=desk.fair, interleave_onsite=0, interleave_online=0, priorities=["veteran"], by=None, now=NOON
    )
    early, veteran, booked, late = (make_verified_seeker() for _ in range(4))
    first = booths.take_ticket(booth=desk.booth, seeker=early, channel="onsite", now=NOON)
    preferred = booths.take_ticket(booth=desk.booth, seeker=veteran, channel="onsite", now=NOON)
    booths.give_priority(
        ticket=preferred, kind="veteran", certificate="veteran_card", by=desk.counsellor, now=NOON
    )
    appointment = desk.book(booked)
    come = appointment.starts_at - 5 * MINUTE
    admitted = services.admit(appointment=appointment, channel="onsite", now=come)
    last = booths.take_ticket(booth=desk.booth, seeker=late, channel="onsite", now=come)
    line = [one.pk for one in list_waiting(desk.booth.pk)]
    assert line == [preferred.pk, admitted.ticket_id, first.pk, last.pk]
    assert admitted.state == State.ADMITTED
    assert Ticket.objects.get(pk=admitted.ticket_id).priority == "booked"


def test_a_number_taken_before_moves_forward_and_stays_one() -> None:
    desk = make_desk()
    someone, booked = make_verified_seeker(), make_verified_seeker()
    booths.take_ticket(booth=desk.booth, seeker=someone, channel="onsite", now=NOON)
    own = booths.take_ticket(booth=desk.booth, seeker=booked, channel="onsite", now=NOON)
    appointment = desk.book(booked)
    admitted = services.admit(appointment=appointment, channel="onsite", now=appointment.starts_at)
    assert admitted.ticket_id == own.pk
    assert list_waiting(desk.booth.pk)[0].pk == own.pk


def test_after_the_last_ticket_what_was_booked_is_kept_but_a_closed_desk_takes_nobody() -> None:
    desk = make_desk()
    appointment = desk.book(make_verified_seeker())
    booths.set_last_ticket(booth=desk.booth, on=True, by=None, now=NOON)
    booths.close_booth(booth=desk.booth, by=None, now=NOON)
    with pytest.raises(BoothNotOpen):
        services.admit(appointment=appointment, channel="onsite", now=appointment.starts_at)
    booths.open_booth(booth=desk.booth, by=None, now=NOON)
    booths.set_last_ticket(booth=desk.booth, on=True, by=None, now=NOON)
    assert services.admit(appointment=appointment, channel="onsite", now=appointment.starts_at).ticket_id


def test_what_is_refused() -> None:
    desk = make_desk()
    other = ServiceDesk(desk.fair, counsellor=desk.counsellor, now=NOON, number=302)
    one, two = make_verified_seeker(), make_verified_seeker()
    guest = make_seeker(guest=True)
    with pytest.raises(rules.PhoneNeeded):
        desk.book(guest)
    with pytest.raises(rules.SlotUnknown):
        services.book(booth=desk.booth, seeker=one, starts_at=NOON + MINUTE, about="", now=NOON)
    with pytest.raises(rules.SlotUnknown):  # it has begun
        desk.book(one, now=desk.slots()[0].starts_at)
    booked = desk.book(one)
    with pytest.raises(rules.BookedHere):
        desk.book(one, nth=1)
    with pytest.raises(rules.BookedThen):
        other.book(one)
    with pytest.raises(rules.SlotFull):
        desk.book(two)
    with pytest.raises(rules.NotBookable):
        services.book(
            booth=make_booth(desk.fair), seeker=two, starts_at=desk.slots()[0].starts_at, about="", now=NOON
        )
    with pytest.raises(rules.TooEarly) as early:
        services.admit(appointment=booked, channel="onsite", now=booked.starts_at - 11 * MINUTE)
    assert early.value.retry_after == 61
    with pytest.raises(rules.AppointmentOver):
        services.admit(appointment=booked, channel="onsite", now=booked.ends_at)
    services.cancel(appointment=booked, by=one, now=NOON)
    with pytest.raises(rules.AppointmentOver):
        services.cancel(appointment=booked, by=one, now=NOON)
    desk.book(two)  # the time is free again


def test_one_reminder_only_while_the_appointment_stands() -> None:
    desk = make_desk(each=3)
    comes, cancels, near = (make_verified_seeker() for _ in range(3))
    kept, dropped = desk.book(comes, nth=5), desk.book(cancels, nth=5)
    desk.book(near, nth=0)  # in less than half an hour: told by having just booked
    services.cancel(appointment=dropped, by=cancels, now=NOON)
    waiting = Job.objects.filter(kind=services.REMIND, state="waiting")
    assert list(waiting.values_list("key", "due_at")) == [(str(kept.pk), kept.starts_at - 30 * MINUTE)]
    assert services.remind(appointment_id=kept.pk, now=kept.starts_at - 30 * MINUTE)
    assert not services.remind(appointment_id=dropped.pk, now=dropped.starts_at - 30 * MINUTE)
    assert not services.remind(appointment_id=kept.pk, now=kept.starts_at)  # the worker was down
    told = AuditEntry.objects.filter(action="advice.appointment_near")
    assert [one.subject for one in told] == [f"appointment:{kept.pk}"]
    job = jobs._kinds[services.REMIND]  # it is registered, so a worker does it
    assert not job.outside


def test_nobody_came_and_the_booking_ends_by_itself_once() -> None:
    desk = make_desk()
    appointment = desk.book(make_verified_seeker())
    assert lapse_overdue(appointment.ends_at - MINUTE) == 0
    assert [lapse_overdue(appointment.ends_at), lapse_overdue(appointment.ends_at)] == [1, 0]
    appointment.refresh_from_db()
    assert appointment.state == State.LAPSED


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_forty_people_at_once_fill_a_slot_and_no_more(rounds: Callable[[int, int], int]) -> None:
    desk = make_desk(each=3)
    people = [make_verified_seeker() for _ in range(rounds(12, 40))]
    done = at_once([_press(desk.book, one) for one in people], threads=12)
    assert Counter(done) == {"ok": 3, "advice.slot_full": len(people) - 3}
    assert queries.count_taken(desk.booth.pk, desk.slots()[0].starts_at) == 3


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_coming_gives_one_number() -> None:
    desk = make_desk()
    seeker = make_verified_seeker()
    appointment = desk.book(seeker)
    come = appointment.starts_at
    presses = [
        _press(lambda one: services.admit(appointment=one, channel="onsite", now=come), appointment)
    ] * 6
    assert Counter(at_once(presses, threads=6)) == {"ok": 1, "advice.appointment_over": 5}
    assert Ticket.objects.filter(seeker=seeker).count() == 1


def _press(act: Callable[[Any], object], about: object) -> Callable[[], str]:
    def press() -> str:
        try:
            act(about)
        except DomainError as refusal:
            return refusal.code
        return "ok"

    return press


def test_random_days_keep_the_invariants(rounds: Callable[[int, int], int]) -> None:
    """Bookings beside walk-ins, calls and talks: the domain's invariants hold and no slot is over-full."""
    for seed in range(rounds(1, 40)):
        dice = random.Random(seed)
        desk = make_desk(each=2, number=301)
        people = [make_verified_seeker() for _ in range(6)]
        now = NOON
        for _ in range(40):
            now += dice.randrange(1, 6) * MINUTE
            press = dice.choice((_book, _come, _cancel, _join, _serve, _leave))
            try:
                press(desk, dice.choice(people), dice, now)
            except DomainError:
                continue
            lapse_overdue(now)
        with connection.cursor() as cursor:
            assert invariants.violations(cursor) == []
        taken = Appointment.objects.filter(booth=desk.booth, state__in=Appointment.TAKEN)
        assert max(Counter(taken.values_list("starts_at", flat=True)).values(), default=0) <= 2


def _book(desk: ServiceDesk, who: object, dice: random.Random, now: object) -> None:
    slots = desk.slots(now=now)  # type: ignore[arg-type]
    services.book(booth=desk.booth, seeker=who, starts_at=dice.choice(slots[:3]).starts_at, about="", now=now)  # type: ignore[arg-type]


def _come(desk: ServiceDesk, who: object, dice: random.Random, now: object) -> None:
    for one in Appointment.objects.filter(seeker=who, state=State.BOOKED):
        services.admit(appointment=one, channel=dice.choice(["onsite", "online"]), now=now)  # type: ignore[arg-type]


def _cancel(desk: ServiceDesk, who: object, dice: random.Random, now: object) -> None:
    for one in Appointment.objects.filter(seeker=who, state=State.BOOKED):
        services.cancel(appointment=one, by=None, now=now)  # type: ignore[arg-type]


def _join(desk: ServiceDesk, who: object, dice: random.Random, now: object) -> None:
    booths.take_ticket(booth=desk.booth, seeker=who, channel="onsite", now=now)  # type: ignore[arg-type]


def _serve(desk: ServiceDesk, who: object, dice: random.Random, now: object) -> None:
    ticket = booths.call_next_ticket(desk=desks_of(desk.booth)[0], by=desk.counsellor, now=now)  # type: ignore[arg-type]
    if ticket is not None:
        booths.start_interview(ticket=ticket, by=desk.counsellor, now=now)  # type: ignore[arg-type]
        desk.finish(ticket, now=now)  # type: ignore[arg-type]


def _leave(desk: ServiceDesk, who: object, dice: random.Random, now: object) -> None:
    for ticket in Ticket.objects.filter(seeker=who, state="waiting"):
        booths.leave_line(ticket=ticket, by=who, now=now)  # type: ignore[arg-type]
