"""Draws by HTTP: what a director does, who won, and all that it takes to check it. Entering is a socket command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.core import clock
from jobfair.core.schemas import DoneOut
from livestream.access import draws as access
from livestream.access.rooms import room_for_anyone, room_for_director
from livestream.api.replies import OWN, READ, WRITE
from livestream.models import LuckyDraw
from livestream.queries import draws as queries
from livestream.schemas.draws import (
    DrawActIn,
    DrawEntriesPage,
    DrawEntryOut,
    DrawIn,
    DrawOut,
    DrawPageOut,
    MyEntryOut,
    WinnerOut,
)
from livestream.services import draws as services

router = Router(tags=["livestream"])
ACTS: dict[str, Callable[..., LuckyDraw]] = {
    "open": services.open_draw,
    "draw": services.draw_winners,
    "cancel": services.cancel_draw,
    "put_away": services.put_away_draw,
}


@router.post("/rooms/{room_id}/draws", response={201: DrawOut, **WRITE})
def prepare_draw(request: HttpRequest, room_id: int, body: DrawIn, key: IdempotencyKey) -> Any:
    """Nobody sees it before it is opened."""
    by = signed_in(request)
    room = room_for_director(by, room_id)

    def write() -> DrawOut:
        made = services.prepare_draw(room=room, **body.model_dump(), by=by, now=clock.now())
        return DrawOut.of(queries.get_draw(made.pk))

    return Status(201, durable(request, f"livestream.prepare_draw:{room_id}", key, body, write))


@router.post("/draws/{draw_id}/act", response={200: DrawOut, **WRITE})
def act_on_draw(request: HttpRequest, draw_id: int, body: DrawActIn, key: IdempotencyKey) -> Any:
    """Let people in, draw, call it off, or take it off the screens."""
    by = signed_in(request)
    draw = access.draw_for_director(by, draw_id)

    def write() -> DrawOut:
        ACTS[body.act](draw=draw, by=by, now=clock.now())
        return DrawOut.of(queries.get_draw(draw_id))

    return durable(request, f"livestream.act_on_draw:{draw_id}", key, body, write)


@router.post("/draws/{draw_id}/remove", response={200: DoneOut, **WRITE})
def remove_draw(request: HttpRequest, draw_id: int, key: IdempotencyKey) -> Any:
    """Only one that was never opened."""
    by = signed_in(request)
    draw = access.draw_for_director(by, draw_id)

    def write() -> DoneOut:
        services.remove_draw(draw=draw, by=by, now=clock.now())
        return DoneOut()

    return durable(request, f"livestream.remove_draw:{draw_id}", key, None, write)


@router.get("/draws/{draw_id}", response={200: DrawPageOut, **READ})
def get_draw(request: HttpRequest, draw_id: int) -> Any:
    """With the seed and the winners once it is drawn."""
    return DrawPageOut.of(queries.get_draw(access.draw_for_anyone(draw_id).pk))


@router.get("/draws/{draw_id}/entries", response={200: DrawEntriesPage, **READ})
def list_entries(
    request: HttpRequest, draw_id: int, cursor: Annotated[int, Field(ge=0, lt=1 << 31)] = 0
) -> Any:
    """The list that was drawn from, in the order of its numbers."""
    entries = queries.entries_after(access.drawn_for_anyone(draw_id).pk, cursor)
    return DrawEntriesPage(
        items=[DrawEntryOut.of(one) for one in entries],
        next=entries[-1].number if len(entries) == queries.ENTRIES_A_PAGE else None,
    )


@router.get("/draws/{draw_id}/winners", response={200: list[WinnerOut], **OWN})
def list_winners(request: HttpRequest, draw_id: int) -> Any:
    """For those who hand out the prizes."""
    draw = access.draw_for_moderator(signed_in(request), draw_id)
    return [WinnerOut.of(one) for one in queries.winners_of(draw.pk)]


@router.get("/rooms/{room_id}/my-entry", response={200: MyEntryOut, **OWN})
def get_my_entry(request: HttpRequest, room_id: int) -> Any:
    """One's number in the draw the room shows."""
    user = signed_in(request)
    draw = queries.shown_draw(room_for_anyone(room_id).pk)
    entry = queries.entry_of(draw.pk, user.pk) if draw else None
    if entry is None:
        return MyEntryOut()
    return MyEntryOut(draw_id=entry.draw_id, number=entry.number, place=entry.place)
