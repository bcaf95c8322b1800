from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livestream.media.playlist import SHOWN, STAYS, Segment, Window, recording

pytestmark = pytest.mark.unit
BEGAN = datetime(2026, 4, 11, 1, 0, tzinfo=UTC)

EXPECTED = """
#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:1
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-PROGRAM-DATE-TIME:2026-04-11T01:00:00.000Z
#EXTINF:1.000,
0.ts
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2026-04-11T01:00:01.000Z
#EXTINF:1.000,
1.ts
"""


def segment(number: int, run: int = 0) -> Segment:
    return Segment(f"{number}.ts", 1.0, BEGAN + timedelta(seconds=number), run)


def test_a_live_list_says_when_each_picture_was_filmed() -> None:
    window = Window()
    window.add(segment(0))
    window.add(segment(1, run=1))
    assert window.text().splitlines() == EXPECTED.split()


acts = st.lists(st.sampled_from(["same", "other", "clear"]), max_size=40)


@given(acts)
def test_numbers_never_go_back_and_each_picture_keeps_its_number(told: list[str]) -> None:
    """RFC 8216, 6.2.1 and 6.2.2: a player that kept an older list finds each segment under the same numbers."""
    window, run, known = Window(), 0, dict[str, tuple[int, int]]()
    deleted: set[str] = set()
    for number, act in enumerate(told):
        if act == "clear":
            window.clear()
            assert ".ts" not in window.text()
            continue
        run += act == "other"
        deleted |= {one.name for one in window.add(segment(number, run))}
        for name, place in places(window.text()).items():
            assert known.setdefault(name, place) == place
        assert not deleted & set(places(window.text()))
    assert len(window.segments) <= SHOWN
    assert len(window.gone) <= STAYS


def places(text: str) -> dict[str, tuple[int, int]]:
    """Media and discontinuity sequence of each segment, as a player counts them."""
    number = int(re.findall(r"MEDIA-SEQUENCE:(\d+)", text)[0])
    break_number = int(re.findall(r"DISCONTINUITY-SEQUENCE:(\d+)", text)[0])
    found = {}
    for line in text.splitlines():
        if line == "#EXT-X-DISCONTINUITY":
            break_number += 1
        elif line.endswith(".ts"):
            found[line] = (number, break_number)
            number += 1
    return found


def test_a_recording_ends() -> None:
    text = recording([segment(0), segment(1), segment(5, run=1)])
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1
    assert text.endswith("#EXT-X-ENDLIST\n")
