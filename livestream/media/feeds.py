"""The three ways in. Each feeds runs of ffmpeg, whose output is cut into segments."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from livestream.media.processes import Child, start_ffmpeg
from livestream.media.rtmp import flv
from livestream.media.rtmp.chunks import AUDIO, VIDEO, Message
from livestream.media.transport import Cut, Cutter

logger = logging.getLogger(__name__)
Kind = Literal["rtmp", "camera", "fallback"]
PIECE = 1 << 16  # bytes read at once
SET_UP_WITHIN_MS = 1000  # of an encoder's own time: by then picture and sound have both begun
QUICK = ("-fflags", "nobuffer", "-probesize", "1000000", "-analyzeduration", "1500000")
OUT = (
    *("-f", "mpegts", "-muxdelay", "0", "-muxpreload", "0", "-flush_packets", "1"),
    *("-mpegts_flags", "+resend_headers", "pipe:1"),
)
CODED = ("-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2")
LOOKS_EVERY = 0.05  # seconds, for the next piece of a camera
CAMERA_SILENT_FOR = 8.0  # seconds; its page has begun a new take by then
Taken = Callable[["Run", Cut], None]
Now = Callable[[], datetime]


class Run:
    """ffmpeg from its start to its end: one time line. `began_at` is when its first frame was filmed."""

    def __init__(self, kind: Kind, number: int, *, taken: Taken, now: Now) -> None:
        self.kind, self.number = kind, number
        self.began_at: datetime | None = None
        self._taken, self._now = taken, now
        self._cutter = Cutter()
        self._child: Child | None = None
        self._reading: asyncio.Task[None] | None = None
        self.ended = False

    async def begin(
        self, arguments: Sequence[str], *, feeds: bool, filmed_at: datetime | None = None
    ) -> None:
        self.began_at = filmed_at
        self._child = await start_ffmpeg(*arguments, *OUT, feeds=feeds)
        self._reading = asyncio.create_task(self._read(self._child))

    async def feed(self, data: bytes) -> bool:
        return self._child is not None and await self._child.feed(data)

    async def end(self) -> None:
        """What ffmpeg still has is cut and taken; then it is gone."""
        if self._child is None or self.ended:
            return
        self.ended = True
        code = await self._child.end()
        if self._reading is not None:
            await asyncio.wait([self._reading], timeout=1)
        if code not in {0, 255} and self._child.said:
            logger.warning("ffmpeg of a %s ended with %s: %s", self.kind, code, self._child.said[-1])

    async def kill(self) -> None:
        """At once: what it still has is not wanted."""
        self.ended = True
        if self._reading is not None:
            self._reading.cancel()
        if self._child is not None:
            await self._child.kill()

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.running and not self.ended

    def filmed_at(self, cut: Cut) -> datetime:
        """When a segment's first frame was filmed; an encoder whose clock runs fast is held to ours."""
        end = timedelta(seconds=cut.offset + cut.seconds)
        if self.began_at is None or self.began_at + end > self._now():
            self.began_at = self._now() - end
        return self.began_at + timedelta(seconds=cut.offset)

    async def _read(self, child: Child) -> None:
        assert child.process.stdout is not None
        while data := await child.process.stdout.read(PIECE):
            for cut in self._cutter.feed(data):
                self._taken(self, cut)
        last = self._cutter.finish()
        if last is not None:
            self._taken(self, last)


class Feed:
    """A source of pictures. `heard_at` (monotonic) is when it last brought any."""

    kind: Kind

    def __init__(self, run: Run, now: Now) -> None:
        self.run = run
        self.heard_at = time.monotonic()
        self.over = False
        self.trouble = ""
        self._now = now

    async def stop(self) -> None:
        self.over = True
        await self.run.end()


