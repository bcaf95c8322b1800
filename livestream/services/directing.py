"""Running a broadcast: going live, interruption, the end, and which cue is on air."""

from __future__ import annotations

from datetime import datetime

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from livestream.events.rooms import CueOffAir, CueOnAir, CueSkipped, SessionStateChanged
from livestream.models import Airing, Cue, LiveSession, PinnedPosition, Room
from livestream.postings import posting_of
from livestream.rules import rooms as rules
from livestream.services.rooms import id_of, lock_session

State = LiveSession.State
Order = Cue.State


@unit_of_work
def go_live(*, session: LiveSession, by: User | None, now: datetime) -> LiveSession:
    """The broadcast begins. Refused: StateRefused, FairOver, NobodyNamed, OtherBroadcast."""
    Room.objects.select_for_update(no_key=True).get(pk=session.room_id)
    held = lock_session(session.pk)
    rules.ensure_may_become(held, State.LIVE)
    if held.room.fair.state in {Fair.State.CLOSED, Fair.State.ARCHIVED}:
        raise rules.FairOver
    rules.ensure_named(list(held.people.all()))
    if LiveSession.objects.filter(room=held.room_id, state__in=LiveSession.ON).exclude(pk=held.pk).exists():
        raise rules.OtherBroadcast
    held.live_at = held.live_at or now
    return _become(held, State.LIVE, by)


@unit_of_work
def interrupt(*, session: LiveSession, by: User | None, now: datetime) -> LiveSession:
    """The picture is gone; card, chat and applications stay. Again, or when it is not live, changes nothing."""
    held = lock_session(session.pk)
    if held.state != State.LIVE:
        return held
    held.interrupted_at = now
    return _become(held, State.INTERRUPTED, by)


@unit_of_work
def resume(*, session: LiveSession, by: User | None, now: datetime) -> LiveSession:
    """The picture is back. When it is not interrupted, changes nothing."""
    held = lock_session(session.pk)
    if held.state != State.INTERRUPTED:
        return held
    held.interrupted_at = None
    return _become(held, State.LIVE, by)


@unit_of_work
def end(*, session: LiveSession, by: User | None, now: datetime) -> LiveSession:
    """The broadcast is over; the card leaves the screen. Refused: StateRefused."""
    held = lock_session(session.pk)
    rules.ensure_may_become(held, State.ENDED)
    _take_off(held, Order.DONE, by, now)
    held.ended_at, held.interrupted_at = now, None
    return _become(held, State.ENDED, by)


@unit_of_work
def publish(*, session: LiveSession, by: User | None, now: datetime) -> LiveSession:
    """Let it be watched again, with a chapter per cue. Refused: StateRefused."""
    held = lock_session(session.pk)
    rules.ensure_may_become(held, State.PUBLISHED)
    held.published_at = now
    return _become(held, State.PUBLISHED, by)


@unit_of_work
def take_back_replay(*, session: LiveSession, by: User | None, now: datetime) -> LiveSession:
    """Nobody watches it again until it is published anew. Refused: StateRefused."""
    held = lock_session(session.pk)
    if held.state != State.PUBLISHED:
        raise rules.StateRefused
    held.published_at = None
    return _become(held, State.ENDED, by)


@unit_of_work
def next_cue(*, session: LiveSession, seen: int | None, by: User | None, now: datetime) -> Cue:
    """Put the next cue on air. `seen` is the cue the director saw there: refused as CueMoved if it is another now.

    Refused: NotOnAir before the broadcast began or after its end; RundownOver.
    """
    held = _running(session.pk, seen)
    current = held.cues.filter(state=Order.ON_AIR).first()
    coming = rules.next_cue(held.cues.all(), current)
    _take_off(held, Order.DONE, by, now)
    return _put_on(held, coming, by, now)


