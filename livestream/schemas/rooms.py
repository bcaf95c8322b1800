"""What a room shows its viewers: broadcast, rundown and card."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from jobfair.core import clock
from jobfair.core.schemas import Schema
from jobfair.positions.models import Position
from jobfair.positions.queries import PublicFace, booth_beside, face_of
from jobfair.positions.schemas import PayUnit, PositionOut
from livestream.models import Airing, Cue, LiveSession, PinnedPosition, PostingCorrection, Room
from livestream.queries.rooms import Shown

SessionState = Literal["planned", "live", "interrupted", "ended", "published"]
CueState = Literal["planned", "on_air", "done", "skipped"]


class OnScreenOut(Schema):
    """Somebody who hosts or speaks, as viewers are told."""

    role: Literal["host", "speaker"]
    name: str
    organisation: str


class LiveSessionOut(Schema):
    id: int
    title: str
    state: SessionState
    starts_at: datetime
    ends_at: datetime
    live_at: datetime | None
    interrupted_at: datetime | None
    ended_at: datetime | None
    published_at: datetime | None
    people: list[OnScreenOut]

    @classmethod
    def of(cls, session: LiveSession) -> LiveSessionOut:
        people = [
            OnScreenOut.model_validate(
                {"role": one.role, "name": one.shown_name, "organisation": one.organisation}
            )
            for one in session.people.all()
        ]
        names = (
            "title",
            "state",
            "starts_at",
            "ends_at",
            "live_at",
            "interrupted_at",
            "ended_at",
            "published_at",
        )
        stated = {name: getattr(session, name) for name in names}
        return cls.model_validate({"id": session.pk, "people": people, **stated})


class PostingOut(Schema):
    """A posting as it is snapshotted when its cue goes on air."""

    position: PositionOut
    meals: bool | None
    lodging: bool | None
    employer_id: int
    employer_name: str

    @classmethod
    def of(cls, position: Position) -> PostingOut:
        return cls(
            position=PositionOut.of(position),
            meals=position.meals,
            lodging=position.lodging,
            employer_id=position.employer_id,
            employer_name=position.employer.name,
        )


class CorrectedOut(Schema):
    """Pay, place or duties as told on air and as they are; null where a field was not corrected."""

    pay_min: int | None = None
    pay_max: int | None = None
    pay_unit: PayUnit | None = None
    pay_note: str | None = None
    area: str | None = None
    duties: str | None = None


class CorrectionOut(Schema):
    at: datetime
    fields: list[str]
    was: CorrectedOut
    became: CorrectedOut

    @classmethod
    def of(cls, correction: PostingCorrection) -> CorrectionOut:
        return cls(
            at=correction.at,
            fields=sorted(correction.became),
            was=CorrectedOut.model_validate(correction.was),
            became=CorrectedOut.model_validate(correction.became),
        )


class PinnedOut(Schema):
    """A posting on the card. `reference` goes along with an application from it; `face` is "open" while it may."""

    reference: str
    posting: PostingOut
    face: PublicFace
    corrections: list[CorrectionOut]

    @classmethod
    def of(cls, pinned: PinnedPosition) -> PinnedOut:
        return cls(
            reference=pinned.reference,
            posting=PostingOut.model_validate(pinned.posting),
            face=face_of(pinned.position, on=clock.today()),
            corrections=[CorrectionOut.of(one) for one in pinned.corrections.all()],
        )


class CuePositionOut(Schema):
    """A position in the rundown, in brief. `reference` once it has been on air."""

    id: int
    title: str
    pay_min: int
    pay_max: int | None
    pay_unit: PayUnit
    headcount_min: int
    area: str
    face: PublicFace
    reference: str | None

    @classmethod
    def of(cls, position: Position) -> CuePositionOut:
        stated = {name: getattr(position, name) for name in _BRIEF}
        face = face_of(position, on=clock.today())
        return cls.model_validate({"id": position.pk, "face": face, "reference": None, **stated})

    @classmethod
    def of_pinned(cls, pinned: PinnedPosition) -> CuePositionOut:
        stated = {name: pinned.posting["position"][name] for name in _BRIEF}
        face = face_of(pinned.position, on=clock.today())
        return cls.model_validate(
            {"id": pinned.position_id, "face": face, "reference": pinned.reference, **stated}
        )


_BRIEF = ("title", "pay_min", "pay_max", "pay_unit", "headcount_min", "area")


class AiredOut(Schema):
    id: int
    started_at: datetime
    ended_at: datetime | None


class CueEmployerOut(Schema):
    id: int
    name: str


class CueOut(Schema):
    """A row of the rundown as viewers see it."""

    id: int
    rank: int
    title: str
    employer: CueEmployerOut | None
    host: str
    minutes: int
    state: CueState
    aired: list[AiredOut]
    positions: list[CuePositionOut]

    @classmethod
    def of(cls, cue: Cue) -> CueOut:
        return cls.model_validate(fields_of(cue))


def fields_of(cue: Cue) -> dict[str, object]:
    airings = list(cue.airings.all())
    return {
        "id": cue.pk,
        "rank": cue.rank,
        "title": cue.title or (cue.employer.name if cue.employer else ""),
        "employer": CueEmployerOut(id=cue.employer.pk, name=cue.employer.name) if cue.employer else None,
        "host": cue.host.shown_name if cue.host else "",
        "minutes": cue.minutes,
        "state": cue.state,
        "aired": [AiredOut(id=one.pk, started_at=one.started_at, ended_at=one.ended_at) for one in airings],
        "positions": _positions_of(cue, airings[-1] if airings else None),
    }


def _positions_of(cue: Cue, last: Airing | None) -> list[CuePositionOut]:
    if last is not None:
        return [CuePositionOut.of_pinned(one) for one in last.pinned.all()]
    planned = [one.position for one in cue.planned_positions.all()]
    return [CuePositionOut.of(one) for one in planned if one.state == Position.State.PUBLISHED]


class CardBoothOut(Schema):
    """Where to queue for the employer on the card."""

    id: int
    number: int
    zone: str


class CardOut(Schema):
    """What every viewer's card shows now. `started_at` is when the studio put it on, not when a viewer sees it."""

    cue_id: int
    airing_id: int
    title: str
    employer: CueEmployerOut | None
    host: str
    started_at: datetime
    minutes: int
    pinned: list[PinnedOut]
    booth: CardBoothOut | None

    @classmethod
    def of(cls, cue: Cue) -> CardOut:
        airing = list(cue.airings.all())[-1]
        pinned = list(airing.pinned.all())
        booth = booth_beside(pinned[0].position) if pinned else None
        stated = fields_of(cue)
        return cls.model_validate(
            {
                "cue_id": cue.pk,
                "airing_id": airing.pk,
                "started_at": airing.started_at,
                "pinned": [PinnedOut.of(one) for one in pinned],
                "booth": CardBoothOut(id=booth.id, number=booth.number, zone=booth.zone) if booth else None,
                **{name: stated[name] for name in ("title", "employer", "host", "minutes")},
            }
        )


