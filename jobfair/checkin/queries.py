"""Reads of the doors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q

from jobfair.accounts.models import User
from jobfair.checkin import rules
from jobfair.checkin.models import Alert, Gate, Pass, Passage, Recount, Role
from jobfair.checkin.rules import Counted
from jobfair.employers.models import Participation, Recruiter
from jobfair.fairs.models import Fair, FairStaff

IN, OUT = Passage.Direction.IN, Passage.Direction.OUT


@dataclass(frozen=True)
class Badge:
    """As what a person comes to a fair."""

    role: str
    employer: str = ""


@dataclass(frozen=True)
class Hall:
    """How full the hall is. `must_leave` is 0 while anyone may come in."""

    occupancy: int
    capacity: int | None
    held: bool
    must_leave: int
    level: int


@dataclass(frozen=True)
class GateFigures:
    gate: Gate
    came_in: int
    went_out: int


@dataclass(frozen=True)
class Minute:
    """What the passages of one minute made of the hall."""

    at: datetime
    came_in: int
    went_out: int
    occupancy: int


# Passes


def find_pass(fair: Fair, shown: rules.Shown) -> Pass | None:
    """The pass that was shown, of whichever fair it is; a code is looked for at `fair` only."""
    rows = Pass.objects.select_related("user", "merged_into__user")
    if shown.token:
        found = rows.filter(token_hash=rules.hash_of(shown.token)).first()
    else:
        found = rows.filter(fair=fair, code=shown.code).first() if shown.code else None
    if found is not None and found.merged_into is not None:
        found = found.merged_into
    return found if found is not None and found.user_id is not None else None


def seeker_of_pass(token: str) -> User | None:
    """Whose pass this is, by what its QR code says; None for a forged or forgotten one. The typed code won't do."""
    shown = rules.read_shown(token)
    if not shown.token:
        return None
    found = Pass.objects.select_related("user", "merged_into__user").filter(
        token_hash=rules.hash_of(shown.token)
    )
    one = found.first()
    user = None if one is None else (one.merged_into or one).user
    return user if user is not None and user.is_active else None


def badge_of(user: User, fair: Fair) -> Badge:
    """Staff before recruiter before seeker; an employer counts once the organiser has accepted it."""
    if FairStaff.objects.filter(user=user, fair=fair).exists():
        return Badge(Role.STAFF)
    office = (
        Recruiter.objects.filter(
            user=user,
            employer__participations__fair=fair,
            employer__participations__state=Participation.State.ACCEPTED,
        )
        .select_related("employer")
        .order_by("pk")
        .first()
    )
    return Badge(Role.RECRUITER, office.employer.name) if office else Badge(Role.SEEKER)


def list_passages_of(user: User) -> list[Passage]:
    """One's own, the oldest first."""
    own = Passage.objects.filter(entry_pass__user=user, undone_at=None).select_related("fair", "gate")
    return list(own.order_by("scanned_at", "pk"))


# The hall


def count(fair_id: int, day: date, *, until: datetime | None = None) -> Counted:
    """The day's passages as `rules.occupancy` needs them; two queries."""
    passages = Passage.objects.filter(fair=fair_id, day=day, undone_at=None)
    if until is not None:
        passages = passages.filter(scanned_at__lte=until)
    persons = (
        passages.filter(entry_pass__isnull=False)
        .values("entry_pass")
        .annotate(
            first_in=Min("scanned_at", filter=Q(direction=IN)),
            last_in=Max("scanned_at", filter=Q(direction=IN)),
            first_out=Min("scanned_at", filter=Q(direction=OUT)),
            last_out=Max("scanned_at", filter=Q(direction=OUT)),
        )
        .aggregate(
            inside=Count(
                "entry_pass",
                filter=Q(last_in__isnull=False) & (Q(last_out=None) | Q(last_in__gt=F("last_out"))),
            ),
            unseen=Count(
                "entry_pass",
                filter=Q(first_out__isnull=False) & (Q(first_in=None) | Q(first_out__lt=F("first_in"))),
            ),
        )
    )
    walks = passages.filter(entry_pass=None).aggregate(
        walked_in=Count("pk", filter=Q(direction=IN)), walked_out=Count("pk", filter=Q(direction=OUT))
    )
    return Counted(last_in=persons["inside"], first_out=persons["unseen"], **walks)


def count_inside(fair_id: int, day: date) -> int:
    """People in the hall on `day`, as far as the passages go."""
    recount = last_recount(fair_id, day)
    now = count(fair_id, day)
    if recount is None:
        return rules.occupancy(now)
    return rules.occupancy(now, counted=recount.counted, then=count(fair_id, day, until=recount.at))


def last_recount(fair_id: int, day: date) -> Recount | None:
    return Recount.objects.filter(fair=fair_id, day=day).order_by("-at", "-pk").first()


def open_alerts(fair_id: int, day: date) -> dict[int, Alert]:
    """By level; yesterday's are over with yesterday."""
    rows = Alert.objects.filter(fair=fair_id, day=day, cleared_at=None)
    return {alert.level: alert for alert in rows}


def hall_of(fair: Fair, day: date) -> Hall:
    inside = count_inside(fair.pk, day)
    levels = open_alerts(fair.pk, day)
    held = rules.HELD in levels
    return Hall(
        occupancy=inside,
        capacity=fair.approved_capacity,
        held=held,
        must_leave=rules.must_leave(occupancy=inside, capacity=fair.approved_capacity, held=held),
        level=max(levels, default=0),
    )


def is_entry_held(fair_id: int, day: date) -> bool:
    return Alert.objects.filter(fair=fair_id, day=day, level=rules.HELD, cleared_at=None).exists()


