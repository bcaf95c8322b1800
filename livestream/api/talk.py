"""A room's chat by HTTP: older lines for anyone, and everything that keeps order for moderators."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Router

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.core import clock
from jobfair.core.schemas import DoneOut
from livestream import filtering
from livestream.access import rooms as access
from livestream.access import talk as talk_access
from livestream.api.replies import OWN, READ, WRITE
from livestream.queries import talk as queries
from livestream.schemas.talk import (
    FilterWordsIn,
    FilterWordsOut,
    Id,
    LinesPage,
    LiveLineOut,
    LiveTalkStateOut,
    PinLineIn,
    SetTalkIn,
    SettleHeldIn,
    SilenceIn,
)
from livestream.services import talk as services

router = Router(tags=["livestream"])
REPLAYED = timedelta(minutes=5)  # of chat in one read


@router.get("/rooms/{room_id}/lines", response={200: LinesPage, **READ})
def list_lines(request: HttpRequest, room_id: int, cursor: Id | None = None) -> Any:
    """Older ones, the newest first, 50 at a time."""
    lines = queries.lines_before(access.room_for_anyone(room_id).pk, cursor)
    return LinesPage(
        items=[LiveLineOut.of(line) for line in lines],
        next=lines[-1].pk if len(lines) == queries.NEWEST else None,
    )


@router.get("/rooms/{room_id}/lines-at", response={200: list[LiveLineOut], **READ})
def list_lines_at(request: HttpRequest, room_id: int, session_id: Id, since: datetime) -> Any:
    """Five minutes of a broadcast's chat from `since` on, for its replay."""
    access.room_for_anyone(room_id)
    since = since if since.tzinfo else since.replace(tzinfo=clock.SHANGHAI)
    lines = queries.lines_between(room_id, session_id, since, until=since + REPLAYED)
    return [LiveLineOut.of(line) for line in lines]


@router.post("/rooms/{room_id}/talk", response={200: LiveTalkStateOut, **WRITE})
def set_talk(request: HttpRequest, room_id: int, body: SetTalkIn, key: IdempotencyKey) -> Any:
    """Slow mode, and whether anyone but hosts may speak."""
    by = signed_in(request)
    room = access.room_for_moderator(by, room_id)

    def do() -> LiveTalkStateOut:
        talk = services.set_talk(
            room=room, slow_seconds=body.slow_seconds, closed=body.closed, by=by, now=clock.now()
        )
        return LiveTalkStateOut.of(talk)

    return durable(request, f"livestream.set_talk:{room_id}", key, body, do)


@router.post("/rooms/{room_id}/pinned-line", response={200: LiveTalkStateOut, **WRITE})
def pin_line(request: HttpRequest, room_id: int, body: PinLineIn, key: IdempotencyKey) -> Any:
    by = signed_in(request)
    room = access.room_for_moderator(by, room_id)
    line = talk_access.line_for_moderator(by, body.line_id) if body.line_id is not None else None
    return durable(
        request,
        f"livestream.pin_line:{room_id}",
        key,
        body,
        lambda: LiveTalkStateOut.of(services.pin(room=room, line=line, by=by, now=clock.now())),
    )


@router.post("/live-lines/{line_id}/delete", response={200: DoneOut, **WRITE})
def delete_line(request: HttpRequest, line_id: int, key: IdempotencyKey) -> Any:
    """Off every screen."""
    by = signed_in(request)
    line = talk_access.line_for_moderator(by, line_id)

    def do() -> DoneOut:
        services.delete_line(line=line, by=by, now=clock.now())
        return DoneOut()

    return durable(request, f"livestream.delete_line:{line_id}", key, None, do)


@router.post("/live-lines/{line_id}/settle", response={200: DoneOut, **WRITE})
def settle_held_line(request: HttpRequest, line_id: int, body: SettleHeldIn, key: IdempotencyKey) -> Any:
    """Let a held line through, or not."""
    by = signed_in(request)
    line = talk_access.line_for_moderator(by, line_id)

    def do() -> DoneOut:
        services.settle_held(line=line, show=body.show, by=by, now=clock.now())
        return DoneOut()

    return durable(request, f"livestream.settle_held:{line_id}", key, body, do)


@router.post("/live-lines/{line_id}/silence", response={200: DoneOut, **WRITE})
def silence_speaker(request: HttpRequest, line_id: int, body: SilenceIn, key: IdempotencyKey) -> Any:
    """Mute whoever said it in this room, or ban them from all rooms of the fair."""
    by = signed_in(request)
    line = talk_access.line_for_moderator(by, line_id)

    def do() -> DoneOut:
        services.silence(
            line=line,
            minutes=body.minutes,
            reason=body.reason,
            delete_lines=body.delete_lines,
            by=by,
            now=clock.now(),
        )
        return DoneOut()

    return durable(request, f"livestream.silence:{line_id}", key, body, do)


@router.post("/rooms/{room_id}/sanctions/{sanction_id}/lift", response={200: DoneOut, **WRITE})
def lift_sanction(request: HttpRequest, room_id: int, sanction_id: int, key: IdempotencyKey) -> Any:
    by = signed_in(request)
    room = access.room_for_moderator(by, room_id)
    sanction = talk_access.sanction_in(room, sanction_id)

    def do() -> DoneOut:
        services.free(sanction=sanction, room=room, by=by, now=clock.now())
        return DoneOut()

    return durable(request, f"livestream.lift_sanction:{sanction_id}", key, None, do)


@router.get("/rooms/{room_id}/filter-words", response={200: FilterWordsOut, **OWN})
def get_filter_words(request: HttpRequest, room_id: int) -> Any:
    room = access.room_for_moderator(signed_in(request), room_id)
    return FilterWordsOut(words=queries.list_words(room.fair_id), suggested=list(filtering.SUGGESTED))


@router.post("/rooms/{room_id}/filter-words", response={200: FilterWordsOut, **WRITE})
def set_filter_words(request: HttpRequest, room_id: int, body: FilterWordsIn, key: IdempotencyKey) -> Any:
    """The whole list, for all rooms of the fair."""
    by = signed_in(request)
    room = access.room_for_moderator(by, room_id)

    def do() -> FilterWordsOut:
        words = services.set_words(fair=room.fair, words=body.words, by=by, now=clock.now())
        return FilterWordsOut(words=words, suggested=list(filtering.SUGGESTED))

    return durable(request, f"livestream.set_filter_words:{room_id}", key, body, do)
