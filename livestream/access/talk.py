"""Lines, for those who keep order."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.chat.models import Sanction
from jobfair.core.errors import NotFound
from jobfair.fairs.access import moderates
from livestream.models import LiveLine, Room
from livestream.rules.talk import scopes_of


def line_for_moderator(user: User | None, line_id: int) -> LiveLine:
    line = LiveLine.objects.select_related("room__fair").filter(pk=line_id).first()
    if line is None or not moderates(user, line.room.fair_id):
        raise NotFound
    return line


def sanction_in(room: Room, sanction_id: int) -> Sanction:
    """One that stands in this room, or in all of its fair."""
    sanction = Sanction.objects.filter(pk=sanction_id, scope__in=scopes_of(room)[:2]).first()
    if sanction is None:
        raise NotFound
    return sanction
