"""What viewers see when the source drops: the organiser's file, or a card that says so."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from livestream.media.feeds import CODED, encoded
from livestream.media.processes import NoFfmpeg, start_ffmpeg

logger = logging.getLogger(__name__)
CARD = "card.mp4"
SIZE = (1280, 720)
PAGE, INK, QUIET = "#1F1D1A", "#FAF8F5", "#B8B0A4"  # tokens.css, in the dark
TITLE, LINE = "直播中断，正在恢复", "职位、提问和投递照常进行，画面恢复后自动播放"
LONGEST = 600  # seconds of an organiser's file
WITHIN = 300.0  # seconds to make it ready


def folder_in(root: Path) -> Path:
    path = root / "fallback"
    path.mkdir(parents=True, exist_ok=True)
    return path


def file_for(root: Path, name: str) -> Path | None:
    """The file named, else the card; None until that is made."""
    folder = root / "fallback"
    found = [folder / one for one in (name, CARD) if one and (folder / one).is_file()]
    return found[0] if found else None


async def make_card(root: Path) -> None:
    """Once for a state folder; a second or two, so before it is needed."""
    card = folder_in(root) / CARD
    if card.is_file():
        return
    picture = card.with_suffix(".png")
    await asyncio.get_running_loop().run_in_executor(None, draw_card, picture)
    sound = ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"]
    source = ["-loop", "1", "-framerate", "25", "-t", "10", "-f", "image2", "-i", str(picture), *sound]
    await _encode([*source, "-shortest"], card, size="1280:720")
    picture.unlink(missing_ok=True)


async def prepare(source: Path, target: Path) -> str:
    """Make an organiser's file ready to be looped. Returns why it could not be, empty when it could."""
    guarded = ["-protocol_whitelist", "file", "-f", "mov", "-t", str(LONGEST), "-i", str(source)]
    silence = ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"]
    return await _encode(
        [*guarded, *silence, "-map", "0:v:0", "-map", "0:a:0?", "-map", "1:a:0", "-shortest"],
        target,
        size="1280:720:force_original_aspect_ratio=decrease:force_divisible_by=2",
    )


async def _encode(source: list[str], target: Path, *, size: str) -> str:
    beside = target.with_name(f".{target.name}.new")
    try:
        child = await start_ffmpeg(
            *source,
            *encoded(size),
            "-r",
            "25",
            *CODED,
            "-f",
            "mp4",
            "-y",
            str(beside),
            feeds=False,
            reads=False,
        )
        try:
            code = await asyncio.wait_for(child.process.wait(), WITHIN)
        finally:
            await child.kill()
    except (NoFfmpeg, TimeoutError) as error:
        beside.unlink(missing_ok=True)
        return type(error).__name__
    if code == 0:
        beside.replace(target)
        return ""
    beside.unlink(missing_ok=True)
    logger.warning("a fallback could not be made: %s", child.said[-1:])
    return child.said[-1] if child.said else f"ffmpeg ended with {code}"


def draw_card(path: Path) -> None:
    image = Image.new("RGB", SIZE, PAGE)
    draw = ImageDraw.Draw(image)
    face = str(pylopdf_fonts_zh_cn.sans_path())
    draw.rectangle((0, 0, SIZE[0], 8), fill="#C4161C")
    draw.text((SIZE[0] / 2, 330), TITLE, font=ImageFont.truetype(face, 64), fill=INK, anchor="mm")
    draw.text((SIZE[0] / 2, 420), LINE, font=ImageFont.truetype(face, 30), fill=QUIET, anchor="mm")
    image.save(path)
