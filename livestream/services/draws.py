"""Draws: prepared, opened under a commitment, entered, drawn once, put away.

Locks: room, session, draw, as far as an act needs them. Entering takes the draw's alone, once for all that came
together; so the list that is drawn from holds everyone who was told a number, and nobody else.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from jobfair.accounts.models import User
from jobfair.accounts.rules import mask_name
from jobfair.core import jobs
from jobfair.core import rows as plain
from jobfair.core.errors import DomainError, NotFound
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.fairs.models import Fair
from livestream import drawing
from livestream.events.draws import (
    DrawCancelled,
    DrawDrawn,
    DrawEvent,
    DrawOpened,
    DrawPrepared,
    DrawPutAway,
    DrawRemoved,
)
from livestream.models import DrawEntry, LiveSession, LuckyDraw, Room
from livestream.queries import draws as queries
from livestream.rules import draws as rules
from livestream.rules.polls import NoBroadcast, ensure_person, one_line

State = LuckyDraw.State
Outcome = DrawEntry | DomainError
TELL_WINNERS = "livestream.tell_winners"


@dataclass(frozen=True)
class Wish:
    """To take part, as it came; `cid` was made at random by the person's own page."""

    user_id: int | None
    draw_id: int
    cid: str


@unit_of_work
def enter_many(*, wishes: Sequence[Wish], now: datetime) -> list[Outcome]:
    """Enter who came together; the entry, or a refusal, for each in order. A person's first entry is the only one.

    Refused: NotFound, PhoneNeeded, StaffMayNotEnter; DrawOver, but for who is in already.
    """
    outcomes: dict[Wish, Outcome] = {}
    for draw_id in sorted({one.draw_id for one in wishes}):
        outcomes |= _enter(draw_id, [one for one in wishes if one.draw_id == draw_id], now)
    return [outcomes[one] for one in wishes]


def _enter(draw_id: int, wishes: Sequence[Wish], now: datetime) -> dict[Wish, Outcome]:
    rows = LuckyDraw.objects.select_for_update(no_key=True, of=("self",)).select_related("room")
    rows = rows.exclude(room__fair__state=Fair.State.DRAFT).exclude(
        state__in=[State.PREPARED, State.CANCELLED]
    )
    draw = rows.filter(pk=draw_id).first()
    if draw is None:
        return {one: NotFound() for one in wishes}
    people = User.objects.in_bulk({one.user_id for one in wishes if one.user_id is not None})
    entered = {row.user_id: row for row in DrawEntry.objects.filter(draw=draw, user__in=people)}
    staff = queries.staff_among(people, draw.room.fair_id)
    number = DrawEntry.objects.filter(draw=draw).count()
    fresh: list[DrawEntry] = []
    outcomes: dict[Wish, Outcome] = {}
    for one in wishes:
        try:
            person = ensure_person(people.get(one.user_id or 0))
            if person.pk not in entered:
                _ensure_may_enter(draw, is_staff=person.pk in staff)
                entered[person.pk] = DrawEntry(
                    draw=draw, user=person, number=number + len(fresh) + 1, at=now,
                    ticket=rules.ticket_of(draw.pk, one.cid), name=mask_name(person.display_name)[:20],
                )  # fmt: skip
                fresh.append(entered[person.pk])
            outcomes[one] = entered[person.pk]
        except DomainError as refusal:
            outcomes[one] = refusal
    plain.insert(fresh)
    return outcomes


def _ensure_may_enter(draw: LuckyDraw, *, is_staff: bool) -> None:
    if draw.state != State.OPEN:
        raise rules.DrawOver
    if is_staff:
        raise rules.StaffMayNotEnter


@unit_of_work
def prepare_draw(*, room: Room, prize: str, winners: int, by: User, now: datetime) -> LuckyDraw:
    """Write one down; nobody sees it yet. Refused: chat.Empty, TooManyDraws."""
    prize = one_line(prize)
    _lock_room(room.pk)
    if LuckyDraw.objects.filter(room=room, state=State.PREPARED).count() >= rules.PREPARED_AT_MOST:
        raise rules.TooManyDraws
    draw = LuckyDraw.objects.create(room=room, prize=prize, winners=winners, made_by=by, made_at=now)
    _tell(DrawPrepared, draw, by)
    return draw


