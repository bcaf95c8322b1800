"""Many people at once, on the run's real store."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, connections

from booths import rules, services
from booths.models import Booth, Call, Ticket
from jobfair.accounts.models import User
from tests.factories import NOON, desks_of, make_booth, make_fair, make_recruiter, make_seeker
from tests.invariants import violations

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
T = TypeVar("T")


@pytest.fixture(autouse=True)
def _a_slow_machine_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested is whose turn comes when; how long two hundred writers wait for it is the machine's affair."""
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 120.0)


def at_once(acts: list[Callable[[], T]], *, threads: int) -> list[T]:
    """Run the acts in `threads` threads that start together."""
    start = threading.Barrier(threads)

    def run(share: list[Callable[[], T]]) -> list[T]:
        try:
            start.wait()
            return [act() for act in share]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        shares = [acts[index::threads] for index in range(threads)]
        return [result for results in pool.map(run, shares) for result in results]


def test_200_people_join_one_booth_at_once() -> None:
    booth = make_booth(make_fair())
    seekers = [make_seeker() for _ in range(200)]

    def join(seeker: User) -> Callable[[], int]:
        return lambda: services.take_ticket(booth=booth, seeker=seeker, channel="onsite", now=NOON).number

    numbers = at_once([join(seeker) for seeker in seekers], threads=200)
    print(f"200 joins: {len(set(numbers))} different numbers, {min(numbers)}..{max(numbers)}")
    assert sorted(numbers) == list(range(1, 201))
    with connection.cursor() as cursor:
        assert violations(cursor) == []


def test_two_recruiters_press_next_together(rounds: Callable[[int, int], int]) -> None:
    booth = make_booth(make_fair())
    recruiters = [make_recruiter(booth) for _ in range(2)]
    times = rounds(40, 500)
    called: list[int] = []
    for _ in range(times):
        waiting = [
            services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON).pk
            for _ in range(2)
        ]
        together = at_once([press_next(booth, desk, recruiters[desk]) for desk in range(2)], threads=2)
        assert sorted(together) == waiting
        called += together
        for pk in together:
            ticket = Ticket.objects.get(pk=pk)
            services.leave_line(ticket=ticket, by=ticket.seeker, now=NOON)
    twice = [pk for pk, count in Counter(called).items() if count > 1]
    print(f"{times} rounds, {len(called)} calls, {len(twice)} tickets called twice")
    assert twice == []
    assert Call.objects.count() == 2 * times


def press_next(booth: Booth, desk: int, recruiter: User) -> Callable[[], int]:
    seat = desks_of(booth)[desk]

    def press() -> int:
        called = services.call_next_ticket(desk=seat, by=recruiter, now=NOON)
        assert called is not None
        return called.pk

    return press


def test_two_booths_call_one_seeker_together(rounds: Callable[[int, int], int]) -> None:
    fair = make_fair()
    booths = [make_booth(fair), make_booth(fair)]
    recruiters = [make_recruiter(booth) for booth in booths]
    outcomes: Counter[str] = Counter()
    for _ in range(rounds(25, 300)):
        seeker = make_seeker()
        for booth in booths:
            services.take_ticket(booth=booth, seeker=seeker, channel="onsite", now=NOON)

        def press(index: int) -> Callable[[], str]:
            def act() -> str:
                called = services.call_next_ticket(
                    desk=desks_of(booths[index])[0], by=recruiters[index], now=NOON
                )
                return "called" if called else "held"

            return act

        outcomes.update(at_once([press(0), press(1)], threads=2))
        states = Call.objects.filter(seeker=seeker).exclude(state="cancelled")
        assert sorted(states.values_list("state", flat=True)) == ["held", "live"]
        for ticket in Ticket.objects.filter(seeker=seeker):
            services.leave_line(ticket=ticket, by=seeker, now=NOON)
    print(f"one seeker, two booths: {dict(outcomes)}")
    assert outcomes["called"] == outcomes["held"]


def test_a_double_click_takes_one_ticket() -> None:
    booth, seeker = make_booth(make_fair()), make_seeker()

    def take() -> str:
        try:
            services.take_ticket(booth=booth, seeker=seeker, channel="onsite", now=NOON)
        except rules.AlreadyInLine:
            return "refused"
        return "taken"

    assert Counter(at_once([take] * 10, threads=10)) == {"taken": 1, "refused": 9}
    assert Ticket.objects.filter(booth=booth).count() == 1
