"""The proof itself: a few mutations in every run, all of them with `--full`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.mutations.prove import MUTATIONS, prove

QUICK = {"doorbell before commit", "no floor"}


@pytest.mark.unit  # it chooses the store of each run itself: once is enough
@pytest.mark.faults
@pytest.mark.timeout(2400)
def test_each_mutation_turns_its_named_test_red(rounds: Callable[[int, int], int]) -> None:
    everything = bool(rounds(0, 1))
    chosen = [one for one in MUTATIONS if everything or one.name in QUICK]
    assert prove(chosen) == []
