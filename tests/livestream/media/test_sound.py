from __future__ import annotations

import itertools
import struct
import subprocess

import pytest

from livestream.media.processes import ffmpeg, has_ffmpeg
from livestream.media.sound import Sound, tag
from livestream.media.transport import TICKS, Cut, Cutter

pytestmark = pytest.mark.unit
FRAME = 1024 / 48_000  # seconds of an AAC frame at 48 kHz


def pes(payload: bytes) -> bytes:
    return b"\0\0\1\xc0\0\0\x80\x80\x05" + bytes(5) + payload


def test_frames_are_joined_behind_the_instant_of_the_first() -> None:
    sound = Sound()
    sound.take(b"the rest of a frame whose beginning was not seen", begins=False, at=None)
    sound.take(pes(b"one"), begins=True, at=90_000)
    sound.take(b"two", begins=False, at=None)
    sound.take(pes(b"three"), begins=True, at=91_920)
    assert sound.close() == tag(90_000) + b"onetwothree"
    assert sound.close() == b""


def test_the_tag_says_when_as_hls_wants_it() -> None:
    made = tag(0x1_2345_6789)
    assert made[:10] == b"ID3\x04\0\0\0\0\0" + bytes([len(made) - 10])
    assert made[10:14] == b"PRIV"
    assert made.endswith(
        b"com.apple.streaming.transportStreamTimestamp\0" + bytes.fromhex("0000000123456789")
    )


@pytest.mark.skipif(not has_ffmpeg(), reason="there is no ffmpeg")
def test_each_segments_sound_is_whole_and_begins_with_it() -> None:
    cuts = cuts_of_a_broadcast()
    assert len(cuts) >= 4
    for cut in cuts:
        seconds = frames_in(cut.sound) * FRAME
        assert abs(seconds - cut.seconds) < 0.1
        assert len(cut.sound) < len(cut.data) / 3
    starts = [struct.unpack(">Q", cut.sound[65:73])[0] / TICKS for cut in cuts]
    apart = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert all(abs(one - cut.seconds) < 0.1 for one, cut in zip(apart, cuts, strict=False)), starts


def cuts_of_a_broadcast() -> list[Cut]:
    sources = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-f", "lavfi", "-i", "sine=sample_rate=48000"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac", "-b:a", "64k", "-t", "6"]
    made = subprocess.run(
        [ffmpeg(), "-v", "error", *sources, *coded, "-muxdelay", "0", "-f", "mpegts", "-"],
        capture_output=True, check=True,
    )  # fmt: skip
    return Cutter().feed(made.stdout)


def frames_in(packed: bytes) -> int:
    """ADTS frames, one right behind the other (ISO/IEC 13818-7, 6.2)."""
    at, count = 73, 0
    while at < len(packed):
        assert packed[at] == 0xFF
        assert packed[at + 1] & 0xF6 == 0xF0
        at += (packed[at + 3] & 3) << 11 | packed[at + 4] << 3 | packed[at + 5] >> 5
        count += 1
    assert at == len(packed)
    return count
