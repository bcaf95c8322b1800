"""Rooms, the broadcasts planned in them, and who is going to be on screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.fairs.models import Fair
from livestream.events.rooms import (
    PaperSeen,
    PeopleNamed,
    RoomCorrected,
    RoomOpened,
    SessionCancelled,
    SessionCorrected,
    SessionPlanned,
)
from livestream.models import LiveSession, Room, SessionPerson
from livestream.rules import rooms as rules


@dataclass(frozen=True)
class PersonPlan:
    """Somebody who is going to be on screen; `id` where already written down."""

    id: int | None
    role: str
    real_name: str
    shown_name: str
    organisation: str


def id_of(user: User | None) -> int | None:
    return None if user is None else user.pk


def lock_session(session_id: int) -> LiveSession:
    """The broadcast as it stands; whoever changes it or its rundown waits here."""
    rows = LiveSession.objects.select_for_update(no_key=True, of=("self",)).select_related("room__fair")
    return rows.get(pk=session_id)


@unit_of_work
def open_room(*, fair: Fair, name: str, about: str, by: User | None, now: datetime) -> Room:
    """Give a fair another room. Refused: NameTaken."""
    room = Room(fair=fair, name=name, about=about, rank=Room.objects.filter(fair=fair).count())
    _save_named(room, force_insert=True)
    emit(RoomOpened(room_id=room.pk, fair_id=fair.pk, by=id_of(by)))
    return room


@unit_of_work
def correct_room(*, room: Room, name: str, about: str, by: User | None, now: datetime) -> Room:
    """Refused: NameTaken."""
    room.name, room.about = name, about
    _save_named(room)
    emit(RoomCorrected(room_id=room.pk, by=id_of(by)))
    return room


def _save_named(room: Room, *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():
            room.save(force_insert=force_insert)
    except IntegrityError:
        raise rules.NameTaken(fields={"name": rules.NameTaken.message}) from None


@unit_of_work
def plan_session(
    *, room: Room, title: str, starts_at: datetime, ends_at: datetime, by: User | None, now: datetime
) -> LiveSession:
    """Announce a broadcast. Refused: Invalid for times that make none."""
    rules.ensure_times(starts_at, ends_at)
    session = LiveSession.objects.create(room=room, title=title, starts_at=starts_at, ends_at=ends_at)
    emit(SessionPlanned(session_id=session.pk, room_id=room.pk, by=id_of(by)))
    return session


@unit_of_work
def correct_session(
    *,
    session: LiveSession,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    now: datetime,
) -> LiveSession:
    """Its title at any time; its times until it is over. Refused: Invalid, StateRefused."""
    rules.ensure_times(starts_at, ends_at)
    held = lock_session(session.pk)
    if held.state in LiveSession.OVER and (starts_at, ends_at) != (held.starts_at, held.ends_at):
        raise rules.StateRefused
    held.title, held.starts_at, held.ends_at = title, starts_at, ends_at
    held.save(update_fields=["title", "starts_at", "ends_at"])
    emit(SessionCorrected(session_id=held.pk, room_id=held.room_id, by=id_of(by)))
    return held


@unit_of_work
def cancel_session(*, session: LiveSession, by: User | None, now: datetime) -> None:
    """Take a broadcast that never began off the plan, with its rundown. Refused: StateRefused."""
    held = lock_session(session.pk)
    if held.state != LiveSession.State.PLANNED:
        raise rules.StateRefused
    session_id, room_id = held.pk, held.room_id
    held.delete()
    emit(SessionCancelled(session_id=session_id, room_id=room_id, by=id_of(by)))


@unit_of_work
def name_people(
    *, session: LiveSession, people: Sequence[PersonPlan], by: User | None, now: datetime
) -> list[SessionPerson]:
    """Write down who hosts and speaks; whoever is not named is taken off. Another real name needs its paper seen anew.

    Refused: PeopleMoved where an id is not of this broadcast any more; NobodyNamed where a broadcast that is on
    would be left without a host.
    """
    held = lock_session(session.pk)
    known = {one.pk: one for one in held.people.all()}
    if any(plan.id is not None and plan.id not in known for plan in people):
        raise rules.PeopleMoved
    if held.state in LiveSession.ON and not any(plan.role == SessionPerson.Role.HOST for plan in people):
        raise rules.NobodyNamed
    held.people.exclude(pk__in=[plan.id for plan in people if plan.id is not None]).delete()
    for plan in people:
        person = known[plan.id] if plan.id is not None else SessionPerson(session=held)
        if person.real_name != plan.real_name:
            person.paper, person.seen_by, person.seen_at = "", None, None
        person.role, person.organisation = plan.role, plan.organisation
        person.real_name, person.shown_name = plan.real_name, plan.shown_name
        person.save()
    emit(PeopleNamed(session_id=held.pk, room_id=held.room_id, people=len(people), by=id_of(by)))
    return list(held.people.all())


@unit_of_work
def see_paper(*, person: SessionPerson, paper: str, by: User | None, now: datetime) -> SessionPerson:
    """Whoever presses this has held the paper in the hand: its kind is kept, no number and no picture."""
    session = lock_session(person.session_id)
    person.paper, person.seen_by, person.seen_at = paper, by, now
    person.save(update_fields=["paper", "seen_by", "seen_at"])
    emit(
        PaperSeen(
            session_id=session.pk, room_id=session.room_id, person_id=person.pk, paper=paper, by=id_of(by)
        )
    )
    return person
