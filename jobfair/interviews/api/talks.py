"""Talks by video. Signals go by the socket; its way round is `POST /api/commands/interviews.send_signal`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.views.decorators.cache import cache_control
from ninja import Router
from ninja.decorators import decorate_view

from jobfair.accounts.access import seeker_of
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.core import clock
from jobfair.core.schemas import ErrorReply
from jobfair.interviews import access, queries, rules, services, showing
from jobfair.interviews.api.replies import OWN, WRITE
from jobfair.interviews.limits import spend_entry, spend_servers
from jobfair.interviews.schemas import (
    EnterTalkIn,
    IceServersOut,
    OpenVideoIn,
    TalkFileOut,
    VideoRoomOut,
    VideoTalkOut,
)

router = Router(tags=["interviews"])


@router.post("/tickets/{ticket_id}/video", response={200: VideoTalkOut, **WRITE})
def open_for_ticket(request: HttpRequest, ticket_id: int, body: OpenVideoIn, key: IdempotencyKey) -> Any:
    """The talk of an online ticket that was called; a seeker who comes has arrived."""
    user = seeker_of(request)
    ticket, side = access.ticket_for_either(user, ticket_id)

    def open_it() -> VideoTalkOut:
        talk = services.open_for_ticket(ticket=ticket, side=side, by=user, now=clock.now(), take=body.take)
        return showing.talk_of(talk.pk)

    return durable(request, f"interviews.open_for_ticket:{ticket_id}", key, body, open_it)


@router.post("/bookings/{booking_id}/video", response={200: VideoTalkOut, **WRITE})
def open_for_booking(request: HttpRequest, booking_id: int, body: OpenVideoIn, key: IdempotencyKey) -> Any:
    """The talk of a booked slot, from ten minutes before its time."""
    user = seeker_of(request)
    booking, side = access.booking_for_either(user, booking_id)

    def open_it() -> VideoTalkOut:
        talk = services.open_for_booking(booking=booking, side=side, by=user, now=clock.now(), take=body.take)
        return showing.talk_of(talk.pk)

    return durable(request, f"interviews.open_for_booking:{booking_id}", key, body, open_it)


@router.get("/talks/{talk_id}", response={200: VideoRoomOut, **OWN})
@decorate_view(cache_control(no_store=True))
def get_talk(request: HttpRequest, talk_id: int) -> Any:
    """One's own, also once it is over: then it says why."""
    return showing.room_of(access.seat_in(seeker_of(request), talk_id))


@router.get("/talks/{talk_id}/file", response={200: TalkFileOut, **OWN})
@decorate_view(cache_control(no_store=True))
def get_file(request: HttpRequest, talk_id: int) -> Any:
    """What the seeker handed in to this employer, to have beside the talk; opening it is the inbox's."""
    seat = access.seat_for_recruiter(seeker_of(request), talk_id)
    return TalkFileOut.of(queries.list_handed_in(seat.talk))


@router.get("/talks/{talk_id}/ice-servers", response={200: IceServersOut, 429: ErrorReply, **OWN})
@decorate_view(cache_control(no_store=True))
def get_ice_servers(request: HttpRequest, talk_id: int) -> Any:
    """Addresses of STUN and TURN, with a password that expires."""
    user, now = seeker_of(request), clock.now()
    seat = access.open_seat_in(user, talk_id)
    spend_servers(user.pk, now)
    config = _ice_config()
    servers = rules.ice_servers(config, who=f"talk-{seat.talk.pk}-{seat.side}", now=now)
    return IceServersOut.of(servers, now + config.lifetime)


@router.post("/talks/{talk_id}/enter", response={200: VideoTalkOut, **WRITE})
def enter_talk(request: HttpRequest, talk_id: int, body: EnterTalkIn, key: IdempotencyKey) -> Any:
    """Sit down with this page; one's other pages are told that they no longer have the seat."""
    user = seeker_of(request)
    seat = access.open_seat_in(user, talk_id)
    spend_entry(user.pk, clock.now())

    def enter() -> VideoTalkOut:
        talk = services.enter_talk(talk=seat.talk, side=seat.side, page=body.page, by=user, now=clock.now())
        return showing.talk_of(talk.pk)

    return durable(request, f"interviews.enter_talk:{talk_id}", key, body, enter)


@router.post("/talks/{talk_id}/end", response={200: VideoTalkOut, **WRITE})
def end_talk(request: HttpRequest, talk_id: int, key: IdempotencyKey) -> Any:
    """The recruiter ends a booked talk."""
    user = seeker_of(request)
    seat = access.seat_for_recruiter(user, talk_id)

    def end() -> VideoTalkOut:
        return showing.talk_of(services.end_talk(talk=seat.talk, by=user, now=clock.now()).pk)

    return durable(request, f"interviews.end_talk:{talk_id}", key, None, end)


def _ice_config() -> rules.IceConfig:
    return rules.IceConfig(
        stun=settings.ICE_STUN,
        turn=settings.ICE_TURN,
        secret=settings.ICE_TURN_SECRET,
        lifetime=timedelta(seconds=settings.ICE_TURN_SECONDS),
    )