def last_passage_of(
    entry_pass: Pass, day: date, *, until: datetime, but: int | None = None
) -> Passage | None:
    """The person's latest of the day up to `until`, one left out; at one instant out is the later."""
    rows = Passage.objects.filter(entry_pass=entry_pass, day=day, undone_at=None, scanned_at__lte=until)
    if but is not None:
        rows = rows.exclude(pk=but)
    return rows.select_related("gate").order_by("-scanned_at", "-direction", "-pk").first()


def list_gates(fair: Fair) -> list[Gate]:
    return list(Gate.objects.filter(fair=fair).order_by("rank", "pk"))


def figures_by_gate(fair: Fair, day: date) -> list[GateFigures]:
    """What went through each gate, twice scanned or not; one query."""
    today = Q(passages__day=day, passages__undone_at=None)
    gates = Gate.objects.filter(fair=fair).annotate(
        came_in=Count("passages", filter=today & Q(passages__direction=IN)),
        went_out=Count("passages", filter=today & Q(passages__direction=OUT)),
    )
    return [GateFigures(gate, gate.came_in, gate.went_out) for gate in gates.order_by("rank", "pk")]


def count_by_role(fair: Fair, day: date) -> dict[str, int]:
    """Different people who came in, and walk-ins; a person twice in is one."""
    came = Passage.objects.filter(fair=fair, day=day, undone_at=None, direction=IN)
    persons = (
        came.filter(entry_pass__isnull=False).values("role").annotate(n=Count("entry_pass", distinct=True))
    )
    figures = {str(row["role"]): int(row["n"]) for row in persons}
    figures[Role.WALK_IN] = figures.get(Role.WALK_IN, 0) + came.filter(entry_pass=None).count()
    return figures


def count_unverified(fair: Fair, day: date) -> int:
    """Let through by a device without network, whose pass then turned out not to be good."""
    rows = Passage.objects.filter(fair=fair, day=day, undone_at=None, decided_by_device=True)
    return rows.exclude(verdict__in=rules.PASSES).count()


def list_alerts(fair: Fair, day: date) -> list[Alert]:
    return list(Alert.objects.filter(fair=fair, day=day).order_by("-raised_at", "-pk"))


def list_recounts(fair: Fair, day: date) -> list[Recount]:
    return list(Recount.objects.filter(fair=fair, day=day).select_related("by").order_by("at", "pk"))


def list_days(fair: Fair) -> list[date]:
    """Days with passages, the newest first."""
    return list(Passage.objects.filter(fair=fair).order_by("-day").values_list("day", flat=True).distinct())


def minutes_of(fair: Fair, day: date) -> list[Minute]:
    """The day by minute, those in which nobody passed left out; two queries."""
    rows = Passage.objects.filter(fair=fair, day=day, undone_at=None)
    steps = [
        rules.Step(at, direction, person or 0)
        for at, direction, person in rows.values_list("scanned_at", "direction", "entry_pass")
    ]
    return _by_minute(rules.effects(steps), list_recounts(fair, day))


def _by_minute(changes: Sequence[tuple[rules.Step, int]], recounts: Sequence[Recount]) -> list[Minute]:
    waiting = list(recounts)
    minutes: dict[datetime, list[int]] = {}
    inside = 0
    for step, change in changes:
        while waiting and waiting[0].at < step.at:
            inside = _note_recount(minutes, waiting.pop(0))
        inside += change
        row = minutes.setdefault(step.at.replace(second=0, microsecond=0), [0, 0, 0])
        row[0 if step.direction == IN else 1] += 1
        row[2] = max(0, inside)
    for recount in waiting:
        _note_recount(minutes, recount)
    return [Minute(at, *row) for at, row in sorted(minutes.items())]


def _note_recount(minutes: dict[datetime, list[int]], recount: Recount) -> int:
    row = minutes.setdefault(recount.at.replace(second=0, microsecond=0), [0, 0, 0])
    row[2] = recount.counted
    return recount.counted


# What a phone brings in


def passages_by_scan(fair: Fair, scan_ids: Collection[str]) -> dict[str, Passage]:
    rows = Passage.objects.filter(fair=fair, scan_id__in=list(scan_ids))
    rows = rows.select_related("gate", "entry_pass__user")
    return {passage.scan_id: passage for passage in rows}


def clerks_among(user_ids: Collection[int], fair: Fair) -> set[int]:
    offices = FairStaff.objects.filter(fair=fair, user__in=list(user_ids), role__in=FairStaff.AT_DOORS)
    return set(offices.values_list("user_id", flat=True))


# What is over


def list_fairs_to_forget(now: datetime) -> list[Fair]:
    """Over for long enough, with somebody still named at its doors."""
    named = Pass.objects.filter(fair=OuterRef("pk"), user__isnull=False)
    minded = Passage.objects.filter(fair=OuterRef("pk"), by__isnull=False)
    over = Fair.objects.filter(closes_at__lt=now - rules.FORGET_AFTER)
    return list(over.filter(Exists(named) | Exists(minded)).order_by("pk")[:10])


def list_fairs_to_clear(now: datetime) -> list[Fair]:
    """Over for so long that nothing is to be borne out any more."""
    over = Fair.objects.filter(closes_at__lt=now - rules.REMOVE_AFTER)
    return list(over.filter(Exists(Passage.objects.filter(fair=OuterRef("pk")))).order_by("pk")[:10])


def list_organisers(fair_id: int) -> list[int]:
    office = FairStaff.objects.filter(fair=fair_id, role=FairStaff.Role.ORGANISER, user__is_active=True)
    return list(office.order_by("id").values_list("user_id", flat=True))
