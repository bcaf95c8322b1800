"""A lucky draw that anyone can check: the seed is bound before the first entry, and the list before the draw.

Commit and reveal: when a draw opens, SHA-256 of a secret seed is shown to everyone; when entries close, so is the
digest of their list. Winners follow from seed and list alone, so neither can be changed to suit the other, and whoever
has both computes the same winners. A number is drawn without bias: HMAC-SHA-256(seed, "digest:counter"), taken as an
integer, refused where the last incomplete range begins.

Pure. `frontend/src/livestream/drawing.ts` does the same in the viewer's own browser.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from itertools import count

SEED_BYTES = 32
_SPACE = 1 << 256


def commitment_of(seed: str) -> str:
    """What is shown before the first entry. `seed` is hexadecimal."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def digest_of(tickets: Sequence[str]) -> str:
    """Of the list of entries, in the order of their numbers."""
    return hashlib.sha256("\n".join(tickets).encode()).hexdigest()


def draw(seed: str, tickets: Sequence[str], winners: int) -> list[int]:
    """Places in `tickets` (from 0) of those who win, the first prize first; all of them where there are fewer."""
    left = list(range(len(tickets)))
    numbers = _numbers(seed, digest_of(tickets))
    return [left.pop(_below(len(left), numbers)) for _ in range(min(winners, len(left)))]


def _numbers(seed: str, digest: str) -> Iterator[int]:
    for counter in count():
        drawn = hmac.new(bytes.fromhex(seed), f"{digest}:{counter}".encode(), hashlib.sha256).digest()
        yield int.from_bytes(drawn, "big")


def _below(most: int, numbers: Iterator[int]) -> int:
    """Evenly from 0 to `most` - 1."""
    limit = _SPACE - _SPACE % most
    return next(number for number in numbers if number < limit) % most
