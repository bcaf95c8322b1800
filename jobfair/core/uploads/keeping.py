"""Where files lie: in the state folder, outside every folder that is served, under names nobody can guess.

A file is whole or not there: written beside, flushed to the disk, then renamed. Rows name files; a file that no
row names (the transaction failed, the process was killed, the row is gone) is swept an hour later.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from jobfair.core.errors import NotFound
from jobfair.core.uploads.refusals import NoRoom

SPARE = 64 << 20  # bytes of the disk that files leave to the database
UNNAMED_FOR = timedelta(hours=1)  # longer than any transaction
SWEPT_EACH = timedelta(minutes=10)
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_KEY = re.compile(r"[a-z]+/[0-9a-f]{2}/[0-9a-f]{38}")

InUse = Callable[[Iterable[str]], set[str]]
_areas: dict[str, InUse] = {}
_swept_at: datetime | None = None


def folder() -> Path:
    return Path(settings.STATE_DIR) / "uploads"


def incoming() -> Path:
    """Where files lie while they arrive and are looked at."""
    path = folder() / "incoming"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def new_name() -> str:
    return secrets.token_hex(20)


def ensure_room(size: int) -> None:
    """NoRoom unless the file and its cleaned copy fit and the database keeps its share."""
    if shutil.disk_usage(incoming()).free < 2 * size + SPARE:
        raise NoRoom


@contextmanager
def disk_full_is_no_room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoRoom from error
        raise


def settle(clean: Path, area: str) -> str:
    """Move a cleaned file to its place, durably; returns its key."""
    name = new_name()
    key = f"{area}/{name[:2]}/{name[2:]}"
    place = folder() / key
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with clean.open("rb") as file:
        os.fsync(file.fileno())
    clean.replace(place)
    _flush_folder(place.parent)
    return key


def _flush_folder(path: Path) -> None:
    """A rename is on the disk once its folder is (fsync(2), notes)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_stored(key: str) -> BinaryIO:
    """The file of a row that names it; NotFound when the disk has lost it."""
    if not _KEY.fullmatch(key):
        raise NotFound
    try:
        return (folder() / key).open("rb")
    except FileNotFoundError:
        raise NotFound from None


def discard(key: str) -> None:
    """Remove a file whose last row is gone; absent already is as good."""
    if _KEY.fullmatch(key):
        (folder() / key).unlink(missing_ok=True)


def keeps(area: str, in_use: InUse) -> None:
    """`in_use(keys)` answers which of an area's files some row names. Areas nobody speaks for are never swept."""
    _areas[area] = in_use


def sweep(now: datetime) -> int:
    """Every ten minutes: remove what a killed or failed upload left behind."""
    global _swept_at
    if _swept_at is not None and now - _swept_at < SWEPT_EACH:
        return 0
    _swept_at = now
    return sweep_now(now)


def sweep_now(now: datetime) -> int:
    before = (now - UNNAMED_FOR).timestamp()
    stale = [path for path in incoming().iterdir() if _is_older(path, before)]
    for area, in_use in _areas.items():
        keys = {str(path.relative_to(folder())) for path in _files(area) if _is_older(path, before)}
        stale += [folder() / key for key in keys - (in_use(keys) if keys else set())]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def _files(area: str) -> Iterator[Path]:
    return (path for path in (folder() / area).glob("??/*") if path.is_file())


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:  # another worker swept it
        return False
