"""The files of a room: the studio's, those on air and those that are kept. A file is whole or not there.

    desk/<room>/     what comes in, for the studio
    air/<room>/      what viewers may fetch: nothing while the picture is cut
    sound/<room>/    its sound alone
    kept/<session>/  the recording: its segments, and a line for each in index.jsonl
    spool/<take>/    pieces of a browser's camera on their way

Names are random: nobody can ask for a picture that no playlist has shown.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from livestream.media.playlist import Segment, Window

INDEX = "index.m3u8"
POSTER = "poster.jpg"
LINES = "index.jsonl"
DISK_LOW = 2 << 30  # bytes of the disk that recordings leave to the rest of the fair


class NotKept(Exception):
    """The recording takes no more; the reason is a word the studio's page knows."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def new_name(ending: str = ".ts") -> str:
    return secrets.token_hex(12) + ending


def write_whole(path: Path, data: bytes) -> None:
    """Readers see the old file or the new one, never a part."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)


@dataclass
class Show:
    """A folder with a live playlist and its segments."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # A player that knew an earlier process's list sees no number go back.
        self.window = Window(sequence=int(time.time()))
        self.empty()  # what an earlier process showed is over

    def add(self, segment: Segment, source: Path) -> None:
        """Show the segment whose pictures lie in `source`."""
        target = self.folder / segment.name
        if source != target:
            link(source, target)
        stale = self.window.add(segment)
        write_whole(self.folder / INDEX, self.window.text().encode())
        self._remove(one.name for one in stale)

    def empty(self) -> list[Segment]:
        """Take everything away, the playlist first; returns what it listed."""
        (self.folder / INDEX).unlink(missing_ok=True)
        taken = self.window.clear()
        self._remove(path.name for path in self.folder.iterdir())
        return taken

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            (self.folder / name).unlink(missing_ok=True)


def link(source: Path, target: Path) -> None:
    """The same file under a second name, or a copy where the disk knows no links."""
    try:
        os.link(source, target)
    except FileExistsError:
        return
    except OSError:
        shutil.copyfile(source, target)


class Kept:
    """One session's recording on the disk. Its lines are appended: a torn last one (kill -9) is passed over."""

    def __init__(self, folder: Path, *, most: int, spare: int = DISK_LOW) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._most, self._spare = most, spare
        self.bytes = sum(path.stat().st_size for path in folder.glob("*.ts"))
        self._mend()
        self._first_run = 1 + max((line.run for line in read_lines(folder)), default=-1)

    def add(self, segment: Segment, source: Path) -> None:
        """Keep one more; NotKept when the recording is as large as it may be or the disk is nearly full."""
        size = source.stat().st_size
        if self.bytes + size > self._most:
            raise NotKept("size")
        if shutil.disk_usage(self.folder).free < self._spare:
            raise NotKept("disk")
        link(source, self.folder / segment.name)
        self.bytes += size
        line = {
            "name": segment.name,
            "at": segment.at.isoformat(),
            "seconds": round(segment.seconds, 4),
            "run": segment.run + self._first_run,
        }
        self._append(line)

    def withhold(self, names: Iterable[str]) -> None:
        """Never to be played again; the files stay for whoever must look into it."""
        for name in names:
            if (self.folder / name).exists():
                self._append({"withheld": name})

    def _mend(self) -> None:
        """What was torn stays a line of its own."""
        lines = self.folder / LINES
        if lines.exists() and not lines.read_bytes().endswith(b"\n"):
            with lines.open("a") as file:
                file.write("\n")

    def _append(self, line: dict[str, object]) -> None:
        with (self.folder / LINES).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def read_lines(folder: Path) -> list[Segment]:
    """The segments of a recording that may be played, in order."""
    found: dict[str, Segment] = {}
    with contextlib.suppress(FileNotFoundError):
        for text in (folder / LINES).read_text("utf-8").splitlines():
            with contextlib.suppress(ValueError, KeyError):  # a torn line
                line = json.loads(text)
                if "withheld" in line:
                    found.pop(line["withheld"], None)
                    continue
                at = datetime.fromisoformat(line["at"])
                found[line["name"]] = Segment(line["name"], line["seconds"], at, line["run"])
    return list(found.values())
