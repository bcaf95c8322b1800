"""Who sees a room, who directs it, who keeps order in it."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.applications.models import Application
from jobfair.core.errors import NotFound
from jobfair.fairs.access import directs, moderates, organises
from jobfair.fairs.models import Fair
from livestream.models import Cue, LiveSession, PostingCorrection, Room, SessionPerson


def room_for_anyone(room_id: int) -> Room:
    """A room of a fair that has been announced."""
    room = Room.objects.select_related("fair__city").filter(pk=room_id).exclude(fair__state=Fair.State.DRAFT)
    found = room.first()
    if found is None:
        raise NotFound
    return found


def room_for_organiser(user: User | None, room_id: int) -> Room:
    room = _room(room_id)
    if not organises(user, room.fair):
        raise NotFound
    return room


def room_for_director(user: User | None, room_id: int) -> Room:
    """Whoever runs the rundown and the broadcast: the fair's directors and organisers."""
    room = _room(room_id)
    if not directs(user, room.fair_id):
        raise NotFound
    return room


def room_for_moderator(user: User | None, room_id: int) -> Room:
    """Whoever keeps order in the chat: the fair's moderators, and those who direct."""
    room = _room(room_id)
    if not moderates(user, room.fair_id):
        raise NotFound
    return room


def session_for_director(user: User | None, session_id: int) -> LiveSession:
    session = LiveSession.objects.select_related("room__fair").filter(pk=session_id).first()
    if session is None or not directs(user, session.room.fair_id):
        raise NotFound
    return session


def session_for_moderator(user: User | None, session_id: int) -> LiveSession:
    session = LiveSession.objects.select_related("room__fair").filter(pk=session_id).first()
    if session is None or not moderates(user, session.room.fair_id):
        raise NotFound
    return session


def cue_for_director(user: User | None, cue_id: int) -> Cue:
    cue = Cue.objects.select_related("session__room__fair", "employer").filter(pk=cue_id).first()
    if cue is None or not directs(user, cue.session.room.fair_id):
        raise NotFound
    return cue


def person_for_director(user: User | None, person_id: int) -> SessionPerson:
    person = SessionPerson.objects.select_related("session__room__fair").filter(pk=person_id).first()
    if person is None or not directs(user, person.session.room.fair_id):
        raise NotFound
    return person


def replay_for_anyone(session_id: int) -> LiveSession:
    """A broadcast that can be watched again, of a fair that has been announced."""
    rows = LiveSession.objects.select_related("room__fair").prefetch_related("people")
    found = rows.filter(pk=session_id, state=LiveSession.State.PUBLISHED).exclude(
        room__fair__state=Fair.State.DRAFT
    )
    session = found.first()
    if session is None:
        raise NotFound
    return session


def correction_for_applicant(user: User | None, correction_id: int) -> tuple[PostingCorrection, Application]:
    """For whoever applied from the posting that was corrected, with that application."""
    rows = PostingCorrection.objects.select_related("pinned__position", "pinned__airing__session__room")
    correction = rows.filter(pk=correction_id).first()
    if correction is None or user is None:
        raise NotFound
    application = Application.objects.filter(
        seeker=user, position=correction.pinned.position_id, source_ref=correction.pinned.reference
    ).first()
    if application is None:
        raise NotFound
    return correction, application


def fair_for_moderator(user: User | None, slug: str) -> Fair:
    """A fair, drafts too, whose rooms one directs or keeps order in."""
    fair = Fair.objects.select_related("city").filter(slug=slug).first()
    if fair is None or not moderates(user, fair.pk):
        raise NotFound
    return fair


def fair_for_director(user: User | None, slug: str) -> Fair:
    fair = Fair.objects.select_related("city").filter(slug=slug).first()
    if fair is None or not directs(user, fair.pk):
        raise NotFound
    return fair


def _room(room_id: int) -> Room:
    room = Room.objects.select_related("fair__city").filter(pk=room_id).first()
    if room is None:
        raise NotFound
    return room
