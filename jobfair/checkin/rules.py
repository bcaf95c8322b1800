"""Decisions at the doors; no queries, no clock.

How many are inside follows from the set of passages alone, in whatever order they came in:

- Who is in and comes in again counts once; who is out and goes out again counts once.
- Who goes out without having come in was inside all the same, unseen or as a walk-in: one fewer.
- A walk-in is one more, a leaver without a pass one fewer. The total never shows below 0.
- Each day begins with an empty hall. A recount sets the figure from its moment on.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from jobfair.checkin.models import Passage
from jobfair.core.errors import DomainError, Invalid
from jobfair.fairs.models import Fair

UNDO_WITHIN = timedelta(seconds=10)
UNDO_LEEWAY = timedelta(seconds=5)  # between the tap and its record on a slow phone
DOORS_BEFORE = timedelta(hours=4)  # employers set up
DOORS_AFTER = timedelta(hours=6)  # the last ones leave
BATCH_MOST = 100

LEVELS = {80: 75, 95: 92, 100: 98}
"""Raised at so many percent of the capacity, cleared only below so many: once per crossing, whatever flutters."""
HELD = 100

FORGET_AFTER = timedelta(days=30)
"""After the fair's closing nobody can tell any more who passed. No longer than the purpose needs (个人信息保护法
第十九条); pass abuse and incidents are looked into as long as the hall's own records of its cameras and alarms are
there, which must be 30 days (保安服务管理条例第二十五条)."""
REMOVE_AFTER = timedelta(days=3 * 366)
"""The passages, by then nobody's, bear the report's figures out as long as the fair's other records are kept
(网络招聘服务管理规定, 电子商务法第三十一条)."""


class FairOver(DomainError):
    code = "checkin.fair_over"
    message = _("这场招聘会已经结束，不再发放入场码。")


class NoGateOpen(DomainError):
    code = "checkin.no_gate_open"
    message = _("至少保留一个启用的出入口。")


# The pass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that reads like something else
_TO_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)
_MISREAD = str.maketrans("OIL", "011")
TOKEN_LENGTH, CODE_LENGTH = 26, 8  # 130 bits nobody guesses; 40 bits that only a clerk can try
_TEXT = re.compile(rf"JF1-(\d{{1,9}})-([{ALPHABET}]{{{TOKEN_LENGTH}}})")
_TOKEN = re.compile(rf"[{ALPHABET}]{{{TOKEN_LENGTH}}}")
_CODE = re.compile(rf"[{ALPHABET}]{{{CODE_LENGTH}}}")


@dataclass(frozen=True)
class Shown:
    """What was held out at the gate: a token, perhaps of a named fair, or the short code; neither when unreadable."""

    fair_id: int | None = None
    token: str = ""
    code: str = ""


def derive(secret: str, purpose: str, pass_id: int, length: int) -> str:
    """`length` characters that only the holder of `secret` can make."""
    digest = hmac.new(secret.encode(), f"checkin.{purpose}:{pass_id}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().translate(_TO_CROCKFORD)[:length]


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def qr_text(fair_id: int, token: str) -> str:
    """Capitals, digits and hyphens: QR's dense alphanumeric mode (ISO/IEC 18004). The fair's number lets a gate
    without network refuse another fair's pass."""
    return f"JF1-{fair_id}-{token}"


def read_shown(text: str) -> Shown:
    """What a camera read or a clerk typed: O for 0, I and L for 1, spaces, hyphens and small letters are forgiven."""
    capitals = text.strip().upper()
    found = _TEXT.fullmatch(capitals)
    if found:
        return Shown(fair_id=int(found[1]), token=found[2])
    plain = re.sub(r"[\s-]", "", capitals).translate(_MISREAD)
    if _TOKEN.fullmatch(plain):
        return Shown(token=plain)
    return Shown(code=plain) if _CODE.fullmatch(plain) else Shown()


# The gate's answer


def is_within_hours(fair: Fair, direction: str, at: datetime) -> bool:
    """In until closing, out until some hours later."""
    until = fair.closes_at if direction == Passage.Direction.IN else fair.closes_at + DOORS_AFTER
    return fair.opens_at - DOORS_BEFORE <= at < until


