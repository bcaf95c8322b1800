"""The picture on the wire: for viewers, for the studio, and for encoders' servers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from jobfair.accounts.models import User
from jobfair.core.schemas import Schema, Text
from livestream.models import LiveSession, OutsideViews, RelayTarget, Signal
from livestream.queries.media import Equipment, Picture

PictureState = Literal["none", "waiting", "on", "interrupted", "cut", "replay"]
SourceName = Literal["", "rtmp", "camera", "fallback"]
RelayState = Literal["off", "waiting", "connecting", "on", "failing"]
Words = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
Line = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=100)]
Filled = Annotated[Line, Field(min_length=1)]


class PictureOut(Schema):
    """The snapshot of `live:<room>:picture`, and each push of it. `address` is the playlist, while there is one;
    `sound` that of its sound alone."""

    room_id: int
    session_id: int | None
    state: PictureState
    since: datetime | None
    address: str
    sound: str
    poster: str

    @classmethod
    def of(cls, room_id: int, picture: Picture) -> PictureOut:
        session, state = picture.session, _state_of(picture)
        since = {"cut": picture.cut.cut_at if picture.cut else None}.get(state)
        if state == "interrupted" and session is not None:
            since = session.interrupted_at
        address = {"on": f"/hls/air/{room_id}/index.m3u8", "interrupted": f"/hls/air/{room_id}/index.m3u8"}
        if session is not None:
            address["replay"] = kept_address(session.pk)
        shows = state in {"on", "interrupted"}
        return cls(
            room_id=room_id,
            session_id=session.pk if session else None,
            state=state,
            since=since,
            address=address.get(state, ""),
            sound=f"/hls/sound/{room_id}/index.m3u8" if shows else "",
            poster=f"/hls/air/{room_id}/poster.jpg" if shows else "",
        )


def kept_address(session_id: int) -> str:
    """The playlist of a broadcast's recording."""
    return f"/hls/kept/{session_id}/index.m3u8"


def _state_of(picture: Picture) -> PictureState:
    session = picture.session
    if session is None:
        return "none"
    if session.state == LiveSession.State.PUBLISHED:
        return "replay" if picture.recording else "none"
    if session.state not in LiveSession.ON:
        return "waiting" if session.state == LiveSession.State.PLANNED else "none"
    if picture.cut is not None:
        return "cut"
    signal = picture.signal
    if signal is None or signal.session_id != session.pk or not signal.has_shown:
        return "none"  # a room may run without a picture
    is_own = signal.source in {Signal.Source.RTMP, Signal.Source.CAMERA}
    return "on" if is_own and session.state == LiveSession.State.LIVE else "interrupted"


class HealthOut(Schema):
    """The picture's health. Times in milliseconds; `longest_segment` in seconds; `lag_ms` until viewers may fetch."""

    kbps: int
    fps: float
    dropped: int
    lag_ms: int
    segment_age_ms: int | None
    longest_segment: float
    trouble: Literal["", "codec", "no_picture", "disk"]


NO_PICTURE = HealthOut(kbps=0, fps=0, dropped=0, lag_ms=0, segment_age_ms=None, longest_segment=0, trouble="")


class RelayOut(Schema):
    """Another platform. Its address is told to nobody; `host` says where it is."""

    id: int
    platform: str
    host: str
    is_on: bool
    state: RelayState
    reason: str

    @classmethod
    def of(cls, target: RelayTarget, signal: Signal | None) -> RelayOut:
        told = (signal.health.get("relays") or {}).get(str(target.pk)) if signal else None
        state, reason = told or ("waiting", "")
        return cls.model_validate(
            {
                **{name: getattr(target, name) for name in ("platform", "host", "is_on")},
                "id": target.pk,
                "state": state if target.is_on else "off",
                "reason": reason if target.is_on else "",
            }
        )


