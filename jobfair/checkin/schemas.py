"""Wire types of the doors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from jobfair.accounts.models import User
from jobfair.accounts.rules import mask_name
from jobfair.checkin import rules
from jobfair.checkin.models import Alert, Pass, Recount
from jobfair.checkin.queries import Badge, GateFigures, Hall, Minute
from jobfair.checkin.services import Answer, Scan
from jobfair.core.schemas import Schema, Text
from jobfair.fairs.models import Fair

Direction = Literal["in", "out"]
RoleName = Literal["seeker", "recruiter", "staff", "walk_in"]
Verdict = Literal[
    "in", "out", "already_in", "not_in", "full", "unknown", "other_fair", "expired", "not_open", "no_gate"
]
ScanId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
GateName = Annotated[
    Text, StringConstraints(strip_whitespace=True), StringConstraints(min_length=1, max_length=20)
]
UserId = Annotated[int, Field(ge=1, lt=2**53)]
# A phone whose battery ran out may stand in 1970; what it says is put right by when it sent it.
DeviceTime = Annotated[
    AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), le=datetime(2100, 1, 1, tzinfo=UTC))
]


class PassOut(Schema):
    """One's own pass. `text` is what the QR code says; it is drawn in `qr_svg`, so that it can be kept offline."""

    fair_slug: str
    fair_name: str
    venue: str
    opens_at: datetime
    closes_at: datetime
    who: str
    role: RoleName
    employer: str
    code: str
    text: str
    qr_svg: str

    @classmethod
    def of(cls, entry_pass: Pass, user: User, badge: Badge, *, token: str, qr_svg: str) -> PassOut:
        fair = entry_pass.fair
        return cls.model_validate(
            {
                "fair_slug": fair.slug,
                "fair_name": fair.name,
                "venue": fair.venue,
                "opens_at": fair.opens_at,
                "closes_at": fair.closes_at,
                "who": mask_name(user.display_name, guest=user.is_guest),
                "role": badge.role,
                "employer": badge.employer,
                "code": entry_pass.code or "",
                "text": rules.qr_text(fair.pk, token),
                "qr_svg": qr_svg,
            }
        )


class HallOut(Schema):
    """How full the hall is. `level`: the highest alert, percent; `must_leave`: before anyone is let in again."""

    occupancy: int
    capacity: int | None
    held: bool
    must_leave: int
    level: int

    @classmethod
    def of(cls, hall: Hall) -> HallOut:
        return cls(
            occupancy=hall.occupancy,
            capacity=hall.capacity,
            held=hall.held,
            must_leave=hall.must_leave,
            level=hall.level,
        )


class GateOut(Schema):
    """A gate and what went through it on the day."""

    id: int
    name: str
    is_open: bool
    came_in: int
    went_out: int

    @classmethod
    def of(cls, row: GateFigures) -> GateOut:
        gate = row.gate
        return cls(
            id=gate.pk, name=gate.name, is_open=gate.is_open, came_in=row.came_in, went_out=row.went_out
        )


class DoorsOut(Schema):
    """What a phone at a gate needs, also to go on without network."""

    fair_id: int
    slug: str
    fair_name: str
    opens_at: datetime
    closes_at: datetime
    hall: HallOut
    gates: list[GateOut]
    topic: str
    organises: bool

    @classmethod
    def of(cls, fair: Fair, hall: Hall, gates: Sequence[GateFigures], *, organises: bool) -> DoorsOut:
        return cls(
            fair_id=fair.pk,
            slug=fair.slug,
            fair_name=fair.name,
            opens_at=fair.opens_at,
            closes_at=fair.closes_at,
            hall=HallOut.of(hall),
            gates=[GateOut.of(row) for row in gates],
            topic=f"fair:{fair.pk}:doors",
            organises=organises,
        )


class ScanIn(Schema):
    """`shown`: what the camera read or the clerk typed; null counts somebody without a pass."""

    id: ScanId
    gate_id: int
    direction: Direction
    shown: Annotated[Text, StringConstraints(max_length=200)] | None
    device_at: DeviceTime
    decided_by_device: bool = False
    pressed_by: UserId | None = None
    undone_at: DeviceTime | None = None

    def scan(self) -> Scan:
        return Scan(**self.model_dump())


class ScansIn(Schema):
    """`sent_at` by the same clock as the scans' `device_at`."""

    sent_at: DeviceTime
    scans: Annotated[list[ScanIn], Field(min_length=1, max_length=rules.BATCH_MOST)]


class ScanOut(Schema):
    """The answer to one scan. `counted`: somebody went through; a refusal is told and not kept."""

    id: str
    verdict: Verdict
    counted: bool
    undone: bool
    who: str
    role: Literal["", "seeker", "recruiter", "staff", "walk_in"]
    employer: str
    last_at: datetime | None
    last_gate: str

    @classmethod
    def of(cls, answer: Answer) -> ScanOut:
        return cls.model_validate(
            {
                "id": answer.scan_id,
                "verdict": answer.verdict,
                "counted": answer.counted,
                "undone": answer.undone,
                "who": answer.who,
                "role": answer.role,
                "employer": answer.employer,
                "last_at": answer.last_at,
                "last_gate": answer.last_gate,
            }
        )


class ScansOut(Schema):
    answers: list[ScanOut]
    hall: HallOut


class GateIn(Schema):
    id: int | None = None
    name: GateName
    is_open: bool = True


class GatesIn(Schema):
    """All gates, in order; those left out are closed."""

    gates: Annotated[list[GateIn], Field(min_length=1, max_length=30)]


class CapacityIn(Schema):
    """The approved capacity; null where none was stated."""

    capacity: Annotated[int, Field(ge=1, le=1_000_000)] | None


class RecountIn(Schema):
    counted: Annotated[int, Field(ge=0, le=1_000_000)]


class MinuteOut(Schema):
    at: datetime
    came_in: int
    went_out: int
    occupancy: int

    @classmethod
    def of(cls, minute: Minute) -> MinuteOut:
        return cls(at=minute.at, came_in=minute.came_in, went_out=minute.went_out, occupancy=minute.occupancy)


class AlertOut(Schema):
    level: int
    occupancy: int
    capacity: int
    raised_at: datetime
    cleared_at: datetime | None

    @classmethod
    def of(cls, alert: Alert) -> AlertOut:
        return cls(
            level=alert.level,
            occupancy=alert.occupancy,
            capacity=alert.capacity,
            raised_at=alert.raised_at,
            cleared_at=alert.cleared_at,
        )


class RecountOut(Schema):
    at: datetime
    counted: int
    by: str

    @classmethod
    def of(cls, recount: Recount) -> RecountOut:
        return cls(at=recount.at, counted=recount.counted, by=str(recount.by) if recount.by else "")


class DoorsDayOut(Schema):
    """A day at the doors. `minutes` leaves out those in which nobody passed; `people` counts different ones.

    `unseen` left without having come in; `unverified` were let through offline with a pass that was not good.
    """

    doors: DoorsOut
    day: date
    days: list[date]
    people: dict[str, int]
    unseen: int
    unverified: int
    minutes: list[MinuteOut]
    alerts: list[AlertOut]
    recounts: list[RecountOut]