class RoomHeadOut(Schema):
    id: int
    name: str
    about: str
    fair_id: int
    fair_slug: str
    fair_name: str

    @classmethod
    def of(cls, room: Room) -> RoomHeadOut:
        fair = room.fair
        return cls(
            id=room.pk,
            name=room.name,
            about=room.about,
            fair_id=fair.pk,
            fair_slug=fair.slug,
            fair_name=fair.name,
        )


class RoomRowOut(Schema):
    """A room in a fair's list."""

    room: RoomHeadOut
    session: LiveSessionOut | None


class ShownOut(Schema):
    """The broadcast a room shows, its rundown, and the card that is on air."""

    session: LiveSessionOut | None
    cues: list[CueOut]
    card: CardOut | None

    @classmethod
    def of(cls, shown: Shown) -> ShownOut:
        on_air = shown.on_air
        return cls(
            session=LiveSessionOut.of(shown.session) if shown.session else None,
            cues=[CueOut.of(one) for one in shown.cues],
            card=CardOut.of(on_air) if on_air else None,
        )


class LiveRoomOut(Schema):
    """The snapshot of `live:<room>`."""

    room: RoomHeadOut
    shown: ShownOut


class RoomChangedPush(Schema):
    """The room's broadcast or rundown is another one now; all of it."""

    room: RoomHeadOut
    shown: ShownOut


class CardChangedPush(Schema):
    """Another cue is on air, or none; `cues` are the rows that changed with it."""

    session_id: int
    cues: list[CueOut]
    card: CardOut | None
