"""A talk by video: opened, sat down to, spoken in, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booths import conversations
from booths import services as booths
from booths.models import Ticket
from booths.services.moving import lock_booth, lock_ticket
from jobfair.accounts.models import User
from jobfair.chat.services import open_conversation
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.interviews import rules
from jobfair.interviews.events import (
    SignalSent,
    TalkEnded,
    TalkEntered,
    TalkHandedOver,
    TalkLeft,
    TalkOpened,
)
from jobfair.interviews.models import Booking, Signal, VideoTalk

Because, Side = VideoTalk.Because, VideoTalk.Side


@dataclass(frozen=True)
class Said:
    """One signal, as its page made it in the round it knew."""

    cid: str
    page: str
    round: int
    description: dict[str, Any] | None
    candidates: Sequence[dict[str, Any]]


@unit_of_work
def open_for_ticket(*, ticket: Ticket, side: str, by: User, now: datetime, take: bool = False) -> VideoTalk:
    """The talk of an online ticket that was called: the one there is, or a new one. A seeker who comes has arrived.

    `take`: a recruiter has it from a colleague. Refused: NotOnline, NotCalled, TalkOver, PhoneNeeded,
    HeldByColleague.
    """
    ticket = lock_ticket(ticket)
    rules.ensure_by_video(ticket)
    if side == Side.SEEKER:
        rules.ensure_may_be_seen(by)
        if ticket.state == Ticket.State.CALLED:
            booths.arrive(ticket=ticket, by=by, now=now)
    talk = VideoTalk.objects.select_for_update(no_key=True).filter(ticket=ticket).first()
    talk = talk or VideoTalk(ticket=ticket, booth_id=ticket.booth_id, opened_at=now)
    return _open(talk, seeker_id=ticket.seeker_id, side=side, by=by, now=now, take=take)


@unit_of_work
def open_for_booking(
    *, booking: Booking, side: str, by: User, now: datetime, take: bool = False
) -> VideoTalk:
    """The talk of a booked slot, from ten minutes before its time. Refused: TooEarly, BookingOver, TalkOver, and
    what `open_for_ticket` refuses."""
    booking = (
        Booking.objects.select_for_update(no_key=True, of=("self",)).select_related("slot").get(pk=booking.pk)
    )
    rules.ensure_its_time(booking, now)
    if side == Side.SEEKER:
        rules.ensure_may_be_seen(by)
    talk = VideoTalk.objects.select_for_update(no_key=True).filter(booking=booking).first()
    if talk is not None and talk.because in {Because.FINISHED, Because.OVER}:
        raise rules.TalkOver
    talk = talk or VideoTalk(booking=booking, booth_id=booking.booth_id, opened_at=now)
    talk.closes_at = rules.closes_at(booking.slot)
    return _open(talk, seeker_id=booking.seeker_id, side=side, by=by, now=now, take=take)


def _open(talk: VideoTalk, *, seeker_id: int, side: str, by: User, now: datetime, take: bool) -> VideoTalk:
    is_new = talk._state.adding or talk.ended_at is not None
    talk.seeker_id, talk.ended_at, talk.because = seeker_id, None, Because.NOTHING
    was = _seat(talk, by, take=take) if side == Side.RECRUITER else None
    talk.save()
    if side == Side.SEEKER:  # what there is to fall back to
        talking = open_conversation(topic=conversations.topic_of(talk.booth_id), seeker=by, now=now)
        is_new = is_new or talking.opened_at == now
    if is_new:
        emit(TalkOpened(**about(talk), by=by.pk))
    if was is not None:
        emit(TalkHandedOver(**about(talk), was=was, by=by.pk))
    return talk


def _seat(talk: VideoTalk, by: User, *, take: bool) -> int | None:
    """Have `by` be its recruiter; returns who was."""
    was = talk.recruiter_id
    if was == by.pk:
        return None
    if was is not None and talk.recruiter_here and not take:
        raise rules.HeldByColleague
    talk.recruiter, talk.recruiter_page, talk.recruiter_here = by, "", False
    return was


@unit_of_work
def enter_talk(*, talk: VideoTalk, side: str, page: str, by: User, now: datetime) -> VideoTalk:
    """Sit down with one page: whichever had the seat loses it, and both sides begin anew.

    With both here the interview of a ticket begins. Refused: TalkOver.
    """
    if talk.ticket_id is not None:
        lock_booth(talk.booth_id)
    talk = _lock(talk)
    rules.ensure_open(talk)
    talk.round += 1
    if side == Side.SEEKER:
        talk.seeker_page, talk.seeker_here = page, True
    else:
        talk.recruiter_page, talk.recruiter_here = page, True
    talk.save()
    Signal.objects.filter(talk=talk).delete()
    emit(TalkEntered(**about(talk), side=side, round=talk.round, by=by.pk))
    _begin(talk, now)
    return talk


def _begin(talk: VideoTalk, now: datetime) -> None:
    if talk.ticket_id is None or talk.recruiter is None or not (talk.seeker_here and talk.recruiter_here):
        return
    ticket = Ticket.objects.select_related("booth").get(pk=talk.ticket_id)
    if ticket.state == Ticket.State.ARRIVED:
        booths.start_interview(ticket=ticket, by=talk.recruiter, now=now)


@unit_of_work
def leave_talk(*, talk: VideoTalk, side: str, page: str, by: User) -> VideoTalk:
    """A page gets up, if it still had the seat; the talk goes on."""
    talk = _lock(talk)
    if talk.ended_at is not None or talk.page_of(side) != page:
        return talk
    if side == Side.SEEKER:
        talk.seeker_here = False
    else:
        talk.recruiter_here = False
    talk.save()
    emit(TalkLeft(**about(talk), side=side, by=by.pk))
    return talk


@unit_of_work
def send_signal(*, talk: VideoTalk, side: str, said: Said, by: User, now: datetime) -> Signal:
    """Pass a description or candidates on to the other page. The same `cid` again is the same signal.

    Refused: TalkOver, SeatTaken, OldRound, RoundFull.
    """
    talk = _lock(talk)
    known = Signal.objects.filter(talk=talk, side=side, cid=said.cid).first()
    if known is not None:
        return known
    rules.ensure_speaks(talk, side, page=said.page, in_round=said.round)
    if Signal.objects.filter(talk=talk).count() >= rules.SIGNALS_MOST:
        raise rules.RoundFull
    signal = Signal.objects.create(
        talk=talk,
        round=said.round,
        side=side,
        cid=said.cid,
        description=said.description,
        candidates=list(said.candidates),
        at=now,
    )
    emit(SignalSent(**about(talk), signal_id=signal.pk, by=by.pk))
    return signal


@unit_of_work
def end_talk(*, talk: VideoTalk, by: User, now: datetime) -> VideoTalk:
    """The recruiter ends a booked talk; a ticket's ends with its interview. Refused: FinishAtDesk."""
    if talk.ticket_id is not None:
        raise rules.FinishAtDesk
    return _end(_lock(talk), Because.FINISHED, by.pk, now)


