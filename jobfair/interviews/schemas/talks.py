"""What talks by video are asked and tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from jobfair.accounts.rules import mask_name
from jobfair.applications.models import Application
from jobfair.core.schemas import Schema, Text
from jobfair.interviews.models import Signal
from jobfair.interviews.queries import Face
from jobfair.interviews.rules import IceServer

SideName = Literal["seeker", "recruiter"]
BecauseName = Literal["", "finished", "line", "cancelled", "over"]
PageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Id = Annotated[int, Field(ge=1, lt=1 << 53)]
Sdp = Annotated[Text, StringConstraints(max_length=14_000, pattern=r"^v=0\r?\n")]
Line = Annotated[Text, StringConstraints(max_length=500)]
Name = Annotated[Text, StringConstraints(max_length=256)]


# Asked


class OpenVideoIn(Schema):
    """`take`: have it from a colleague who is in it."""

    take: bool = False


class EnterTalkIn(Schema):
    """`page`: the id that this page gave itself when it was loaded."""

    page: PageId


class DescriptionIn(Schema):
    """An RTCSessionDescription (RFC 8829)."""

    type: Literal["offer", "answer"]
    sdp: Sdp


class CandidateIn(Schema):
    """An RTCIceCandidate (RFC 8839); an empty `candidate` ends those of its generation."""

    candidate: Line
    sdp_mid: Name | None = None
    sdp_line: Annotated[int, Field(ge=0, le=64)] | None = None
    ufrag: Name | None = None


class SendSignalArgs(Schema):
    """Over the socket; the frame's `cid` is the signal's."""

    talk_id: Id
    page: PageId
    round: Annotated[int, Field(ge=0, lt=1 << 31)]
    description: DescriptionIn | None = None
    candidates: Annotated[list[CandidateIn], Field(max_length=30)] = []


class LeaveTalkArgs(Schema):
    talk_id: Id
    page: PageId


# Told


class VideoSeatOut(Schema):
    """`page` is the one that has the seat; `here` is false once it got up."""

    page: str
    here: bool


class VideoTalkOut(Schema):
    """As both sides see it. `label`: of the ticket it belongs to; `starts_at` to `closes_at`: of the booked slot."""

    id: int
    booth_id: int
    booth_number: int
    employer_name: str
    ticket_id: int | None
    label: str
    booking_id: int | None
    starts_at: datetime | None
    closes_at: datetime | None
    seeker_id: int
    seeker_name: str
    recruiter_id: int | None
    recruiter_name: str
    conversation_id: int | None
    round: int
    seeker: VideoSeatOut
    recruiter: VideoSeatOut
    ended_at: datetime | None
    because: BecauseName

    @classmethod
    def of(cls, face: Face) -> VideoTalkOut:
        talk = face.talk
        return cls.model_validate(
            {
                "id": talk.pk,
                "booth_id": talk.booth_id,
                "booth_number": talk.booth.number,
                "employer_name": talk.booth.host,
                "ticket_id": talk.ticket_id,
                "label": talk.ticket.label if talk.ticket else "",
                "booking_id": talk.booking_id,
                "starts_at": talk.booking.slot.starts_at if talk.booking else None,
                "closes_at": talk.closes_at,
                "seeker_id": talk.seeker_id,
                "seeker_name": face.seeker_name or mask_name(talk.seeker.display_name),
                "recruiter_id": talk.recruiter_id,
                "recruiter_name": talk.recruiter.display_name if talk.recruiter else "",
                "conversation_id": face.conversation_id,
                "round": talk.round,
                "seeker": {"page": talk.seeker_page, "here": talk.seeker_here},
                "recruiter": {"page": talk.recruiter_page, "here": talk.recruiter_here},
                "ended_at": talk.ended_at,
                "because": talk.because,
            }
        )


class SignalOut(Schema):
    """What the page of `side` said in `round`."""

    id: int
    round: int
    side: SideName
    description: DescriptionIn | None
    candidates: list[CandidateIn]

    @classmethod
    def of(cls, signal: Signal) -> SignalOut:
        return cls.model_validate(
            {
                "id": signal.pk,
                "round": signal.round,
                "side": signal.side,
                "description": signal.description,
                "candidates": signal.candidates,
            }
        )


class VideoRoomOut(Schema):
    """A talk and what its pages have said in the round at hand. `me`: the side of whoever asked."""

    talk: VideoTalkOut
    me: SideName
    signals: list[SignalOut]

    @classmethod
    def of(cls, face: Face, me: SideName, signals: Sequence[Signal]) -> VideoRoomOut:
        return cls(talk=VideoTalkOut.of(face), me=me, signals=[SignalOut.of(one) for one in signals])


class HandedInOut(Schema):
    """An application of the seeker's to this employer; its résumé is opened where all are."""

    id: int
    participation_id: int
    position_title: str


class TalkFileOut(Schema):
    """What the recruiter may have beside the talk, the latest first."""

    applications: list[HandedInOut]

    @classmethod
    def of(cls, applications: Sequence[Application]) -> TalkFileOut:
        own = [
            HandedInOut(id=one.pk, participation_id=one.participation_id, position_title=one.position.title)
            for one in applications
        ]
        return cls(applications=own)


class IceServerOut(Schema):
    """As RTCIceServer takes it; name and password are empty for STUN."""

    urls: list[str]
    username: str
    credential: str


class IceServersOut(Schema):
    """`expires_at`: until when the passwords hold."""

    servers: list[IceServerOut]
    expires_at: datetime

    @classmethod
    def of(cls, servers: Sequence[IceServer], expires_at: datetime) -> IceServersOut:
        out = [
            IceServerOut(urls=list(one.urls), username=one.username, credential=one.credential)
            for one in servers
        ]
        return cls(servers=out, expires_at=expires_at)


# Pushes


class TalkChangedPush(Schema):
    """A new round begins with no signals."""

    talk: VideoTalkOut


class SignalSentPush(Schema):
    signal: SignalOut