class OutsideViewsOut(Schema):
    id: int
    platform: str
    views: int
    read_at: datetime
    source: str

    @classmethod
    def of(cls, row: OutsideViews) -> OutsideViewsOut:
        names = ("platform", "views", "read_at", "source")
        return cls.model_validate({"id": row.pk, **{name: getattr(row, name) for name in names}})


class CutOut(Schema):
    """An open cut. `is_mine`: another person must restore it."""

    cut_at: datetime
    cut_by: str
    reason: str
    is_mine: bool


class KeyOut(Schema):
    """The key that holds, as far as it may be shown."""

    tail: str
    made_at: datetime


class TakeOut(Schema):
    """A browser's camera that is on."""

    id: int
    by: str
    is_mine: bool


class FallbackOut(Schema):
    name: str
    state: Literal["preparing", "ready", "refused"]


class RecordingOut(Schema):
    bytes: int
    seconds: float
    stopped: Literal["", "size", "disk"]


class EquipmentOut(Schema):
    """The studio's media panel."""

    room_id: int
    session_id: int | None
    is_on: bool
    station_answers: bool
    source: SourceName
    health: HealthOut
    key: KeyOut | None
    take: TakeOut | None
    cut: CutOut | None
    relays: list[RelayOut]
    outside_views: list[OutsideViewsOut]
    fallback: FallbackOut | None
    recording: RecordingOut | None

    @classmethod
    def of(cls, had: Equipment, *, user_id: int) -> EquipmentOut:
        session, signal, cut, take = had.session, had.signal, had.cut, had.take
        shown = signal if had.station_answers else None
        kept = had.recording
        return cls(
            room_id=had.room.pk,
            session_id=session.pk if session else None,
            is_on=session is not None and session.state in LiveSession.ON,
            station_answers=had.station_answers,
            source=_source(shown),
            health=health_of(shown),
            key=KeyOut(tail=had.key.tail, made_at=had.key.made_at) if had.key else None,
            take=TakeOut(id=take.pk, by=_named(take.by), is_mine=take.by_id == user_id) if take else None,
            cut=CutOut(
                cut_at=cut.cut_at,
                cut_by=_named(cut.cut_by),
                reason=cut.reason,
                is_mine=cut.cut_by_id == user_id,
            )
            if cut
            else None,
            relays=[RelayOut.of(one, shown) for one in had.relays],
            outside_views=[OutsideViewsOut.of(one) for one in had.views],
            fallback=FallbackOut.model_validate({"name": had.fallback.name, "state": had.fallback.state})
            if had.fallback
            else None,
            recording=RecordingOut.model_validate(
                {"bytes": kept.bytes, "seconds": kept.seconds, "stopped": kept.stopped}
            )
            if kept
            else None,
        )


def _named(user: User) -> str:
    return user.display_name or user.get_username()


def _source(signal: Signal | None) -> SourceName:
    return SourceOut.model_validate({"source": signal.source if signal else ""}).source


class SourceOut(Schema):
    source: SourceName


def health_of(signal: Signal | None) -> HealthOut:
    told = {} if signal is None else signal.health
    known = {name: told[name] for name in HealthOut.model_fields if name in told}
    return HealthOut.model_validate({**NO_PICTURE.model_dump(), **known})


class KeyMadeOut(Schema):
    """Told this once: the key, and the server an encoder is to be given."""

    key: str
    server: str
    tail: str


class BeginCameraIn(Schema):
    """What the browser's recorder writes: H.264 in MP4, or else WebM."""

    container: Literal["mp4", "webm"]


class CameraOut(Schema):
    take_id: int


class CutIn(Schema):
    reason: Line = ""


def _plain_address(address: str) -> str:
    return address.strip()


class AddRelayIn(Schema):
    platform: Words
    address: Annotated[Text, StringConstraints(min_length=1, max_length=500), AfterValidator(_plain_address)]


class SwitchRelayIn(Schema):
    is_on: bool


class NoteViewsIn(Schema):
    platform: Words
    views: Annotated[int, Field(ge=0, le=2_000_000_000)]
    read_at: AwareDatetime
    source: Filled
