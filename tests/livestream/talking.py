"""A room, people who talk in it and a moderator; on the real clock, by which lines are struck out of the log."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import DomainError
from jobfair.fairs.models import FairStaff
from livestream.models import LiveLine, Room
from livestream.services import talk as services
from tests.factories import make_fair

_serial = itertools.count(1)


def make_viewer(*, name: str = "王小明") -> User:
    serial = next(_serial)
    return User.objects.create_user(
        f"viewer-{serial}", display_name=name, phone=f"+861380000{(2000 + serial) % 10000:04d}",
        phone_verified=True,
    )  # fmt: skip


class Chatter:
    """One room and what is said in it."""

    def __init__(self) -> None:
        self.fair = make_fair(now=clock.now())
        self.room = Room.objects.create(fair=self.fair, name="主会场")
        self.viewer = make_viewer()
        self.moderator = make_viewer(name="李管理")
        FairStaff.objects.create(fair=self.fair, user=self.moderator, role=FairStaff.Role.MODERATOR)

    @property
    def topic(self) -> str:
        return f"live:{self.room.pk}:talk"

    def said(self, text: str, by: User | None = None, cid: str = "") -> services.Said:
        sender = by or self.viewer
        return services.Said(sender.pk, self.room.pk, cid or f"line-{next(_serial):06d}", text)

    def say(
        self,
        text: str = "夜班补贴多少",
        *,
        by: User | None = None,
        cid: str = "",
        now: datetime | None = None,
    ) -> LiveLine:
        """Said and not refused."""
        outcome = self.outcome(text, by=by, cid=cid, now=now)
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome

    def outcome(
        self, text: str, *, by: User | None = None, cid: str = "", now: datetime | None = None
    ) -> LiveLine | DomainError:
        [outcome] = services.say_many(said=[self.said(text, by, cid)], now=now or clock.now())
        return outcome

    def many(self, count: int) -> list[LiveLine]:
        """Each by somebody else, so that nothing slows them down."""
        return [self.say(f"第 {number} 句", by=make_viewer()) for number in range(count)]


def ago(seconds: float) -> datetime:
    return clock.now() - timedelta(seconds=seconds)
