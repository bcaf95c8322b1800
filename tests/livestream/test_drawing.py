"""A draw is fair, and anyone can compute it again."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livestream.drawing import commitment_of, digest_of, draw

pytestmark = pytest.mark.unit
GOLDEN = Path(__file__).resolve().parents[2] / "frontend" / "tests" / "livestream" / "drawing.golden.json"
SEED = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
tickets = st.lists(st.text(alphabet="0123456789abcdef", min_size=8, max_size=8), unique=True, max_size=50)


def test_known_answers() -> None:
    """Fixed for ever, and the same in the browser's own computation (drawing.test.ts)."""
    entries = [f"{number:08x}" for number in range(1, 11)]
    assert commitment_of(SEED) == "4773d12e2371bb935b9a0f5439b4a1c3ad3f2414b86980f8418d1cfabdfadfef"
    assert digest_of(entries) == "eb75ed82395436479fc5b135f8c3defd326484d5c2dc58e158a999ec35082947"
    assert draw(SEED, entries, 3) == [1, 4, 0]


def by_hand(seed: str, entries: list[str], winners: int) -> list[int]:
    """As the page explains it, written down independently."""
    digest = hashlib.sha256("\n".join(entries).encode()).hexdigest()
    places, won, counter = list(range(len(entries))), [], 0
    while places and len(won) < winners:
        number = int(hmac.new(bytes.fromhex(seed), f"{digest}:{counter}".encode(), "sha256").hexdigest(), 16)
        counter += 1
        if number < 2**256 // len(places) * len(places):
            won.append(places.pop(number % len(places)))
    return won


@given(tickets, st.integers(min_value=0, max_value=60), st.binary(min_size=32, max_size=32))
def test_anyone_finds_the_same_winners(entries: list[str], winners: int, seed: bytes) -> None:
    drawn = draw(seed.hex(), entries, winners)
    assert drawn == by_hand(seed.hex(), entries, winners)
    assert len(drawn) == min(winners, len(entries))
    assert len(set(drawn)) == len(drawn)


def test_everybody_wins_as_often() -> None:
    """4,000 seeds over 8 entries: 500 each, give or take five standard deviations."""
    entries = [f"{number:08x}" for number in range(8)]
    won = Counter(draw(hashlib.sha256(str(n).encode()).hexdigest(), entries, 1)[0] for n in range(4000))
    assert set(won) == set(range(8))
    assert all(abs(times - 500) < 5 * 21 for times in won.values()), won


def test_one_entry_more_or_less_changes_the_list_that_was_shown() -> None:
    entries = ["a1", "b2", "c3"]
    assert len({digest_of(entries), digest_of(entries[:2]), digest_of(["b2", "a1", "c3"])}) == 3


def test_the_browser_computes_the_same() -> None:
    """vitest computes the same vectors by drawing.ts. `UPDATE_GOLDEN=1` writes them anew: by a salt whose
    hexadecimal digits hold nothing like a phone number, which no file here may."""
    vectors = []
    for many, winners in ((1, 1), (2, 5), (3, 1), (10, 3), (64, 64), (300, 20), (1000, 50)):
        seed = hashlib.sha256(f"seed c {many}".encode()).hexdigest()
        entries = [hashlib.sha256(f"c{many}:{number}".encode()).hexdigest()[:12] for number in range(many)]
        told = {
            "commitment": commitment_of(seed),
            "digest": digest_of(entries),
            "drawn": draw(seed, entries, winners),
        }
        vectors.append({"seed": seed, "tickets": entries, "winners": winners, **told})
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(json.dumps(vectors, separators=(",", ":")) + "\n")
    assert json.loads(GOLDEN.read_text()) == vectors
    for one in vectors:
        assert one["drawn"] == by_hand(one["seed"], one["tickets"], one["winners"])
