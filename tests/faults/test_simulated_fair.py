"""A fair full of people on the real server: whatever they do, every invariant holds and phones show the truth."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.faults.server import Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]


def test_a_simulated_fair_breaks_nothing(
    make_server: Callable[..., Server], rounds: Callable[[int, int], int]
) -> None:
    server = make_server()
    found = json.loads(
        server.manage(
            "simulate_fair",
            "--url",
            server.url,
            f"--seekers={rounds(40, 2000)}",
            f"--booths={rounds(8, 200)}",
            f"--speed={rounds(200, 60)}",
            f"--hours={rounds(1, 4)}",
            f"--limit={rounds(120, 2400)}",
            "--json",
        )
    )
    print({name: value for name, value in found.items() if name not in {"violations", "counts"}})
    assert sum(found["violations"].values()) == 0
    assert len(found["violations"]) > 25
    assert found["socket_promises_broken"] == []
    assert found["phones_unlike_the_database"] == 0
    assert found["tickets"] > found["people"] / 2
    assert found["talks"] > 0
    assert found["collisions_avoided"] >= rounds(0, 1)
    assert found["counts"]["dropped sockets"] > 0
    ended = {"done", "left", "missed", "expired", "transferred"}
    assert set(found["tickets_by_state"]) <= ended  # the booths have closed: nothing is left open


@pytest.mark.once
def test_an_operator_never_simulates_by_mistake(make_server: Callable[..., Server]) -> None:
    server = make_server()
    server.env = {
        **server.env,
        "JOBFAIR_DEBUG": "",
        "JOBFAIR_SECRET_KEY": "k" * 60,
        "JOBFAIR_HOSTS": "localhost",
    }
    with pytest.raises(AssertionError, match="JOBFAIR_DEBUG=1"):
        server.manage("simulate_fair", "--url", server.url, "--seekers=1", "--booths=1")