class RtmpFeed(Feed):
    """An admitted encoder (`rtmp.ingest.Taker`). H.264 and AAC are passed on as they are."""

    kind: Kind = "rtmp"

    def __init__(self, run: Run, now: Now, *, key_id: int) -> None:
        super().__init__(run, now)
        self.key_id = key_id
        self._early: list[Message] = []
        self._since_ms = 0
        self._began = False
        self._began_at: datetime | None = None

    async def take(self, message: Message) -> bool:
        if self.over:
            return False
        if not flv.is_playable(message):
            self.trouble = "codec"
            return False
        self.heard_at = time.monotonic()
        if self._began:
            return await self.run.feed(flv.tag(message, since_ms=self._since_ms))
        self._note_early(message)
        if not self._is_complete(message):
            return True
        return await self._begin()

    async def gone(self) -> None:
        await self.stop()

    def _note_early(self, message: Message) -> None:
        if self._began_at is None and message.kind == VIDEO and not flv.is_set_up(message):
            self._began_at = self._now()
        if not self._early:
            self._since_ms = message.at_ms
        self._early.append(message)

    def _is_complete(self, message: Message) -> bool:
        """Picture and sound have told how they are coded, or one of them has had its time to."""
        kinds = {one.kind for one in self._early if flv.is_set_up(one)}
        return kinds == {AUDIO, VIDEO} or message.at_ms - self._since_ms > SET_UP_WITHIN_MS

    async def _begin(self) -> bool:
        self._began = True
        kinds = {one.kind for one in self._early}
        if VIDEO not in kinds:
            self.trouble = "no_picture"
            return False
        source = [*QUICK, "-f", "flv", "-i", "pipe:0"]
        if AUDIO in kinds:
            coded = ["-map", "0:v:0", "-map", "0:a:0", "-c", "copy"]
        else:  # players wait for ever for sound that stops at a change of source
            source += ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"]
            coded = ["-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy", *CODED, "-shortest"]
        await self.run.begin([*source, *coded], feeds=True, filmed_at=self._began_at)
        early, self._early = self._early, []
        tags = b"".join(flv.tag(one, since_ms=self._since_ms) for one in early)
        return await self.run.feed(flv.HEADER + tags)


class CameraFeed(Feed):
    """A browser's camera: pieces of one MediaRecorder, taken in their order from the spool."""

    kind: Kind = "camera"

    def __init__(self, run: Run, now: Now, *, take_id: int, folder: Path, copies: bool) -> None:
        super().__init__(run, now)
        self.take_id = take_id
        self._folder = folder
        self._copies = copies
        self._next = 0
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        self._watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._watching
        await super().stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _watch(self) -> None:
        while not self.over:
            piece = self._folder / piece_name(self._next)
            if not piece.exists():
                if time.monotonic() - self.heard_at > CAMERA_SILENT_FOR:
                    break
                await asyncio.sleep(LOOKS_EVERY)
                continue
            if self._next == 0:
                await self._begin(piece)
            if not await self.run.feed(piece.read_bytes()):
                self.trouble = "codec"
                break
            piece.unlink(missing_ok=True)
            self._next += 1
            self.heard_at = time.monotonic()
        self.over = True
        await self.run.end()

    async def _begin(self, piece: Path) -> None:
        """The first piece was filmed in the second before it was sent."""
        filmed = self._now() - timedelta(seconds=1)
        picture = ["-c:v", "copy"] if self._copies else [*encoded("640:-2"), "-r", "25"]
        container = "mp4" if self._copies else "matroska"
        source = [*QUICK, "-f", container, "-i", "pipe:0"]
        coded = ["-map", "0:v:0", "-map", "0:a:0?", *picture, *CODED, "-af", "aresample=async=1"]
        await self.run.begin([*source, *coded], feeds=True, filmed_at=filmed)


def piece_name(number: int) -> str:
    return f"{number:08d}.piece"


def encoded(size: str) -> list[str]:
    """H.264 that any phone plays, a key frame a second, on one core."""
    return [
        *("-vf", f"scale={size},format=yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-threads", "1"),
        *("-profile:v", "main", "-g", "25", "-keyint_min", "25", "-sc_threshold", "0", "-b:v", "900k"),
        *("-maxrate", "1200k", "-bufsize", "1200k"),
    ]


async def begin_fallback(run: Run, file: Path) -> None:
    """The file over and over, at the pace of a clock."""
    paced = ["-re", "-stream_loop", "-1", "-f", "mp4", "-protocol_whitelist", "file", "-i", str(file)]
    await run.begin([*paced, "-c", "copy"], feeds=False)
