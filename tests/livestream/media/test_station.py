"""The media station with a real ffmpeg: what it lists, what it withholds, and that nothing of it outlives it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from livestream.media.engine import Limits
from livestream.media.processes import has_ffmpeg
from livestream.media.relay import Target
from livestream.media.shelf import read_lines
from livestream.media.station import Station
from livestream.media.wishes import Admission, Report, Wish
from tests.livestream.media.encoder import frames_taken, publishing, sink, until
from tests.stores import free_port

pytestmark = [
    pytest.mark.integration,
    pytest.mark.once,
    pytest.mark.skipif(not has_ffmpeg(), reason="there is no ffmpeg"),
]
WITHIN = 60.0


class Wanted:
    """A desk on which the test writes."""

    def __init__(self) -> None:
        self.wish = Wish(1, session_id=5, keys=frozenset({1}))
        self.reports: list[Report] = []

    def wishes(self) -> list[Wish]:
        return [self.wish]

    def admission(self, key: str) -> Admission | None:
        return Admission(1, 1) if key == "right" else None

    def report(self, reports: list[Report]) -> None:
        self.reports += reports

    @property
    def source(self) -> str:
        return self.reports[-1].source if self.reports else ""

    def relays(self) -> dict[int, str]:
        return {id: state for id, (state, _why) in self.reports[-1].relays.items()} if self.reports else {}


def make_station(desk: Wanted, root: Path) -> Station:
    limits = Limits(kept_most=1 << 30, disk_spare=0)
    station = Station(desk, root, address=("127.0.0.1", 0), now=lambda: datetime.now(UTC), limits=limits)
    station.start()
    until(lambda: station.rtmp_port > 0, what="the RTMP port")
    return station


@pytest.fixture
def desk() -> Wanted:
    return Wanted()


@pytest.fixture
def station(desk: Wanted, tmp_path: Path) -> Iterator[Station]:
    station = make_station(desk, tmp_path)
    yield station
    station.stop()


def listed(root: Path, show: str = "air") -> list[tuple[str, datetime]]:
    """(name, when it was filmed) of what the playlist shows."""
    path = root / show / "1" / "index.m3u8"
    text = path.read_text() if path.exists() else ""
    found = re.findall(r"DATE-TIME:(\S+)\n#EXTINF:[\d.]+,\n(\S+)", text)
    return [(name, datetime.fromisoformat(at)) for at, name in found]


def test_a_publisher_drops_and_comes_back_and_is_cut(desk: Wanted, station: Station, tmp_path: Path) -> None:
    address = f"rtmp://127.0.0.1:{station.rtmp_port}/live"
    with publishing(f"{address}/wrong") as encoder:
        assert encoder.wait(WITHIN) != 0
        assert encoder.stderr is not None
        assert b"unknown stream key" in encoder.stderr.read()
    assert listed(tmp_path, "desk") == [], "nothing of a wrong key is stored"
    with publishing(f"{address}/right") as encoder:
        until(lambda: len(listed(tmp_path)) >= 3, what="segments")
        seen = datetime.now(UTC)
        assert desk.source == "rtmp"
        heard = {at for _name, at in listed(tmp_path, "sound")[-3:]}
        assert heard
        until(lambda: heard <= {at for _name, at in listed(tmp_path)}, what="the picture of what is heard")
        assert seen - timedelta(seconds=4) < listed(tmp_path)[-1][1] < seen, "filmed just now"
        before = {name for name, _at in listed(tmp_path)}
        until(
            (tmp_path / "fallback" / "card.mp4").exists, what="the card, which a station makes as it starts"
        )
        encoder.kill()
        killed = time.monotonic()
        until(lambda: desk.source == "fallback", what="the fallback")
        print(f"fallback {time.monotonic() - killed:.1f} s after the publisher was killed")
        assert time.monotonic() - killed < 5
    with publishing(f"{address}/right"):
        until(lambda: desk.source == "rtmp", what="the picture's return")
        assert "#EXT-X-DISCONTINUITY" in (tmp_path / "air" / "1" / "index.m3u8").read_text()
        desk.wish = Wish(1, session_id=5, keys=frozenset({1}), is_cut=True)
        unplayed = {name for name, _at in listed(tmp_path)}
        until(lambda: not listed(tmp_path), what="the cut")
        assert list((tmp_path / "air" / "1").iterdir()) == []
        assert list((tmp_path / "sound" / "1").iterdir()) == []
        at_desk = listed(tmp_path, "desk")[-1]
        until(lambda: listed(tmp_path, "desk")[-1] != at_desk, what="the studio's picture")
        assert listed(tmp_path) == []
        desk.wish = Wish(1, session_id=5, keys=frozenset({1}))
        until(lambda: bool(listed(tmp_path)), what="the picture")
        assert unplayed.isdisjoint({name for name, _at in listed(tmp_path)})
        kept = {segment.name for segment in read_lines(tmp_path / "kept" / "5")}
        assert before - unplayed <= kept
        assert kept.isdisjoint(unplayed)


def test_a_key_taken_back_ends_its_publisher(desk: Wanted, station: Station) -> None:
    with publishing(f"rtmp://127.0.0.1:{station.rtmp_port}/live/right", sound=False) as encoder:
        until(lambda: desk.source == "rtmp", what="the picture without sound")
        with publishing(f"rtmp://127.0.0.1:{station.rtmp_port}/live/right") as second:
            assert second.wait(WITHIN) != 0, "while one is on, the same key lets no other in"
        desk.wish = Wish(1, session_id=5, keys=frozenset())
        assert encoder.wait(WITHIN) != 0


def test_a_relay_that_dies_bothers_nobody(desk: Wanted, station: Station, tmp_path: Path) -> None:
    ports = free_port(), free_port()
    targets = tuple(Target(at, f"rtmp://127.0.0.1:{port}/live/outside") for at, port in enumerate(ports))
    desk.wish = Wish(1, session_id=5, keys=frozenset({1}), relays=targets)
    with (
        sink(ports[0]) as first,
        sink(ports[1]) as second,
        publishing(f"rtmp://127.0.0.1:{station.rtmp_port}/live/right"),
    ):
        until(lambda: desk.relays() == {0: "on", 1: "on"}, what="both relays")
        first.kill()
        until(lambda: desk.relays().get(0) == "failing", what="the relay's failure")
        taken = frames_taken(second)
        until(lambda: frames_taken(second) > taken, what="frames at the other platform")
        count = len(read_lines(tmp_path / "kept" / "5"))
        until(lambda: len(read_lines(tmp_path / "kept" / "5")) >= count + 2, what="more picture")
        assert desk.relays()[1] == "on"
        assert desk.source == "rtmp"
        reason = desk.reports[-1].relays[0][1]
        assert "outside" not in reason, "the platform's key is not told"


OWNER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from tests.livestream.media.test_station import Wanted, make_station
desk = Wanted()
station = make_station(desk, Path(sys.argv[1]))
print(station.rtmp_port, flush=True)
time.sleep(120)
"""


def test_no_ffmpeg_outlives_a_killed_station(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, cwd=root, env={**os.environ}
    )
    try:
        assert owner.stdout is not None
        port = int(owner.stdout.readline())
        with publishing(f"rtmp://127.0.0.1:{port}/live/right"):
            until(lambda: bool(listed(tmp_path)), what="the picture")
            children = children_of(owner.pid)
            assert children
            owner.send_signal(signal.SIGKILL)
            owner.wait()
            until(lambda: not any(map(is_running, children)), what="ffmpeg's end")
    finally:
        owner.kill()
        owner.communicate()
    again = Wanted()
    station = make_station(again, tmp_path)
    try:
        until(lambda: again.source == "fallback", what="the fallback of what went on before")
    finally:
        station.stop()


def children_of(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(one) for one in (task / "children").read_text().split()]
    return found


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
