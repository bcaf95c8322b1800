"""Writers queue: a rush within one process starves nobody."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from jobfair.core.models import AuditEntry
from jobfair.core.sqlite.turns import Turns
from tests.factories import NOON

PATIENCE = 60.0  # seconds


def wait_in_line(turns: Turns, count: int, served: list[int]) -> list[threading.Thread]:
    """One thread after another comes and waits."""

    def come(number: int) -> None:
        assert turns.take(PATIENCE)
        served.append(number)
        turns.pass_on()

    threads = []
    for number in range(count):
        threads.append(threading.Thread(target=come, args=(number,)))
        threads[-1].start()
        until = time.monotonic() + PATIENCE
        while turns.waiting <= number and time.monotonic() < until:
            time.sleep(0.001)
    return threads


@pytest.mark.unit
def test_turns_come_in_the_order_of_asking() -> None:
    turns, served = Turns(), list[int]()
    assert turns.take(PATIENCE)
    threads = wait_in_line(turns, 8, served)
    turns.pass_on()
    for thread in threads:
        thread.join(PATIENCE)
    assert served == list(range(8))
    assert turns.take(0)  # it is free again


@pytest.mark.unit
def test_whoever_gives_up_is_passed_over() -> None:
    turns, served = Turns(), list[int]()
    assert turns.take(PATIENCE)
    assert not turns.take(0.01)
    threads = wait_in_line(turns, 2, served)
    turns.pass_on()
    for thread in threads:
        thread.join(PATIENCE)
    assert served == [0, 1]


def note(word: str) -> None:
    AuditEntry.objects.bulk_create([AuditEntry(at=NOON, by=None, action=word, subject="x", detail={})])


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_a_rush_of_writers_lets_everybody_write() -> None:
    """Busy threads that come back at once; one that comes seldom waits for each of them once, not for a gap."""
    stopped, rounds, waits = threading.Event(), list[None](), list[int]()

    def rush() -> None:
        while not stopped.is_set():
            with transaction.atomic():
                note("rush")
                time.sleep(0.01)  # as a service that thinks while it writes
                rounds.append(None)
        connection.close()

    def seldom() -> None:
        for _ in range(5):
            began, before = time.monotonic(), len(rounds)
            with transaction.atomic():
                waits.append(len(rounds) - before)
                note("seldom")
            assert time.monotonic() - began < PATIENCE
            time.sleep(0.05)
        connection.close()

    threads = [threading.Thread(target=rush) for _ in range(6)]
    for thread in threads:
        thread.start()
    rare = threading.Thread(target=seldom)
    rare.start()
    rare.join(PATIENCE)
    stopped.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(waits) == 5
    assert max(waits) <= 2 * len(threads)
    assert AuditEntry.objects.filter(action="seldom").count() == 5
    assert AuditEntry.objects.filter(action="rush").count() == len(rounds)
