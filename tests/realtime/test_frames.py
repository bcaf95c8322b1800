from __future__ import annotations

import pytest

from jobfair.realtime.frames import Frame, encode

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (5, "8105"),
        (125, "817d"),
        (126, "817e007e"),
        (256, "817e0100"),
        (65_535, "817effff"),
        (65_536, "817f0000000000010000"),
    ],
)
def test_a_frame_on_the_wire_is_as_rfc_6455_shows_it(size: int, head: str) -> None:
    frame = Frame("x" * size)
    assert frame.wire == bytes.fromhex(head) + b"x" * size
    assert frame.size == size


def test_chinese_is_counted_and_sent_as_its_bytes() -> None:
    frame = encode({"on": "live:1", "data": "招聘"})
    assert frame.text == '{"on":"live:1","data":"招聘"}'
    assert frame.size == len(frame.text) + 4
    assert frame.wire == bytes([0x81, frame.size]) + frame.text.encode()
