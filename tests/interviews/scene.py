"""A booth whose employer has an inbox, a recruiter at a desk, and seekers who queue online or have applied."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from booths import services as booths
from booths.models import Booth, Ticket
from jobfair.accounts.models import User
from jobfair.interviews import services
from jobfair.interviews.models import Booking, Slot, VideoTalk
from tests.applications.scene import Hiring, make_applicant
from tests.factories import NOON

_serial = itertools.count(1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SDP = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"


class Fair:
    """`now` is what every step takes as the time."""

    def __init__(self, *, now: datetime = NOON) -> None:
        self.now = now
        self.hiring = Hiring(now=now)
        self.recruiter, self.colleague = self.hiring.recruiters
        self.booth: Booth = booths.create_booth(
            fair=self.hiring.fair, employer=self.hiring.employer, zone=None, number=7, desks=2, by=None, now=now
        )  # fmt: skip
        booths.open_booth(booth=self.booth, by=None, now=now)
        self.desk, self.other_desk = self.booth.desks.order_by("number")

    def queue(self, seeker: User | None = None, *, channel: str = "online") -> Ticket:
        return booths.take_ticket(
            booth=self.booth, seeker=seeker or make_applicant(), channel=channel, now=self.now
        )

    def called(self, *, channel: str = "online") -> Ticket:
        """Whoever comes is alone in the line, and called at once."""
        ticket = self.queue(channel=channel)
        booths.call_next_ticket(desk=self.desk, by=self.recruiter, now=self.now)
        return fresh(ticket)

    def open(self, ticket: Ticket, side: str, *, by: User | None = None, take: bool = False) -> VideoTalk:
        user = by or (ticket.seeker if side == "seeker" else self.recruiter)
        return services.open_for_ticket(ticket=ticket, side=side, by=user, now=self.now, take=take)

    def talking(self) -> VideoTalk:
        """A ticket's talk with both people in it."""
        ticket = self.called()
        for side in ("seeker", "recruiter"):
            talk = self.open(ticket, side)
        return self.enter(self.enter(talk, "seeker"), "recruiter")

    def enter(self, talk: VideoTalk, side: str, *, page: str = "") -> VideoTalk:
        by = User.objects.get(pk=talk.seeker_id if side == "seeker" else talk.recruiter_id)
        return services.enter_talk(talk=talk, side=side, page=page or f"page-of-{side}", by=by, now=self.now)

    def slot(
        self, *, after: timedelta = HOUR, mode: str = "video", address: str = "", minutes: int = 30
    ) -> Slot:
        (made,) = services.publish_slots(
            booth=self.booth, starts_at=self.now + after, minutes=minutes, count=1, mode=mode, address=address,
            by=self.recruiter, now=self.now,
        )  # fmt: skip
        return made

    def applicant(self) -> User:
        seeker = make_applicant()
        self.hiring.submit(seeker)
        return seeker

    def book(self, slot: Slot, seeker: User | None = None) -> Booking:
        return services.book_slot(slot=slot, seeker=seeker or self.applicant(), now=self.now)


def said(talk: VideoTalk, side: str, *, cid: str = "", kind: str = "offer", **other: object) -> services.Said:
    stated = {
        "cid": cid or f"signal-{next(_serial):05d}",
        "page": talk.page_of(side),
        "round": talk.round,
        "description": {"type": kind, "sdp": SDP},
        "candidates": [],
    }
    return services.Said(**{**stated, **other})  # type: ignore[arg-type]


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("booth__fair").get(pk=ticket.pk)
