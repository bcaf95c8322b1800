"""Who handles a room's picture."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.core.errors import NotFound
from jobfair.fairs.access import directs, moderates
from jobfair.fairs.models import Fair
from livestream.models import CameraTake, LiveSession, OutsideViews, RelayTarget


def take_for_host(user: User | None, take_id: int) -> CameraTake:
    """A camera's take, for whoever stands before it."""
    take = CameraTake.objects.select_related("room").filter(pk=take_id).first()
    if take is None or user is None or take.by_id != user.pk or not directs(user, take.room.fair_id):
        raise NotFound
    return take


def relay_for_director(user: User | None, target_id: int) -> RelayTarget:
    target = RelayTarget.objects.select_related("room").filter(pk=target_id).first()
    if target is None or not directs(user, target.room.fair_id):
        raise NotFound
    return target


def views_for_director(user: User | None, row_id: int) -> OutsideViews:
    row = OutsideViews.objects.select_related("session__room").filter(pk=row_id).first()
    if row is None or not directs(user, row.session.room.fair_id):
        raise NotFound
    return row


def recording_for_viewer(user: User | None, session_id: int) -> LiveSession:
    """A recording: published ones for everybody, others for those who keep order in the room."""
    session = LiveSession.objects.select_related("room__fair").filter(pk=session_id).first()
    if session is None:
        raise NotFound
    fair = session.room.fair
    is_public = session.state == LiveSession.State.PUBLISHED and fair.state != Fair.State.DRAFT
    if not is_public and not moderates(user, fair.pk):
        raise NotFound
    return session
