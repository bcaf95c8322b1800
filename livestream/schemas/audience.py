"""Figures of an audience, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from jobfair.core.schemas import Schema
from livestream.models import AudienceMinute, LiveSession
from livestream.queries import audience as queries
from livestream.queries.audience import CueWatched, Watched
from livestream.schemas.media import OutsideViewsOut

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


class FigureOut(Schema):
    """A figure with what it counts, as the page and the workbook print it."""

    name: str
    label: str
    value: int
    definition: str


class BroadcastOut(Schema):
    """Which broadcast the figures are of."""

    title: str
    state: Literal["planned", "live", "interrupted", "ended", "published"]
    room_id: int
    room_name: str
    fair_slug: str
    live_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, session: LiveSession) -> BroadcastOut:
        room = session.room
        names = ("title", "state", "live_at", "ended_at")
        where = {"room_id": room.pk, "room_name": room.name, "fair_slug": room.fair.slug}
        return cls.model_validate({**{name: getattr(session, name) for name in names}, **where})


class AudienceOut(Schema):
    """A broadcast's audience so far. `peak` is of the kept minutes; `outside` is what other platforms say, apart."""

    session_id: int
    broadcast: BroadcastOut
    figures: list[FigureOut]
    outside: list[OutsideViewsOut]
    whole: WatchedOut
    peak: int
    lines: int
    likes: int
    cues: list[CueWatchedOut]
    minutes: list[AudienceMinuteOut]

    @classmethod
    def of(cls, session: LiveSession) -> AudienceOut:
        whole, peak = WatchedOut.of(queries.watched(session.pk)), queries.peak_of(session.pk)
        lines, likes = queries.count_lines(session.pk), queries.likes_of(session)
        return cls(
            session_id=session.pk,
            broadcast=BroadcastOut.of(session),
            figures=figures_of(whole, peak, lines, likes),
            outside=[OutsideViewsOut.of(one) for one in session.outside_views.all()],
            whole=whole,
            peak=peak,
            lines=lines,
            likes=likes,
            cues=[CueWatchedOut.of(one) for one in queries.watched_by_cue(session.pk)],
            minutes=[AudienceMinuteOut.of(one) for one in queries.minutes_of(session.pk)],
        )


def figures_of(whole: WatchedOut, peak: int, lines: int, likes: int) -> list[FigureOut]:
    stated = (
        ("views", _("累计观看次数"), whole.views, _("开始观看一次计一次；离开超过1分钟再回来，另计一次。")),
        ("people", _("观看人数"), whole.people, _("按账号计，未登录的按设备计，同一人只计一次。")),
        (
            "minutes",
            _("观看总时长（分钟）"),
            whole.seconds // 60,
            _("每10秒记录一次正在播放的人，只少计不多计。"),
        ),
        ("average", _("人均观看（秒）"), whole.average_seconds, _("观看总时长除以观看人数。")),
        ("peak", _("最高同时在看"), peak, _("每分钟记录一次正在播放的人数，取最大值。")),
        ("lines", _("发言条数"), lines, _("已显示的发言，不含被删除和未通过审核的。")),
        ("likes", _("点赞数"), likes, _("直播期间的点按次数，同一人可多次。")),
    )
    return [
        FigureOut(name=name, label=label, value=value, definition=text) for name, label, value, text in stated
    ]
