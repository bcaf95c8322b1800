"""Bytes on their way to the media station: a camera's pieces, and videos for the fallback."""

from __future__ import annotations

import secrets
import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from ninja.files import UploadedFile

from jobfair.accounts.models import User
from jobfair.core.uploads import MB
from jobfair.core.uploads.keeping import SPARE, disk_full_is_no_room
from jobfair.core.uploads.refusals import NoRoom
from livestream.media.feeds import piece_name
from livestream.media.shelf import write_whole
from livestream.models import CameraTake, Room
from livestream.rules import media as rules
from livestream.services import media as services

FALLBACK_MOST = 200 * MB


def root() -> Path:
    return Path(settings.STATE_DIR) / "live"


def put_piece(take: CameraTake, number: int, piece: UploadedFile) -> None:
    """Lay it where the station looks. Refused: TakeOver, PiecesWaiting, NoRoom."""
    if take.ended_at is not None:
        raise rules.TakeOver
    if (piece.size or 0) > rules.PIECE_AT_MOST:
        raise rules.PieceTooLarge
    folder = root() / "spool" / str(take.pk)
    with disk_full_is_no_room():
        folder.mkdir(parents=True, exist_ok=True)
        if sum(1 for _ in folder.glob("*.piece")) >= rules.PIECES_WAITING:
            raise rules.PiecesWaiting(retry_after=2)
        _ensure_room(folder, rules.PIECE_AT_MOST)
        write_whole(folder / piece_name(number), piece.read())


def take_fallback(room: Room, file: UploadedFile, *, by: User, now: datetime) -> None:
    """Keep a video to be made ready. Refused: FallbackUnfit, NoRoom."""
    size = file.size or 0
    ending = Path(file.name or "").suffix.lower()
    if not 0 < size <= FALLBACK_MOST or ending not in {".mp4", ".mov", ".m4v"}:
        raise rules.FallbackUnfit(fields={"file": str(rules.FallbackUnfit.message)})
    folder = root() / "fallback"
    name = f"{secrets.token_hex(12)}.mp4"
    with disk_full_is_no_room():
        folder.mkdir(parents=True, exist_ok=True)
        _ensure_room(folder, 2 * size)
        with (folder / f"{name}.raw").open("xb") as kept:
            shutil.copyfileobj(file, kept)
    services.take_fallback(room=room, name=(file.name or "")[-100:], file=name, by=by, now=now)


def _ensure_room(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size + SPARE:
        raise NoRoom
