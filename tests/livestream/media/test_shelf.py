from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from livestream.media.playlist import Segment
from livestream.media.shelf import LINES, Kept, NotKept, Show, read_lines

pytestmark = pytest.mark.unit
AT = datetime(2026, 4, 11, 1, 0, tzinfo=UTC)


def segment(name: str, run: int = 0) -> Segment:
    return Segment(name, 1.0, AT, run)


@pytest.fixture
def piece(tmp_path: Path) -> Path:
    path = tmp_path / "piece"
    path.write_bytes(bytes(1000))
    return path


def test_what_left_the_list_is_deleted_later_and_a_cut_takes_all(tmp_path: Path, piece: Path) -> None:
    show = Show(tmp_path / "air")
    for number in range(20):
        show.add(segment(f"{number}.ts"), piece)
    names = {path.name for path in show.folder.iterdir()}
    assert names == {"index.m3u8", *(f"{number}.ts" for number in range(8, 20))}
    assert [one.name for one in show.empty()] == [f"{number}.ts" for number in range(14, 20)]
    assert list(show.folder.iterdir()) == []


def test_what_a_killed_process_showed_is_over(tmp_path: Path, piece: Path) -> None:
    Show(tmp_path / "air").add(segment("0.ts"), piece)
    assert list(Show(tmp_path / "air").folder.iterdir()) == []


def test_a_recording_goes_on_after_a_kill(tmp_path: Path, piece: Path) -> None:
    kept = Kept(tmp_path / "kept", most=10_000, spare=0)
    kept.add(segment("a.ts"), piece)
    kept.add(segment("b.ts"), piece)
    with (kept.folder / LINES).open("a") as lines:
        lines.write('{"name": "c.ts", "at"')  # killed while writing
    again = Kept(tmp_path / "kept", most=10_000, spare=0)
    again.add(segment("d.ts"), piece)
    again.withhold(["b.ts", "not kept.ts"])
    assert again.bytes == 3000
    assert [(one.name, one.run) for one in read_lines(kept.folder)] == [("a.ts", 0), ("d.ts", 1)]
    assert (kept.folder / "b.ts").exists(), "withheld is not destroyed"


def test_a_recording_stops_at_its_size_and_before_the_disk_is_full(tmp_path: Path, piece: Path) -> None:
    kept = Kept(tmp_path / "kept", most=1500, spare=0)
    kept.add(segment("a.ts"), piece)
    with pytest.raises(NotKept, match="size"):
        kept.add(segment("b.ts"), piece)
    full = Kept(tmp_path / "full", most=10_000, spare=shutil.disk_usage(tmp_path).free * 2)
    with pytest.raises(NotKept, match="disk"):
        full.add(segment("a.ts"), piece)