@unit_of_work
def remove_draw(*, draw: LuckyDraw, by: User, now: datetime) -> None:
    """Refused: DrawMoved once it was opened."""
    draw = _lock(draw)
    if draw.state != State.PREPARED:
        raise rules.DrawMoved
    _tell(DrawRemoved, draw, by)
    draw.delete()


@unit_of_work
def open_draw(*, draw: LuckyDraw, by: User, now: datetime) -> LuckyDraw:
    """Make the seed, show its digest, let people in. Opening it twice is once; what was drawn before makes room.

    Refused: DrawMoved, OtherDraw while another waits to be drawn, NoBroadcast.
    """
    _lock_room(draw.room_id)
    on = LiveSession.objects.filter(room=draw.room_id, state__in=LiveSession.ON)
    session = on.select_for_update(no_key=True).first()
    draw = _lock(draw)
    if draw.state == State.OPEN:
        return draw
    if draw.state != State.PREPARED:
        raise rules.DrawMoved
    if session is None:
        raise NoBroadcast
    shown = queries.shown_draw(draw.room_id)
    if shown is not None and shown.state == State.OPEN:
        raise rules.OtherDraw
    if shown is not None:
        put_away_draw(draw=shown, by=by, now=now)
    draw.state, draw.session, draw.opened_at = State.OPEN, session, now
    draw.seed = secrets.token_hex(drawing.SEED_BYTES)
    draw.save(update_fields=["state", "session", "opened_at", "seed"])
    commitment = drawing.commitment_of(draw.seed)
    emit(DrawOpened(draw_id=draw.pk, room_id=draw.room_id, commitment=commitment, by=by.pk))
    return draw


@unit_of_work
def draw_winners(*, draw: LuckyDraw, by: User, now: datetime) -> LuckyDraw:
    """Close the list and draw from it, once: whoever presses later gets the same winners. Refused: DrawMoved,
    NobodyEntered."""
    draw = _lock(draw)
    if draw.state in LuckyDraw.OVER:
        return draw
    if draw.state != State.OPEN:
        raise rules.DrawMoved
    entries = list(DrawEntry.objects.filter(draw=draw).order_by("number"))
    if not entries:
        raise rules.NobodyEntered
    tickets = [one.ticket for one in entries]
    for place, index in enumerate(drawing.draw(draw.seed, tickets, draw.winners), start=1):
        DrawEntry.objects.filter(pk=entries[index].pk).update(place=place)
    draw.state, draw.drawn_at, draw.digest = State.DRAWN, now, drawing.digest_of(tickets)
    draw.save(update_fields=["state", "drawn_at", "digest"])
    emit(DrawDrawn(draw_id=draw.pk, room_id=draw.room_id, entries=len(entries), digest=draw.digest, by=by.pk))
    jobs.schedule(TELL_WINNERS, key=str(draw.pk), payload={"draw": draw.pk}, due_at=now)
    return draw


@unit_of_work
def cancel_draw(*, draw: LuckyDraw, by: User, now: datetime) -> LuckyDraw:
    """Nobody wins; the entries are kept. Refused: DrawMoved once it was drawn."""
    draw = _lock(draw)
    if draw.state not in {State.OPEN, State.CANCELLED}:
        raise rules.DrawMoved
    if draw.state == State.OPEN:
        draw.state = State.CANCELLED
        draw.save(update_fields=["state"])
        _tell(DrawCancelled, draw, by)
    return draw


@unit_of_work
def put_away_draw(*, draw: LuckyDraw, by: User, now: datetime) -> LuckyDraw:
    """Out of the room; its page stays for whoever checks it. Refused: DrawMoved before it is drawn."""
    draw = _lock(draw)
    if draw.state not in LuckyDraw.OVER:
        raise rules.DrawMoved
    if draw.state == State.DRAWN:
        draw.state = State.GONE
        draw.save(update_fields=["state"])
        _tell(DrawPutAway, draw, by)
    return draw


def _tell(fact: Callable[..., DrawEvent], draw: LuckyDraw, by: User) -> None:
    emit(fact(draw_id=draw.pk, room_id=draw.room_id, by=by.pk))


def _lock_room(room_id: int) -> None:
    Room.objects.select_for_update(no_key=True).get(pk=room_id)


def _lock(draw: LuckyDraw) -> LuckyDraw:
    """NotFound where another director has removed it."""
    found = LuckyDraw.objects.select_for_update(no_key=True).filter(pk=draw.pk).first()
    if found is None:
        raise NotFound
    return found
