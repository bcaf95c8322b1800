"""A picture of the room, for lists and for before the first frame."""

from __future__ import annotations

import asyncio
from pathlib import Path

from livestream.media.processes import start_ffmpeg

WITHIN = 10.0  # seconds


async def picture_of(segment: Path) -> bytes:
    """The first frame of a segment as JPEG; empty when there is none to be had."""
    source = ["-f", "mpegts", "-i", str(segment), "-frames:v", "1", "-vf", "scale=640:-2", "-q:v", "5"]
    child = await start_ffmpeg(
        *source, "-threads", "1", "-f", "image2", "-c:v", "mjpeg", "pipe:1", feeds=False
    )
    assert child.process.stdout is not None
    try:
        return await asyncio.wait_for(child.process.stdout.read(-1), WITHIN)
    except TimeoutError:
        return b""
    finally:
        await child.kill()