@unit_of_work
def previous_cue(*, session: LiveSession, seen: int | None, by: User | None, now: datetime) -> Cue:
    """Bring back the one that was on air before; the one that leaves comes next again. Refused: NothingBefore."""
    held = _running(session.pk, seen)
    before = held.airings.filter(cue__state=Order.DONE).order_by("-pk").select_related("cue").first()
    if before is None:
        raise rules.NothingBefore
    _take_off(held, Order.PLANNED, by, now)
    return _put_on(held, before.cue, by, now)


@unit_of_work
def jump_to(*, cue: Cue, seen: int | None, by: User | None, now: datetime) -> Cue:
    """Put this very cue on air; if it is there already, its postings are read anew."""
    held = _running(cue.session_id, seen)
    _take_off(held, Order.DONE, by, now)
    return _put_on(held, Cue.objects.get(pk=cue.pk), by, now)


@unit_of_work
def clear_card(*, session: LiveSession, seen: int | None, by: User | None, now: datetime) -> LiveSession:
    """Nothing is on air for a while: a break, or a talk about no employer."""
    held = _running(session.pk, seen)
    _take_off(held, Order.DONE, by, now)
    return held


@unit_of_work
def skip(*, cue: Cue, by: User | None, now: datetime) -> Cue:
    """Leave out a cue that has not been on air; skipping it again brings it back. Refused: CueStarted."""
    held = lock_session(cue.session_id)
    if held.state in LiveSession.OVER:
        raise rules.StateRefused
    row = Cue.objects.get(pk=cue.pk)
    if row.state not in {Order.PLANNED, Order.SKIPPED}:
        raise rules.CueStarted
    row.state = Order.PLANNED if row.state == Order.SKIPPED else Order.SKIPPED
    row.save(update_fields=["state"])
    emit(CueSkipped(session_id=held.pk, room_id=held.room_id, cue_id=row.pk, by=id_of(by)))
    return row


def _running(session_id: int, seen: int | None) -> LiveSession:
    held = lock_session(session_id)
    if held.state not in LiveSession.ON:
        raise rules.NotOnAir
    on_air = held.cues.filter(state=Order.ON_AIR).values_list("pk", flat=True).first()
    if on_air != seen:
        raise rules.CueMoved
    return held


def _become(session: LiveSession, state: State, by: User | None) -> LiveSession:
    was, session.state = session.state, state
    session.save(update_fields=["state", "live_at", "interrupted_at", "ended_at", "published_at"])
    emit(
        SessionStateChanged(
            session_id=session.pk, room_id=session.room_id, was=was, became=state, by=id_of(by)
        )
    )
    return session


def _take_off(session: LiveSession, to: Order, by: User | None, now: datetime) -> None:
    airing = session.airings.filter(ended_at=None).select_related("cue").first()
    if airing is None:
        return
    airing.ended_at = max(now, airing.started_at)
    airing.save(update_fields=["ended_at"])
    Cue.objects.filter(pk=airing.cue_id).update(state=to)
    emit(
        CueOffAir(
            session_id=session.pk,
            room_id=session.room_id,
            cue_id=airing.cue_id,
            airing_id=airing.pk,
            by=id_of(by),
        )
    )


def _put_on(session: LiveSession, cue: Cue, by: User | None, now: datetime) -> Cue:
    cue.state = Order.ON_AIR
    cue.save(update_fields=["state"])
    airing = Airing.objects.create(session=session, cue=cue, started_at=now)
    planned = cue.planned_positions.select_related("position__employer").filter(
        position__state=Position.State.PUBLISHED
    )
    pinned = [
        PinnedPosition(
            airing=airing,
            position=one.position,
            rank=one.rank,
            revision=one.position.revision,
            posting=posting_of(one.position),
            pinned_at=now,
        )
        for one in planned
    ]
    PinnedPosition.objects.bulk_create(pinned)
    emit(
        CueOnAir(
            session_id=session.pk,
            room_id=session.room_id,
            cue_id=cue.pk,
            airing_id=airing.pk,
            pinned=tuple(one.position_id for one in pinned),
            by=id_of(by),
        )
    )
    return cue
