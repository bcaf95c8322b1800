"""A broadcast that is over: chapters, and corrections of what was said in it."""

from __future__ import annotations

from datetime import datetime

from jobfair.applications.models import Application
from jobfair.core.schemas import Schema
from livestream.models import Airing, LiveSession, PostingCorrection
from livestream.queries.media import recording_of
from livestream.queries.rooms import list_chapters
from livestream.schemas.media import kept_address
from livestream.schemas.rooms import (
    CorrectionOut,
    CueEmployerOut,
    LiveSessionOut,
    PinnedOut,
    RoomHeadOut,
)


class ChapterOut(Schema):
    """A stretch of one cue. Its instants are the studio's; the recording says at which instant it begins."""

    id: int
    cue_id: int
    title: str
    employer: CueEmployerOut | None
    started_at: datetime
    ended_at: datetime | None
    pinned: list[PinnedOut]

    @classmethod
    def of(cls, airing: Airing) -> ChapterOut:
        cue, employer = airing.cue, airing.cue.employer
        return cls(
            id=airing.pk,
            cue_id=cue.pk,
            title=cue.title or (employer.name if employer else ""),
            employer=CueEmployerOut(id=employer.pk, name=employer.name) if employer else None,
            started_at=airing.started_at,
            ended_at=airing.ended_at,
            pinned=[PinnedOut.of(one) for one in airing.pinned.all()],
        )


class ReplayOut(Schema):
    """`address` is the recording's playlist, empty where none was kept."""

    room: RoomHeadOut
    session: LiveSessionOut
    address: str
    chapters: list[ChapterOut]

    @classmethod
    def of(cls, session: LiveSession) -> ReplayOut:
        return cls(
            room=RoomHeadOut.of(session.room),
            session=LiveSessionOut.of(session),
            address=kept_address(session.pk) if recording_of(session.pk) else "",
            chapters=[ChapterOut.of(one) for one in list_chapters(session.pk)],
        )


class CorrectionPageOut(Schema):
    """What was corrected of a posting one applied from. `withdrawn`: the application was taken back meanwhile."""

    position_id: int
    title: str
    employer_name: str
    room_id: int
    pinned_at: datetime
    correction: CorrectionOut
    application_id: int
    withdrawn: bool

    @classmethod
    def of(cls, correction: PostingCorrection, application: Application) -> CorrectionPageOut:
        pinned = correction.pinned
        return cls(
            position_id=pinned.position_id,
            title=pinned.posting["position"]["title"],
            employer_name=pinned.posting["employer_name"],
            room_id=pinned.airing.session.room_id,
            pinned_at=pinned.pinned_at,
            correction=CorrectionOut.of(correction),
            application_id=application.pk,
            withdrawn=application.state == Application.State.WITHDRAWN,
        )
