"""The files that players fetch: playlists, segments and posters.

What is on air is open to everyone and asks no database; nginx may serve that folder itself. What the studio sees,
and a recording that is not published, is for those who keep order in the room.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_safe

from jobfair.accounts.models import User
from jobfair.core.errors import NotFound
from livestream import spool
from livestream.access.media import recording_for_viewer
from livestream.access.rooms import room_for_moderator
from livestream.media import playlist
from livestream.media.shelf import INDEX, POSTER, read_lines

_SEGMENT = re.compile(r"[0-9a-f]{24}\.(?:ts|aac)")
TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".ts": "video/mp2t",
    ".aac": "audio/aac",
    ".jpg": "image/jpeg",
}


@require_safe
def air(request: HttpRequest, room_id: int, name: str) -> HttpResponse:
    """While the picture is cut there is nothing here."""
    return _file(spool.root() / "air" / str(room_id), name, seconds=10)


@require_safe
def sound(request: HttpRequest, room_id: int, name: str) -> HttpResponse:
    """The same without the picture."""
    return _file(spool.root() / "sound" / str(room_id), name, seconds=10)


@require_safe
def desk(request: HttpRequest, room_id: int, name: str) -> HttpResponse:
    try:
        room_for_moderator(_user(request), room_id)
    except NotFound:
        return HttpResponseNotFound()
    return _file(spool.root() / "desk" / str(room_id), name, seconds=0)


@require_safe
def kept(request: HttpRequest, session_id: int, name: str) -> HttpResponse:
    """A recording without what was withheld from it."""
    try:
        recording_for_viewer(_user(request), session_id)
    except NotFound:
        return HttpResponseNotFound()
    folder = spool.root() / "kept" / str(session_id)
    segments = read_lines(folder)
    if name == INDEX and segments:
        return _reply(playlist.recording(segments).encode(), ".m3u8", seconds=0)
    if name not in {segment.name for segment in segments}:
        return HttpResponseNotFound()
    return _file(folder, name, seconds=60)


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _file(folder: Path, name: str, *, seconds: int) -> HttpResponse:
    if name not in {INDEX, POSTER} and not _SEGMENT.fullmatch(name):
        return HttpResponseNotFound()
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError:
        return HttpResponseNotFound()
    return _reply(data, Path(name).suffix, seconds=0 if name == INDEX else seconds)


def _reply(data: bytes, ending: str, *, seconds: int) -> HttpResponse:
    """A playlist is never kept by a cache, a segment only for as long as a cut must take."""
    response = HttpResponse(data, content_type=TYPES[ending])
    response["Cache-Control"] = f"private, max-age={seconds}" if seconds else "no-store"
    return response
