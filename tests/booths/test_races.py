"""Two people press at once, on the run's real store: one is first, and nothing is done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from booths import rules, services
from booths.models import Call, DutyShift, Ticket
from jobfair.core.errors import DomainError
from tests.booths.test_concurrency import at_once
from tests.factories import NOON, desks_of, make_booth, make_fair, make_recruiter, make_seeker
from tests.invariants import violations

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
LATE = NOON + timedelta(minutes=4)


def said(act: Callable[[], Ticket]) -> Callable[[], str]:
    """`act`'s state, or the refusal's code."""

    def run() -> str:
        try:
            return act().state
        except DomainError as refusal:
            return refusal.code

    return run


def assert_sound() -> None:
    with connection.cursor() as cursor:
        assert violations(cursor) == []


def test_a_paper_claimed_twice_at_once_is_one_persons(rounds: Callable[[int, int], int]) -> None:
    booth, clerk = make_booth(make_fair()), make_seeker()
    for _ in range(rounds(10, 100)):
        paper = services.give_kiosk_ticket(booth=booth, seeker=None, by=clerk, now=NOON)
        people = [make_seeker(), make_seeker()]
        outcomes = at_once(
            [
                said(
                    partial(
                        services.claim_ticket, label=paper.ticket.label, code=paper.code, seeker=who, now=NOON
                    )
                )
                for who in people
            ],
            threads=2,
        )
        assert Counter(outcomes) == {"waiting": 1, rules.ClaimUnknown.code: 1}
        assert Ticket.objects.get(pk=paper.ticket.pk).seeker_id in {who.pk for who in people}
    assert_sound()


def test_an_undo_and_the_arrival_at_once(rounds: Callable[[int, int], int]) -> None:
    booth = make_booth(make_fair())
    recruiter, outcomes = make_recruiter(booth), Counter[str]()
    for _ in range(rounds(10, 100)):
        ticket = services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)
        services.call_next_ticket(desk=desks_of(booth)[0], by=recruiter, now=NOON)
        pair = at_once(
            [
                said(partial(services.undo_call, ticket=ticket, by=recruiter, now=NOON)),
                said(partial(services.arrive, ticket=ticket, by=ticket.seeker, now=NOON)),
            ],
            threads=2,
        )
        assert sorted(pair) in (
            sorted(["waiting", rules.TicketCannotChange.code]),
            sorted(["arrived", rules.TicketCannotChange.code]),
        )
        outcomes.update(pair)
        services.leave_line(ticket=ticket, by=ticket.seeker, now=NOON)
    print(f"undo against arrival: {dict(outcomes)}")
    assert_sound()


def test_the_workers_miss_and_the_arrival_at_once(rounds: Callable[[int, int], int]) -> None:
    booth = make_booth(make_fair())
    recruiter = make_recruiter(booth)
    for _ in range(rounds(10, 100)):
        ticket = services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)
        services.call_next_ticket(desk=desks_of(booth)[0], by=recruiter, now=NOON)
        pair = at_once(
            [
                said(partial(services.miss_call, ticket=ticket, by=None, now=LATE)),
                said(partial(services.arrive, ticket=ticket, by=ticket.seeker, now=LATE)),
            ],
            threads=2,
        )
        assert pair.count(rules.TicketCannotChange.code) == 1
        ticket.refresh_from_db()
        assert (ticket.state, ticket.misses) in {("arrived", 0), ("waiting", 1)}
        services.leave_line(ticket=ticket, by=ticket.seeker, now=LATE)
    assert_sound()


def test_the_worker_and_the_seeker_end_a_pause_at_once(rounds: Callable[[int, int], int]) -> None:
    booth = make_booth(make_fair())
    for _ in range(rounds(10, 100)):
        ticket = services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)
        services.pause_ticket(ticket=ticket, minutes=1, by=ticket.seeker, now=NOON)
        pair = at_once(
            [
                said(partial(services.resume_ticket, ticket=ticket, by=None, now=LATE)),
                said(partial(services.resume_ticket, ticket=ticket, by=ticket.seeker, now=LATE)),
            ],
            threads=2,
        )
        assert Counter(pair) == {"waiting": 1, rules.TicketCannotChange.code: 1}
    assert_sound()


def test_two_recruiters_skip_to_one_person_at_once(rounds: Callable[[int, int], int]) -> None:
    booth = make_booth(make_fair())
    recruiters, desks = [make_recruiter(booth), make_recruiter(booth)], desks_of(booth)
    for _ in range(rounds(10, 100)):
        ticket = services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)
        pair = at_once(
            [
                said(
                    partial(
                        services.call_ticket,
                        ticket=ticket,
                        desk=desks[index],
                        reason="已约好",
                        by=recruiters[index],
                        now=NOON,
                    )
                )
                for index in range(2)
            ],
            threads=2,
        )
        assert Counter(pair) == {"called": 1, rules.NotWaiting.code: 1}
        assert Call.objects.filter(ticket=ticket).count() == 1
        services.leave_line(ticket=ticket, by=ticket.seeker, now=NOON)
    assert_sound()


def test_two_booths_send_people_to_each_other_at_once(rounds: Callable[[int, int], int]) -> None:
    """Booths are locked by id, whichever way the transfer goes: no deadlock."""
    fair = make_fair()
    one, other = make_booth(fair), make_booth(fair)
    recruiter = make_recruiter(one)
    for _ in range(rounds(10, 100)):
        there, back = (
            services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)
            for booth in (one, other)
        )
        pair = at_once(
            [
                said(partial(services.transfer_ticket, ticket=there, to=other, by=recruiter, now=NOON)),
                said(partial(services.transfer_ticket, ticket=back, to=one, by=recruiter, now=NOON)),
            ],
            threads=2,
        )
        assert pair == ["waiting", "waiting"]
    assert_sound()


def test_a_recruiter_at_two_desks_at_once_sits_at_one() -> None:
    fair = make_fair()
    booth = make_booth(fair)
    recruiter, desks = make_recruiter(booth), desks_of(booth)

    def sit(index: int) -> Callable[[], int]:
        def act() -> int:
            services.set_duty(desk=desks[index], recruiter=recruiter, state="on", now=NOON)
            return 1

        return act

    assert sum(at_once([sit(index % 2) for index in range(8)], threads=8)) == 8
    assert DutyShift.objects.filter(ended_at=None).count() == 1
