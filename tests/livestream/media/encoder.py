"""An encoder such as a studio has: ffmpeg that publishes a test picture by RTMP."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from livestream.media.processes import ffmpeg

# Below a moving test picture lies the wall clock: tenths of a second in Gray code, the lowest of 16 bits on the left.
CELLS = 16
BIT = f"mod(floor(mod(floor(time(0)*10),{1 << CELLS})/pow(2,X+1)+0.5),2)"
CLOCKED = (
    f"testsrc2=s=320x160:r=25,format=yuv420p[top];color=s={CELLS}x1:r=25,format=gray,geq=lum='if({BIT},235,16)',"
    "scale=320:20:flags=neighbor,format=yuv420p[clock];[top][clock]vstack"
)
PICTURE = ("-re", "-f", "lavfi", "-i", CLOCKED)
# As dark as a studio: what lies over it must be legible all the same.
STUDIO = (
    *("-re", "-f", "lavfi", "-i"),
    "gradients=s=640x360:r=25:n=3:c0=0x6b4038:c1=0x241a18:c2=0x141210:speed=0.01:seed=7",
)
SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100")
CODED = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-b:v", "300k")

PATIENCE = 60.0  # seconds; what must be quick is timed and asserted


def until(is_so: Callable[[], bool], *, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, f"{what} did not come within {PATIENCE:.0f} s"
        time.sleep(0.05)


@contextmanager
def publishing(
    address: str, *, seconds: int = 300, sound: bool = True, picture: Sequence[str] = PICTURE
) -> Iterator[subprocess.Popen[bytes]]:
    """ffmpeg publishing to `address` until the block is left; kill it for a publisher that drops."""
    sources = [*picture, *SOUND] if sound else [*picture]
    coded = [*CODED, "-c:a", "aac", "-b:a", "64k"] if sound else [*CODED]
    command = [ffmpeg(), "-v", "error", *sources, *coded, "-t", str(seconds), "-f", "flv", address]
    encoder = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        yield encoder
    finally:
        encoder.kill()
        encoder.communicate()


@contextmanager
def sink(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Another platform: an RTMP server for one publisher, which throws away what it gets and says how much."""
    address = f"rtmp://127.0.0.1:{port}/live/outside"
    command = [ffmpeg(), "-v", "error", "-nostdin", "-listen", "1", "-i", address]
    command += ["-c", "copy", "-f", "null", "-progress", "pipe:1", "-"]
    platform = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert platform.stdout is not None
    os.set_blocking(platform.stdout.fileno(), False)
    try:
        yield platform
    finally:
        platform.kill()
        platform.communicate()


def frames_taken(platform: subprocess.Popen[bytes]) -> int:
    """How many frames a sink has told of since it was asked last; 0 when it told nothing."""
    assert platform.stdout is not None
    counts = re.findall(rb"frame=\s*(\d+)", platform.stdout.read() or b"")
    return int(counts[-1]) if counts else 0
