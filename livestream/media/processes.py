"""ffmpeg: where it is, and how it is started so that it never outlives us.

The child is bound to the thread that starts it (guard.py), so start it from a thread that lasts as long as it should.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib.util
import logging
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

logger = logging.getLogger(__name__)
GUARD = Path(__file__).with_name("guard.py")
ENDS_WITHIN = 3.0  # seconds, once its input has ended
FALLS_SILENT_WITHIN = 1.0  # seconds, once it has ended
SAID_LAST = 20  # lines of ffmpeg's complaints that are kept


class NoFfmpeg(Exception):
    """Neither the machine nor the extra `live` brings one."""


@functools.cache
def ffmpeg() -> str:
    """The machine's own ffmpeg, else the one of the extra `live`; NoFfmpeg without either."""
    found = shutil.which("ffmpeg")
    if found:
        return found
    if importlib.util.find_spec("imageio_ffmpeg") is None:
        raise NoFfmpeg
    from imageio_ffmpeg import get_ffmpeg_exe

    try:
        return str(get_ffmpeg_exe())
    except RuntimeError as error:
        raise NoFfmpeg from error


def has_ffmpeg() -> bool:
    try:
        return bool(ffmpeg())
    except NoFfmpeg:
        return False


class Child:
    """One ffmpeg. What it complains of is kept in `said`, without the words that are secret."""

    def __init__(self, process: asyncio.subprocess.Process, secrets: Sequence[str] = ()) -> None:
        self.process = process
        self.said: list[str] = []
        self._secrets = [secret for secret in secrets if secret]
        self._listener = asyncio.create_task(self._listen())

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.returncode is None

    async def feed(self, data: bytes) -> bool:
        """Hand it bytes, waiting while it cannot take more; False when it has ended."""
        stdin = self.process.stdin
        if stdin is None or stdin.is_closing():
            return False
        try:
            stdin.write(data)
            await stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def finish(self) -> None:
        """Nothing more comes: it writes what it has and ends."""
        if self.process.stdin is not None:
            self.process.stdin.close()

    async def end(self) -> int:
        """Its input ends; what has not gone in three seconds is killed."""
        self.finish()
        try:
            await asyncio.wait_for(self.process.wait(), ENDS_WITHIN)
        except TimeoutError:
            await self.kill()
        await self._fall_silent()
        return self.process.returncode or 0

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        if self.process.stdout is not None:
            with contextlib.suppress(RuntimeError, TimeoutError):  # somebody reads it to its end
                await asyncio.wait_for(self.process.stdout.read(), FALLS_SILENT_WITHIN)
        await self._fall_silent()

    async def _fall_silent(self) -> None:
        """What it said last is heard; a pipe that is not read to its end would stay open."""
        await asyncio.wait([self._listener], timeout=FALLS_SILENT_WITHIN)
        self._listener.cancel()

    async def _listen(self) -> None:
        assert self.process.stderr is not None
        while line := await _line(self.process.stderr):
            text = line.decode("utf-8", "replace").strip()
            for secret in self._secrets:
                text = text.replace(secret, "•••")
            if text:
                self.said = [*self.said, text[:300]][-SAID_LAST:]


async def _line(stream: asyncio.StreamReader) -> bytes:
    """A line, or the beginning of one that is too long to keep."""
    try:
        return await stream.readline()
    except ValueError:
        return b"(a long line)\n"


async def start_ffmpeg(
    *arguments: str, feeds: bool = True, reads: bool = True, secrets: Sequence[str] = ()
) -> Child:
    """ffmpeg with its input from us (`feeds`) and its output to us (`reads`)."""
    command = [ffmpeg(), "-hide_banner", "-nostats", "-loglevel", "warning", *arguments]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-IS", str(GUARD), str(os.getpid()), *command),
        stdin=asyncio.subprocess.PIPE if feeds else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE if reads else asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    logger.info("ffmpeg %s began", process.pid)
    return Child(process, secrets)
