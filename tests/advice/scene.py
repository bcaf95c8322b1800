"""A service desk with a counsellor, and what people do there."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from booths import services as booths
from booths.models import Booth, Ticket
from jobfair.accounts.models import User
from jobfair.advice import rules, services
from jobfair.advice.models import AdvicePlan, Appointment
from jobfair.advice.services import StepText
from jobfair.core.clock import local
from jobfair.fairs.models import Fair
from tests.factories import desks_of

STEP = StepText("到社保窗口补交材料", due_on=None, link="https://example.org/leaflet")


class ServiceDesk:
    """Every day from 00:00 to 23:00, one person each 20 minutes."""

    def __init__(
        self, fair: Fair, *, counsellor: User, now: datetime, number: int = 301, each: int = 1, desks: int = 1
    ) -> None:
        self.fair, self.counsellor, self.now = fair, counsellor, now
        self.booth: Booth = booths.create_service_desk(
            fair=fair, service="policy", title="", zone=None, number=number, desks=desks, by=None, now=now
        )
        booths.appoint_counsellor(booth=self.booth, user=counsellor, by=None, now=now)
        booths.open_booth(booth=self.booth, by=None, now=now)
        services.set_booking_rule(
            booth=self.booth, slot_minutes=20, each=each, opens=time(0), closes=time(23, 59), by=None, now=now
        )

    def slots(self, *, now: datetime | None = None) -> list[rules.Slot]:
        rule = self.booth.booking_rule
        return list(rules.slots_of(rule, self.fair, after=now or self.now))

    def book(self, seeker: User, *, nth: int = 0, now: datetime | None = None) -> Appointment:
        starts_at = self.slots()[nth].starts_at
        return services.book(
            booth=self.booth, seeker=seeker, starts_at=starts_at, about="社保怎么转", now=now or self.now
        )

    def talk(self, seeker: User, *, now: datetime | None = None) -> Ticket:
        now = now or self.now
        ticket = booths.take_ticket(booth=self.booth, seeker=seeker, channel="onsite", now=now)
        booths.call_next_ticket(desk=desks_of(self.booth)[0], by=self.counsellor, now=now)
        return booths.start_interview(ticket=ticket, by=self.counsellor, now=now)

    def finish(self, ticket: Ticket, *, now: datetime | None = None) -> Ticket:
        return booths.finish_interview(
            ticket=ticket, result="talked", note="", by=self.counsellor, now=now or self.now
        )

    def advise(self, seeker: User, *steps: StepText) -> AdvicePlan:
        """A talk that is over, with its plan."""
        ticket = self.talk(seeker)
        plan = self.write(ticket, *steps)
        self.finish(ticket)
        return plan

    def write(self, ticket: Ticket, *steps: StepText, topic: str = "社保转移") -> AdvicePlan:
        return services.write_plan(
            ticket=ticket,
            topic=topic,
            advice="先在原参保地开凭证，再到新单位办转移。",
            steps=steps or (STEP,),
            by=self.counsellor,
            now=self.now,
        )


def at(day: datetime, hour: int, minute: int = 0) -> datetime:
    """That time of the day in Asia/Shanghai."""
    return local(day).replace(hour=hour, minute=minute, second=0, microsecond=0)


MINUTE = timedelta(minutes=1)