@unit_of_work
def end_talk_of_ticket(*, ticket_id: int, is_done: bool, by: int | None, now: datetime) -> None:
    """The booth is locked: its ticket is over, or waits again."""
    talk = VideoTalk.objects.select_for_update(no_key=True).filter(ticket=ticket_id).first()
    if talk is not None:
        _end(talk, Because.FINISHED if is_done else Because.LINE, by, now)


@unit_of_work
def end_talk_of_booking(*, booking_id: int, by: int | None, now: datetime) -> None:
    """The booking is locked, and was cancelled or moved."""
    talk = VideoTalk.objects.select_for_update(no_key=True).filter(booking=booking_id).first()
    if talk is not None:
        _end(talk, Because.CANCELLED, by, now)


@unit_of_work
def end_overdue_talk(*, talk: VideoTalk, now: datetime) -> bool:
    """A booked talk whose time is over; False when it has ended or was moved meanwhile."""
    talk = _lock(talk)
    if talk.ended_at is not None or talk.closes_at is None or talk.closes_at > now:
        return False
    _end(talk, Because.OVER, None, now)
    return True


@unit_of_work
def reopen_talk(*, ticket_id: int, by: int | None) -> None:
    """A finish was undone: the talk is on again, and its pages may come back."""
    talk = VideoTalk.objects.select_for_update(no_key=True).filter(ticket=ticket_id).first()
    if talk is not None and talk.ended_at is not None:
        talk.ended_at, talk.because = None, Because.NOTHING
        talk.save()
        emit(TalkOpened(**about(talk), by=by))


def about(talk: VideoTalk) -> dict[str, int]:
    return {"talk_id": talk.pk, "booth_id": talk.booth_id, "seeker_id": talk.seeker_id}


def _lock(talk: VideoTalk) -> VideoTalk:
    rows = VideoTalk.objects.select_for_update(no_key=True, of=("self",)).select_related("recruiter")
    return rows.get(pk=talk.pk)


def _end(talk: VideoTalk, because: str, by: int | None, now: datetime) -> VideoTalk:
    if talk.ended_at is not None:
        return talk
    talk.ended_at, talk.because = now, because
    talk.seeker_here = talk.recruiter_here = False
    talk.save()
    Signal.objects.filter(talk=talk).delete()
    emit(TalkEnded(**about(talk), because=because, by=by))
    return talk
