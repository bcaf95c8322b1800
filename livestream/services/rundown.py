"""Planning the rundown: which cues, with which positions, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.models import Employer
from jobfair.positions.models import Position
from livestream.events.rooms import RundownChanged
from livestream.models import Cue, CuePosition, LiveSession
from livestream.rules import rooms as rules
from livestream.services.rooms import id_of, lock_session


@dataclass(frozen=True)
class CuePlan:
    """What a cue presents. `title` may be empty where there is an employer."""

    title: str
    employer_id: int | None
    positions: Sequence[int]
    host_id: int | None
    minutes: int
    notes: str


@unit_of_work
def add_cues(*, session: LiveSession, plans: Sequence[CuePlan], by: User | None, now: datetime) -> list[Cue]:
    """At the end of the rundown, all or none. Refused: StateRefused once it is over, RundownFull, what a plan states
    wrongly."""
    held = _open_rundown(session.pk)
    if held.cues.count() + len(plans) > rules.CUES_AT_MOST:
        raise rules.RundownFull
    last = held.cues.aggregate(Max("rank"))["rank__max"]
    first = 0 if last is None else last + 1
    cues = []
    for place, plan in enumerate(plans):
        cue = Cue(session=held, rank=first + place)
        _write(cue, plan)
        _tell(cue, held, "added", by)
        cues.append(cue)
    return cues


@unit_of_work
def correct_cue(*, cue: Cue, plan: CuePlan, by: User | None, now: datetime) -> Cue:
    """One that was on air keeps its employer and positions: refused as CueStarted."""
    held = _open_rundown(cue.session_id)
    now_held = Cue.objects.select_related("employer").get(pk=cue.pk)
    if now_held.state in {Cue.State.ON_AIR, Cue.State.DONE}:
        planned = list(now_held.planned_positions.values_list("position_id", flat=True))
        if (plan.employer_id, list(plan.positions)) != (now_held.employer_id, planned):
            raise rules.CueStarted
    _write(now_held, plan)
    _tell(now_held, held, "corrected", by)
    return now_held


@unit_of_work
def remove_cue(*, cue: Cue, by: User | None, now: datetime) -> None:
    """Refused: CueStarted for one that was on air."""
    held = _open_rundown(cue.session_id)
    now_held = Cue.objects.filter(pk=cue.pk).first()
    if now_held is None:
        return
    if now_held.airings.exists():
        raise rules.CueStarted
    _tell(now_held, held, "removed", by)
    now_held.delete()


@unit_of_work
def arrange(*, session: LiveSession, order: Sequence[int], by: User | None, now: datetime) -> list[Cue]:
    """Put the cues in this order. Refused: RundownMoved where `order` is not all of them, each once."""
    held = _open_rundown(session.pk)
    cues = {one.pk: one for one in held.cues.all()}
    if sorted(order) != sorted(cues):
        raise rules.RundownMoved
    moved = []
    for rank, cue_id in enumerate(order):
        if cues[cue_id].rank != rank:
            cues[cue_id].rank = rank
            moved.append(cues[cue_id])
    if moved:
        Cue.objects.bulk_update(moved, ["rank"])
        _tell(moved[0], held, "moved", by)
    return [cues[cue_id] for cue_id in order]


def _open_rundown(session_id: int) -> LiveSession:
    held = lock_session(session_id)
    if held.state in LiveSession.OVER:
        raise rules.StateRefused
    return held


def _write(cue: Cue, plan: CuePlan) -> None:
    session = cue.session
    if plan.host_id is not None and not session.people.filter(pk=plan.host_id).exists():
        raise rules.PeopleMoved
    if not plan.title and plan.employer_id is None:
        raise rules.CueNameless(fields={"title": rules.CueNameless.message})
    employer = _employer(session, plan.employer_id)
    _ensure_offered(session, employer, plan.positions)
    cue.title, cue.employer, cue.host_id = plan.title, employer, plan.host_id
    cue.minutes, cue.notes = plan.minutes, plan.notes
    cue.save()
    planned = list(cue.planned_positions.values_list("position_id", flat=True))
    if planned != list(plan.positions):
        cue.planned_positions.all().delete()
        CuePosition.objects.bulk_create(
            CuePosition(cue=cue, position_id=pk, rank=rank) for rank, pk in enumerate(plan.positions)
        )


def _employer(session: LiveSession, employer_id: int | None) -> Employer | None:
    if employer_id is None:
        return None
    found = Employer.objects.filter(pk=employer_id, participations__fair=session.room.fair_id).first()
    if found is None:
        raise rules.EmployerForeign(fields={"employer_id": rules.EmployerForeign.message})
    return found


def _ensure_offered(session: LiveSession, employer: Employer | None, positions: Sequence[int]) -> None:
    offered = Position.objects.filter(
        Q(was_public=True) | Q(state=Position.State.PUBLISHED),
        pk__in=positions,
        employer=employer,
        fair=session.room.fair_id,
    )
    if len(set(positions)) != len(positions) or offered.count() != len(positions):
        raise rules.PositionsForeign(fields={"positions": rules.PositionsForeign.message})


def _tell(cue: Cue, session: LiveSession, what: str, by: User | None) -> None:
    emit(
        RundownChanged(session_id=session.pk, room_id=session.room_id, cue_id=cue.pk, what=what, by=id_of(by))
    )
