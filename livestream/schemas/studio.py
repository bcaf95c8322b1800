"""What the studio sees, and its commands."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from jobfair.core.schemas import Schema
from jobfair.employers.models import Employer
from livestream.models import Cue, LiveSession, Room, SessionPerson
from livestream.queries.rooms import current_session, list_cues
from livestream.schemas.rooms import CueOut, CuePositionOut, LiveSessionOut, RoomHeadOut, fields_of

Paper = Literal["", "id_card", "passport", "permit"]


class StudioPersonOut(Schema):
    """Somebody who is going to be on screen. `paper` is empty until one was seen."""

    id: int
    role: Literal["host", "speaker"]
    real_name: str
    shown_name: str
    organisation: str
    paper: Paper
    seen_at: datetime | None

    @classmethod
    def of(cls, person: SessionPerson) -> StudioPersonOut:
        names = ("role", "real_name", "shown_name", "organisation", "paper", "seen_at")
        return cls.model_validate({"id": person.pk, **{name: getattr(person, name) for name in names}})


class StudioCueOut(CueOut):
    """A row of the rundown with what only the studio sees."""

    notes: str
    host_id: int | None
    planned: list[int]  # positions, in order

    @classmethod
    def of(cls, cue: Cue) -> StudioCueOut:
        planned = [one.position_id for one in cue.planned_positions.all()]
        return cls.model_validate(
            {**fields_of(cue), "notes": cue.notes, "host_id": cue.host_id, "planned": planned}
        )


class RundownOut(Schema):
    """One broadcast as the studio prepares and runs it."""

    session: LiveSessionOut
    people: list[StudioPersonOut]
    cues: list[StudioCueOut]

    @classmethod
    def of(cls, session: LiveSession) -> RundownOut:
        return cls(
            session=LiveSessionOut.of(session),
            people=[StudioPersonOut.of(one) for one in session.people.all()],
            cues=[StudioCueOut.of(one) for one in list_cues(session.pk)],
        )


class StudioOut(Schema):
    """The snapshot of `live:<room>:control`, and each push of it."""

    room: RoomHeadOut
    rundown: RundownOut | None

    @classmethod
    def at(cls, room: Room) -> StudioOut:
        session = current_session(room.pk)
        return cls(room=RoomHeadOut.of(room), rundown=RundownOut.of(session) if session else None)


class StudioRoomOut(Schema):
    """A room with all its broadcasts."""

    room: RoomHeadOut
    sessions: list[LiveSessionOut]


class CueChoiceOut(Schema):
    """An employer that can be presented, with its published positions."""

    id: int
    name: str
    positions: list[CuePositionOut]

    @classmethod
    def of(cls, employer: Employer) -> CueChoiceOut:
        positions = [CuePositionOut.of(one) for one in employer.positions.all()]
        return cls(id=employer.pk, name=employer.name, positions=positions)