def judge(*, direction: str, is_inside: bool | None, held: bool) -> str:
    """What to say to someone whose pass is good, or to a walk-in (`is_inside` None)."""
    if direction == Passage.Direction.IN:
        if is_inside:
            return "already_in"
        return "full" if held else "in"
    return "not_in" if is_inside is False else "out"


PASSES = {"in", "out", "not_in", "already_in"}
"""Answers after which somebody goes through: all but the refusals."""


def server_time(device_at: datetime, skew: timedelta, received_at: datetime) -> datetime:
    """When it was by the server's clock; a device that says the future is put right."""
    try:
        return min(device_at + skew, received_at)
    except OverflowError:
        return received_at


def may_undo(device_at: datetime, undone_at: datetime) -> bool:
    """Both by the device's own clock, so that no skew matters."""
    return timedelta(0) <= undone_at - device_at <= UNDO_WITHIN + UNDO_LEEWAY


# How many are inside


@dataclass(frozen=True)
class Counted:
    """Of a day, up to some instant. `last_in`, `first_out`: persons whose last passage was in, whose first was out."""

    last_in: int = 0
    first_out: int = 0
    walked_in: int = 0
    walked_out: int = 0

    @property
    def net(self) -> int:
        return self.last_in - self.first_out + self.walked_in - self.walked_out


def occupancy(now: Counted, *, counted: int = 0, then: Counted | None = None) -> int:
    """People in the hall, at least 0; `counted` heads at the last recount, when the passages were at `then`."""
    return max(0, counted + now.net - (then or Counted()).net)


@dataclass(frozen=True)
class Step:
    """One passage as the minute series needs it; `person` 0 is a walk-in."""

    at: datetime
    direction: str
    person: int


def effects(steps: Iterable[Step]) -> list[tuple[Step, int]]:
    """What each passage changed, in time's order; at one instant in goes before out, as in `Counted`'s queries."""
    inside: dict[int, bool] = {}
    found = []
    for step in sorted(steps, key=lambda one: (one.at, one.direction == Passage.Direction.OUT)):
        comes = step.direction == Passage.Direction.IN
        before = None if step.person == 0 else inside.get(step.person)
        changed = before is None or before != comes
        inside[step.person] = comes
        found.append((step, (1 if comes else -1) if changed else 0))
    return found


# Crowding


def crosses(
    *, occupancy: int, capacity: int | None, open_levels: Collection[int]
) -> tuple[list[int], list[int]]:
    """Which levels to raise and which to clear."""
    if not capacity:
        return [], sorted(open_levels)
    raised = [level for level in LEVELS if level not in open_levels and occupancy * 100 >= capacity * level]
    cleared = [level for level in LEVELS if level in open_levels and occupancy <= clears_at(capacity, level)]
    return raised, cleared


def clears_at(capacity: int, level: int) -> int:
    """The most people at which an alert of `level` is over."""
    reached = -(-capacity * level // 100)
    return max(0, min(reached - 1, capacity * LEVELS[level] // 100))


def must_leave(*, occupancy: int, capacity: int | None, held: bool) -> int:
    """How many have to go before anyone is let in again."""
    return max(0, occupancy - clears_at(capacity, HELD)) if held and capacity else 0


# Gates


@dataclass(frozen=True)
class GatePlan:
    """A gate as it shall be; a new one has no id."""

    id: int | None
    name: str
    is_open: bool = True


def ensure_gates_fit(gates: Collection[GatePlan], *, left_out: Collection[str]) -> None:
    """Each name once, also among those that keep a name though they are closed; one gate stays open."""
    names = [plan.name for plan in gates]
    renamed = {plan.name for plan in gates if plan.id is not None}
    ids = [plan.id for plan in gates if plan.id is not None]
    if len(set(names)) < len(names) or renamed & set(left_out) or len(set(ids)) < len(ids):
        raise Invalid(fields={"gates": str(_("出入口名称不能重复，停用的也算，请换一个名称。"))})
    if not any(plan.is_open for plan in gates):
        raise NoGateOpen
