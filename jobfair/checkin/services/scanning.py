"""What the phones at the gates bring in: each scan once, however often and in whatever order it comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jobfair.accounts.models import User
from jobfair.accounts.rules import mask_name
from jobfair.checkin import queries, rules
from jobfair.checkin.events import ScansRecorded
from jobfair.checkin.models import Gate, Pass, Passage, Role
from jobfair.checkin.services.hall import lock_gates, review_alerts
from jobfair.core import clock
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.fairs.models import Fair


@dataclass(frozen=True)
class Scan:
    """One thing a clerk did. `shown` None: a walk-in, counted by a tap. Instants are the device's own.

    `decided_by_device`: no answer came in time and the clerk let the person through, so it has happened.
    """

    id: str
    gate_id: int
    direction: str
    shown: str | None
    device_at: datetime
    decided_by_device: bool = False
    pressed_by: int | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What the gate says. `who` is masked; `last` is the person's passage before this one."""

    scan_id: str
    verdict: str
    counted: bool = False
    undone: bool = False
    who: str = ""
    role: str = ""
    employer: str = ""
    last_at: datetime | None = None
    last_gate: str = ""


@unit_of_work
def record_scans(
    *, fair: Fair, scans: Sequence[Scan], sent_at: datetime, by: User, now: datetime
) -> list[Answer]:
    """Answer each scan, in order, and keep those after which somebody passes. A repeat gets the same answer.

    `sent_at`: the device's clock when it sent them, from which its error is known.
    """
    work = _Recording(fair, by, skew=now - sent_at, now=now)
    known = queries.passages_by_scan(fair, [scan.id for scan in scans])
    answers = []
    for scan in scans:
        passage = known.get(scan.id)
        if passage is not None:
            answers.append(work.repeat(scan, passage))
        else:
            answer, passage = work.judge(scan)
            if passage is not None:
                known[scan.id] = passage
            answers.append(answer)
    work.finish()
    return answers


class _Recording:
    """One batch, under the lock of the fair's gates."""

    def __init__(self, fair: Fair, by: User, *, skew: timedelta, now: datetime) -> None:
        self.fair, self.by, self.skew, self.now = fair, by, skew, now
        self.gates = lock_gates(fair)
        self.made: list[Passage] = []
        self.undone: list[int] = []
        self._reviewed = 0

    def repeat(self, scan: Scan, passage: Passage) -> Answer:
        """It has come in before; at most it is taken back now."""
        if passage.undone_at is None and self._takes_back(scan, passage.device_at):
            passage.undone_at = self.now
            passage.save(update_fields=["undone_at"])
            self.undone.append(passage.pk)
        return self._answer(scan, passage.verdict, passage.entry_pass, passage)

    def judge(self, scan: Scan) -> tuple[Answer, Passage | None]:
        """Refusals are answered and not kept: nobody went through."""
        gate = self.gates.get(scan.gate_id)
        if gate is None:
            return Answer(scan.id, "no_gate"), None
        at = self._when(scan)
        entry_pass, verdict = self._recognise(scan, at)
        if verdict in rules.PASSES or scan.decided_by_device:
            passage = self._keep(scan, gate, at, entry_pass, verdict)
            return self._answer(scan, verdict, entry_pass, passage), passage
        return self._answer(scan, verdict, entry_pass, None), None

    def finish(self) -> None:
        made = tuple(passage.pk for passage in self.made)
        if not made and not self.undone:
            return
        review_alerts(fair=self.fair, now=self.now)
        emit(
            ScansRecorded(
                fair_id=self.fair.pk, passage_ids=made, undone_ids=tuple(self.undone), by=self.by.pk
            )
        )

    def _when(self, scan: Scan) -> datetime:
        at = rules.server_time(scan.device_at, self.skew, self.now)
        return (
            at if at >= self.fair.opens_at - rules.DOORS_BEFORE else self.now
        )  # the device's clock was set since

    def _recognise(self, scan: Scan, at: datetime) -> tuple[Pass | None, str]:
        entry_pass, inside = None, None
        if scan.shown is not None:
            shown = rules.read_shown(scan.shown)
            entry_pass = queries.find_pass(self.fair, shown)
            if entry_pass is None:
                return None, "other_fair" if shown.fair_id not in (None, self.fair.pk) else "unknown"
            if entry_pass.fair_id != self.fair.pk:
                return None, "other_fair"
            last = queries.last_passage_of(entry_pass, clock.local(at).date(), until=at)
            inside = last is not None and last.direction == Passage.Direction.IN
        if not rules.is_within_hours(self.fair, scan.direction, at):
            return entry_pass, "not_open" if at < self.fair.opens_at else "expired"
        return entry_pass, rules.judge(direction=scan.direction, is_inside=inside, held=self._is_held(scan))

    def _is_held(self, scan: Scan) -> bool:
        """Whether entry is held now; what the device let through is past holding."""
        if scan.decided_by_device:
            return False
        if len(self.made) > self._reviewed:
            review_alerts(fair=self.fair, now=self.now)
            self._reviewed = len(self.made)
        return queries.is_entry_held(self.fair.pk, clock.local(self.now).date())

    def _keep(self, scan: Scan, gate: Gate, at: datetime, entry_pass: Pass | None, verdict: str) -> Passage:
        user = entry_pass.user if entry_pass else None
        passage = Passage.objects.create(
            fair=self.fair,
            gate=gate,
            direction=scan.direction,
            entry_pass=entry_pass,
            role=queries.badge_of(user, self.fair).role if user else Role.WALK_IN,
            scan_id=scan.id,
            device_at=scan.device_at,
            skew_ms=self.skew // timedelta(milliseconds=1),
            scanned_at=at,
            received_at=self.now,
            day=clock.local(at).date(),
            verdict=verdict,
            decided_by_device=scan.decided_by_device,
            by_id=self._presser(scan),
            undone_at=self.now if self._takes_back(scan, scan.device_at) else None,
        )
        self.made.append(passage)
        return passage

    def _takes_back(self, scan: Scan, device_at: datetime) -> bool:
        return scan.undone_at is not None and rules.may_undo(device_at, scan.undone_at)

    def _presser(self, scan: Scan) -> int:
        """Whoever pressed, if that is a clerk here; another clerk's phone may have brought it in."""
        if scan.pressed_by in (None, self.by.pk):
            return self.by.pk
        known = queries.clerks_among([scan.pressed_by], self.fair)
        return scan.pressed_by if scan.pressed_by in known else self.by.pk

    def _answer(self, scan: Scan, verdict: str, entry_pass: Pass | None, passage: Passage | None) -> Answer:
        answer = Answer(
            scan.id,
            verdict,
            counted=passage is not None and passage.undone_at is None,
            undone=passage is not None and passage.undone_at is not None,
            role=passage.role if passage else "",
        )
        user = entry_pass.user if entry_pass else None
        if entry_pass is None or user is None:
            return answer
        badge = queries.badge_of(user, self.fair)
        at = passage.scanned_at if passage else self.now
        last = queries.last_passage_of(
            entry_pass, clock.local(at).date(), until=at, but=passage.pk if passage else None
        )
        return replace(
            answer,
            who=mask_name(user.display_name, guest=user.is_guest),
            role=badge.role,
            employer=badge.employer,
            last_at=last.scanned_at if last else None,
            last_gate=last.gate.name if last else "",
        )
