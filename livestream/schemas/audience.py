"""Figures of an audience, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from jobfair.core.schemas import Schema
from livestream.models import AudienceMinute, LiveSession
from livestream.queries import audience as queries
from livestream.queries.audience import CueWatched, Watched

Id = Annotated[int, Field(ge=1, lt=1 << 53)]


class LikeArgs(Schema):
    """What was tapped within a second or two."""

    room_id: Id
    count: Annotated[int, Field(ge=1, le=20)]


class WatchedOut(Schema):
    """`views`: viewings begun, a break of a minute begins another; `people`: each once; `seconds`: of all together."""

    views: int
    people: int
    seconds: int
    average_seconds: int

    @classmethod
    def of(cls, watched: Watched) -> WatchedOut:
        average = watched.seconds // watched.people if watched.people else 0
        return cls(
            views=watched.views, people=watched.people, seconds=watched.seconds, average_seconds=average
        )


class CueWatchedOut(Schema):
    cue_id: int
    title: str
    watched: WatchedOut

    @classmethod
    def of(cls, one: CueWatched) -> CueWatchedOut:
        title = one.cue.title or (one.cue.employer.name if one.cue.employer else "")
        return cls(cue_id=one.cue.pk, title=title, watched=WatchedOut.of(one.watched))


class AudienceMinuteOut(Schema):
    at: datetime
    playing: int
    present: int
    cue_id: int | None

    @classmethod
    def of(cls, minute: AudienceMinute) -> AudienceMinuteOut:
        return cls(at=minute.at, playing=minute.playing, present=minute.present, cue_id=minute.cue_id)


class AudienceOut(Schema):
    """A broadcast's audience so far. `peak` is of the kept minutes."""

    session_id: int
    whole: WatchedOut
    peak: int
    lines: int
    likes: int
    cues: list[CueWatchedOut]
    minutes: list[AudienceMinuteOut]

    @classmethod
    def of(cls, session: LiveSession) -> AudienceOut:
        likes = queries.likes_of(session)
        return cls(
            session_id=session.pk,
            whole=WatchedOut.of(queries.watched(session.pk)),
            peak=queries.peak_of(session.pk),
            lines=queries.count_lines(session.pk),
            likes=likes,
            cues=[CueWatchedOut.of(one) for one in queries.watched_by_cue(session.pk)],
            minutes=[AudienceMinuteOut.of(one) for one in queries.minutes_of(session.pk)],
        )
