"""Pictures: decoded within bounds and written anew, so that nothing but pixels is left."""

from __future__ import annotations

import struct
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from jobfair.core.uploads.inspector.verdict import Refused, Report

PIXELS = 40_000_000  # a 48-megapixel phone saves 12 by default
LONGEST_SIDE = 2400  # a page of A4 at 200 dpi
FORMATS = ("JPEG", "PNG", "WEBP")

Image.MAX_IMAGE_PIXELS = PIXELS


def inspect(source: BinaryIO, out: BinaryIO) -> Report:
    source.seek(0)
    try:
        with Image.open(source, formats=FORMATS) as picture:
            refuse_too_many_pixels(*picture.size)
            is_drawing = picture.format == "PNG"
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            _write(upright, out, is_drawing=is_drawing)
    except Image.DecompressionBombError as error:
        raise Refused("picture_too_large") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise Refused("unreadable") from error
    return Report("image", "image/png", "png", 1) if is_drawing else Report("image", "image/jpeg", "jpg", 1)


def refuse_too_many_pixels(width: int, height: int) -> None:
    if width * height > PIXELS:
        raise Refused("picture_too_large", width * height // 1_000_000)


def _write(picture: Image.Image, out: BinaryIO, *, is_drawing: bool) -> None:
    """A fresh image of the same pixels carries no EXIF, XMP, comment or colour profile along."""
    plain = picture.convert("RGBA" if is_drawing and _is_translucent(picture) else "RGB")
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    if is_drawing:
        bare.save(out, "PNG")
    else:
        bare.save(out, "JPEG", quality=88)


def _is_translucent(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info


def without_metadata(picture: bytes) -> bytes:
    """A JPEG or PNG inside a document, its pixels untouched, without place, camera, owner and comments."""
    if picture.startswith(b"\xff\xd8\xff"):
        return _bare_jpeg(picture)
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return _bare_png(picture)
    return picture


def _bare_jpeg(picture: bytes) -> bytes:
    """Without the segments APP1 (EXIF, XMP), APP13 (IPTC) and COM (ITU-T T.81, B.1.1.3)."""
    kept, at = [picture[:2]], 2
    while at + 4 <= len(picture) and picture[at] == 0xFF and picture[at + 1] != 0xDA:
        if picture[at + 1] == 0xFF:  # fill byte
            at += 1
            continue
        length = 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
        if picture[at + 1] not in {0xE1, 0xED, 0xFE}:
            kept.append(picture[at : at + length])
        at += length
    return b"".join([*kept, picture[at:]])


def _bare_png(picture: bytes) -> bytes:
    """Without the chunks that hold text, time and EXIF (PNG, third edition, 11.3)."""
    kept, at = [picture[:8]], 8
    while at + 12 <= len(picture):
        length = 12 + int.from_bytes(picture[at : at + 4], "big")
        if picture[at + 4 : at + 8] not in {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}:
            kept.append(picture[at : at + length])
        at += length
    return b"".join(kept)
