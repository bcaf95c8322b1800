"""A fair with two gates, a clerk, and people with passes."""

from __future__ import annotations

import itertools
import uuid
from datetime import datetime, timedelta
from typing import Any

from jobfair.accounts.models import User
from jobfair.checkin import queries, rules, services
from jobfair.checkin.models import Pass
from jobfair.checkin.services import Answer, Scan
from jobfair.core import clock
from jobfair.fairs.models import Fair, FairStaff
from tests.factories import NOON, make_fair, make_organiser, make_seeker

_serial = itertools.count(1)


def new_scan_id() -> str:
    return uuid.uuid4().hex


def make_clerk(fair: Fair) -> User:
    user = User.objects.create_user(f"clerk-{next(_serial)}", display_name="检票员")
    FairStaff.objects.create(fair=fair, user=user, role=FairStaff.Role.STAFF)
    return user


class Doors:
    """`now` moves by hand; the devices' clocks are right unless `skew` says by how much they are behind."""

    def __init__(self, *, capacity: int | None = None, now: datetime = NOON) -> None:
        self.now, self.skew = now, timedelta(0)
        self.fair = make_fair(now=now)
        self.organiser, self.clerk = make_organiser(self.fair), make_clerk(self.fair)
        plans = [rules.GatePlan(None, "南门"), rules.GatePlan(None, "北门")]
        self.south, self.north = services.plan_gates(fair=self.fair, gates=plans, by=self.organiser, now=now)
        services.set_capacity(fair=self.fair, capacity=capacity, by=self.organiser, now=now)

    def issue(self, user: User | None = None) -> Pass:
        return services.issue_pass(fair=self.fair, user=user or make_seeker(), now=self.now)

    def scan(self, shown: str | None = None, direction: str = "in", **fields: Any) -> Scan:
        """What a device keeps of one tap or one look of its camera."""
        stated = {"id": new_scan_id(), "gate_id": self.south.pk, "device_at": self.now - self.skew} | fields
        return Scan(direction=direction, shown=shown, **stated)

    def bring(self, *scans: Scan, by: User | None = None, fair: Fair | None = None) -> list[Answer]:
        return services.record_scans(
            fair=fair or self.fair,
            scans=scans,
            sent_at=self.now - self.skew,
            by=by or self.clerk,
            now=self.now,
        )

    def pass_by(self, entry_pass: Pass | None, direction: str = "in", **fields: Any) -> Answer:
        """One scan, brought in at once; some seconds go by."""
        shown = text_of(entry_pass) if entry_pass else None
        (answer,) = self.bring(self.scan(shown, direction, **fields))
        self.now += timedelta(seconds=5)
        return answer

    def walk(self, number: int, direction: str = "in", **fields: Any) -> list[Answer]:
        return self.bring(*(self.scan(None, direction, **fields) for _ in range(number)))

    @property
    def inside(self) -> int:
        return queries.count_inside(self.fair.pk, clock.local(self.now).date())

    @property
    def hall(self) -> queries.Hall:
        self.fair.refresh_from_db()
        return queries.hall_of(self.fair, clock.local(self.now).date())


def text_of(entry_pass: Pass) -> str:
    """What its QR code says."""
    return rules.qr_text(entry_pass.fair_id, services.token_of(entry_pass))
