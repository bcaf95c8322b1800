"""A fair's room with a broadcast of three cues, and who directs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.employers.models import Employer, Participation
from jobfair.fairs.models import Fair, FairStaff
from jobfair.positions.models import Position
from livestream.models import Cue, LiveSession, Room
from livestream.services import directing, rundown
from livestream.services import rooms as services
from livestream.services.rooms import PersonPlan
from livestream.services.rundown import CuePlan
from tests.applications.scene import make_position
from tests.factories import make_employer, make_fair

MINUTE = timedelta(minutes=1)


def make_director(fair: Fair, role: FairStaff.Role = FairStaff.Role.DIRECTOR) -> User:
    user = User.objects.create_user(f"{role}-at-{fair.pk}-{User.objects.count()}", display_name="导播")
    FairStaff.objects.create(fair=fair, user=user, role=role)
    return user


@dataclass
class Studio:
    """Named people, an opening without employer, and two employers with two positions each."""

    now: datetime = field(default_factory=clock.now)
    fair: Fair = field(init=False)
    director: User = field(init=False)
    room: Room = field(init=False)
    session: LiveSession = field(init=False)
    cues: list[Cue] = field(init=False)
    employers: list[Employer] = field(init=False)
    positions: list[Position] = field(init=False)

    def __post_init__(self) -> None:
        self.fair = make_fair(now=self.now)
        self.director = make_director(self.fair)
        self.room = services.open_room(fair=self.fair, name="一号直播间", about="", by=None, now=self.now)
        self.session = self.plan("上午场")
        self.employers = [make_employer(), make_employer()]
        for employer in self.employers:
            Participation.objects.create(fair=self.fair, employer=employer)
        self.positions = [
            make_position(self.fair, employer, title=f"岗位{place}", now=self.now)
            for employer in self.employers
            for place in (1, 2)
        ]
        plans = [CuePlan("开场", None, (), None, 3, "欢迎大家"), *map(self.plan_of, (0, 1))]
        self.cues = rundown.add_cues(session=self.session, plans=plans, by=self.director, now=self.now)

    def plan_of(self, place: int) -> CuePlan:
        own = tuple(one.pk for one in self.positions[2 * place : 2 * place + 2])
        return CuePlan("", self.employers[place].pk, own, None, 6, "先说薪酬")

    def plan(self, title: str, *, hours: int = 0) -> LiveSession:
        """A broadcast with a host whose paper was seen."""
        starts_at = self.now + timedelta(hours=hours)
        session = services.plan_session(
            room=self.room, title=title, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2),
            by=self.director, now=self.now,
        )  # fmt: skip
        host = PersonPlan(None, "host", "周岚", "主持人周岚", "南通融媒")
        [person] = services.name_people(session=session, people=[host], by=self.director, now=self.now)
        services.see_paper(person=person, paper="id_card", by=self.director, now=self.now)
        return session

    def go_live(self) -> None:
        directing.go_live(session=self.session, by=self.director, now=self.now)

    def next(self, *, after: timedelta = timedelta()) -> Cue:
        return directing.next_cue(
            session=self.session, seen=self.on_air, by=self.director, now=self.now + after
        )

    def back(self, *, after: timedelta = timedelta()) -> Cue:
        return directing.previous_cue(
            session=self.session, seen=self.on_air, by=self.director, now=self.now + after
        )

    @property
    def on_air(self) -> int | None:
        return Cue.objects.filter(session=self.session, state="on_air").values_list("pk", flat=True).first()

    def states(self) -> list[str]:
        return list(Cue.objects.filter(session=self.session).values_list("state", flat=True))
