"""The server's side of the check: take the file in, have it looked at, keep its cleaned copy."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

import jobfair
from jobfair.core.uploads import keeping, refusals
from jobfair.core.uploads.inspector.limits import WALL_SECONDS

logger = logging.getLogger(__name__)
MB = 1 << 20
CHUNK = 1 << 18
MAX_PAGES = 20
NAME_LONGEST = 80
AT_ONCE = 2  # inspections in this process; each may take 640 MB for a moment
WAIT_SECONDS = 20

Kind = Literal["pdf", "docx", "xlsx", "image"]
_turns = threading.BoundedSemaphore(AT_ONCE)
_ROOT = Path(next(iter(jobfair.__path__))).parent


class Readable(Protocol):
    """A Django UploadedFile, or any open file."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class CheckedUpload:
    """A file that was looked at, cleaned and stored; nobody's until a row names its `key`."""

    key: str
    kind: Kind
    content_type: str
    name: str  # as its owner called it, with the ending its content has
    size: int  # bytes, of the cleaned copy
    sha256: str  # of the cleaned copy
    pages: int  # 0 where the format does not tell

    def open(self) -> BinaryIO:
        return keeping.open_stored(self.key)

    def discard(self) -> None:
        keeping.discard(self.key)


def check_upload(
    file: Readable,
    *,
    area: str,
    kinds: Collection[Kind],
    max_bytes: int,
    max_pages: int = MAX_PAGES,
    field: str = "file",
) -> CheckedUpload:
    """Look at `file` in a limited subprocess and store its cleaned copy; call it outside a unit of work.

    Refused, with nothing stored: FileRefused (422; `fields[field]` says what to do), NoRoom (507), InspectorsBusy
    (429). Takes five seconds of a processor and a bounded piece of memory at most, whatever the file is.
    """
    wanted = sorted(kinds)

    def refuse(reason: str) -> Exception:
        return refusals.refuse(reason, field=field, kinds=wanted, most=max_bytes // MB, pages=max_pages)

    keeping.ensure_room(max_bytes)
    with _two_files() as (raw, clean), keeping.disk_full_is_no_room():
        _take_in(file, raw, max_bytes, refuse)
        verdict = _inspected(raw, clean, wanted, max_pages)
        if not verdict["ok"]:
            raise refuse(str(verdict["reason"]))
        size, digest = _measure(clean)
        return CheckedUpload(
            key=keeping.settle(clean, area),
            kind=verdict["kind"],
            content_type=verdict["content_type"],
            name=plain_name(str(getattr(file, "name", "") or ""), str(verdict["extension"])),
            size=size,
            sha256=digest,
            pages=verdict["pages"],
        )


@contextmanager
def _two_files() -> Iterator[tuple[Path, Path]]:
    """The file as it came and its cleaned copy; both are gone afterwards, unless the copy found its place."""
    raw = keeping.incoming() / keeping.new_name()
    clean = raw.with_suffix(".clean")
    try:
        yield raw, clean
    finally:
        raw.unlink(missing_ok=True)
        clean.unlink(missing_ok=True)


def _take_in(file: Readable, raw: Path, max_bytes: int, refuse: Callable[[str], Exception]) -> None:
    told = getattr(file, "size", None)
    if isinstance(told, int) and told > max_bytes:
        raise refuse("too_large")
    size = 0
    with raw.open("xb") as target:
        os.fchmod(target.fileno(), 0o600)
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise refuse("too_large")
            target.write(chunk)
    if size == 0:
        raise refuse("empty")


def _inspected(raw: Path, clean: Path, kinds: list[Kind], max_pages: int) -> dict[str, Any]:
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise refusals.InspectorsBusy(retry_after=5)
    try:
        return run_inspector(raw, clean, kinds, max_pages)
    finally:
        _turns.release()


def run_inspector(raw: Path, clean: Path, kinds: Collection[str], max_pages: int) -> dict[str, Any]:
    """The verdict of a process that has the two files and nothing else: no environment, no secret, no database."""
    told = raw.with_suffix(".verdict")
    try:
        with raw.open("rb") as source, clean.open("xb+") as out, told.open("xb+") as verdict:
            os.fchmod(out.fileno(), 0o600)
            process = subprocess.Popen(  # noqa: S603 - our own module by this interpreter, without a shell
                [
                    *(sys.executable, "-sB", "-m", "jobfair.core.uploads.inspector"),
                    *(",".join(kinds), str(max_pages), str(verdict.fileno())),
                ],
                stdin=source,
                stdout=out,
                stderr=subprocess.DEVNULL,
                pass_fds=[verdict.fileno()],
                cwd=raw.parent,
                env={"PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8"},
            )
            code = _wait(process)
            verdict.seek(0)
            return _read_verdict(verdict.read(64_000), code)
    finally:
        told.unlink(missing_ok=True)


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(timeout=WALL_SECONDS)
    except subprocess.TimeoutExpired:
        return -1
    finally:
        process.kill()
        process.wait()


def _read_verdict(told: bytes, code: int) -> dict[str, Any]:
    """Without a verdict the process ran out of memory, time or output: the file asked for too much."""
    try:
        verdict = json.loads(told)
    except ValueError:
        verdict = {"ok": False, "reason": "too_complex"}
    if not verdict["ok"]:
        logger.info("an upload was refused: %s (exit %s)", verdict["reason"], code)
    return dict(verdict)


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def plain_name(name: str, extension: str) -> str:
    """A file name any system can show: no path, no control or direction marks, the ending that is true."""
    stem = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = stem.rsplit(".", 1)[0] if "." in stem else stem
    kept = "".join(char for char in stem if unicodedata.category(char)[0] != "C" and char not in '<>:"|?*')
    return f"{' '.join(kept.split())[:NAME_LONGEST].strip('. ') or 'file'}.{extension}"
