"""Draws: anyone's to check, a director's to run."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.core.errors import NotFound
from jobfair.fairs.access import directs, moderates
from jobfair.fairs.models import Fair
from livestream.models import LuckyDraw

_ALL = LuckyDraw.objects.select_related("room__fair")


def draw_for_anyone(draw_id: int) -> LuckyDraw:
    """One that was opened and not cancelled, in a room of an announced fair; also after it left the room."""
    rows = _ALL.filter(pk=draw_id).exclude(room__fair__state=Fair.State.DRAFT)
    draw = rows.exclude(state__in=[LuckyDraw.State.PREPARED, LuckyDraw.State.CANCELLED]).first()
    if draw is None:
        raise NotFound
    return draw


def drawn_for_anyone(draw_id: int) -> LuckyDraw:
    """One that was drawn: before, its list is nobody's to read."""
    draw = draw_for_anyone(draw_id)
    if draw.state not in LuckyDraw.OVER:
        raise NotFound
    return draw


def draw_for_director(user: User | None, draw_id: int) -> LuckyDraw:
    draw = _ALL.filter(pk=draw_id).first()
    if draw is None or not directs(user, draw.room.fair_id):
        raise NotFound
    return draw


def draw_for_moderator(user: User | None, draw_id: int) -> LuckyDraw:
    """Whoever hands out prizes sees who won."""
    draw = _ALL.filter(pk=draw_id).first()
    if draw is None or not moderates(user, draw.room.fair_id):
        raise NotFound
    return draw
