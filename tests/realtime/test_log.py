"""Offsets are contiguous and in commit order, whoever writes and however late they commit."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from jobfair.core import clock
from jobfair.realtime import log
from jobfair.realtime.log import Push
from jobfair.realtime.models import Stream, StreamEvent

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def write(topic: str, number: int, *, wait: float = 0.0) -> None:
    with transaction.atomic():
        log.append([Push(topic, "tests.counted", {"n": number})], at=clock.now())
        time.sleep(wait)


def test_offsets_start_at_one_and_have_no_gaps() -> None:
    with transaction.atomic():
        first = log.append([Push("t:1", "a", {}), Push("t:2", "a", {}), Push("t:1", "b", {})], at=clock.now())
    write("t:1", 3)
    assert [(one.topic, one.first, one.last) for one in first] == [("t:1", 1, 2), ("t:2", 1, 1)]
    assert [entry.at for entry in log.read_entries("t:1", after=0)] == [1, 2, 3]
    assert log.read_tops(["t:1", "t:2", "t:3"]) == {"t:1": 3, "t:2": 1}
    assert log.read_bounds("t:3") == (0, 0)


def test_a_rolled_back_write_leaves_no_offset() -> None:
    write("t:1", 1)
    with transaction.atomic():
        log.append([Push("t:1", "a", {})], at=clock.now())
        transaction.set_rollback(True)
    write("t:1", 2)
    assert [entry.payload["n"] for entry in log.read_entries("t:1", after=0)] == [1, 2]
    assert Stream.objects.get(topic="t:1").top == 2


def test_eight_writers_commit_late_and_a_tail_reader_skips_nothing(rounds: Callable[[int, int], int]) -> None:
    each = rounds(15, 200)
    done = threading.Event()
    seen: list[int] = []

    def writer(seed: int) -> None:
        chance = random.Random(seed)
        for number in range(each):
            write("t:1", number, wait=chance.uniform(0, 0.004))
        connections.close_all()

    def reader() -> None:
        finishing = False
        while True:
            entries = log.read_entries("t:1", after=seen[-1] if seen else 0)
            seen.extend(entry.at for entry in entries)
            if finishing and not entries:
                break
            finishing = done.is_set()
        connections.close_all()

    tail = threading.Thread(target=reader)
    writers = [threading.Thread(target=writer, args=(seed,)) for seed in range(8)]
    tail.start()
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    tail.join()
    print(f"8 writers × {each}: tail reader saw {len(seen)} events, {len(set(seen))} different")
    assert seen == list(range(1, 8 * each + 1))


def test_the_tail_tables_names_are_those_the_upsert_uses() -> None:
    assert (Stream._meta.db_table, StreamEvent._meta.db_table) == ("realtime_stream", "realtime_streamevent")
    assert connection.vendor in {"sqlite", "postgresql"}
