"""Readers of 0 B/s against the real server: nobody else notices, memory stays capped, and they may come back."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.server import Server
from tests.pace import Pace
from tests.realtime.pages import Page, ask, open_raw, read_to_the_end, resident, run_instead, send_raw

pytestmark = [pytest.mark.faults, pytest.mark.once]
SLOW, READERS = 20, 4
SECONDS = 8.0  # of each measurement; enough for 800 kB a socket, three times the cap
KERNEL_BYTES = 400_000  # what the two kernels hold of one socket


def measure(server: Server, topic: str, seconds: float) -> list[float]:
    """Seconds from commit to each of READERS sockets, of every push."""
    took: list[float] = []

    def read() -> None:
        with Page(server).socket(max_size=None) as socket:
            joined = ask(socket, {"id": 1, "do": "join", "topic": topic})["ok"]
            last, until = joined["offset"], time.monotonic() + seconds
            while time.monotonic() < until:
                push = json.loads(socket.recv(timeout=60))
                if push.get("on") == topic:
                    took.append(time.time() - push["data"]["sent"])
                    assert push["at"] == last + 1
                    last = push["at"]

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return sorted(took)


def p99(sorted_figures: list[float]) -> float:
    return sorted_figures[int(len(sorted_figures) * 0.99)]


@contextlib.contextmanager
def slow_readers(server: Server, topic: str) -> Iterator[list[Any]]:
    with contextlib.ExitStack() as stack:
        raws = [stack.enter_context(open_raw(server)) for _ in range(SLOW)]
        for raw in raws:
            send_raw(raw, {"id": 1, "do": "join", "topic": topic})
        yield raws


def test_readers_of_nothing_are_nobody_elses_problem(make_server: Callable[..., Server]) -> None:
    server = make_server(demo=True)
    booth = Page(server).get("/api/fairs/nantong/booths")[0]["id"]
    topic = f"booth:{booth}"
    run_instead(server, "-m", "tests.realtime.flooding", "--topic", topic)
    measure(server, topic, 2)  # warm
    alone = measure(server, topic, SECONDS)
    before = resident(server.pid)
    with slow_readers(server, topic) as raws:
        with Pace() as pace:
            beside = measure(server, topic, SECONDS)
            allowed = pace.allows(2 * p99(alone) + 0.3)
        grown = resident(server.pid) - before
        got = [read_to_the_end(raw) for raw in raws]  # ends: the server has hung up
    print(
        f"p99 {p99(alone) * 1000:.0f} ms alone, {p99(beside) * 1000:.0f} ms beside {SLOW} readers of 0 B/s; "
        f"RSS +{grown / 1e6:.1f} MB; each had been sent at most {max(got) / 1000:.0f} kB"
    )
    assert len(beside) > 0.3 * len(alone)
    # Other tests run beside this one; whoever waited for the readers of nothing would wait for seconds.
    assert p99(beside) < allowed
    assert grown < SLOW * 256_000 + 10_000_000
    assert max(got) < 256_000 + KERNEL_BYTES

    back = measure(server, topic, 3)  # those who come back read on, none is closed again
    assert len(back) > READERS * 30
