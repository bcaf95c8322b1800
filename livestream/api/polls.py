"""Polls by HTTP: what a director does, and what one voted oneself. Voting is a command of the socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.core import clock
from jobfair.core.schemas import DoneOut
from livestream.access import rooms as access
from livestream.access.polls import poll_for_director
from livestream.api.replies import OWN, WRITE
from livestream.models import Poll
from livestream.queries import polls as queries
from livestream.schemas.polls import MyVoteOut, PollActIn, PollIn, PollOut
from livestream.services import polls as services

router = Router(tags=["livestream"])
ACTS: dict[str, Callable[..., Poll]] = {
    "open": services.open_poll,
    "close": services.close_poll,
    "put_away": services.put_away_poll,
}


@router.post("/rooms/{room_id}/polls", response={201: PollOut, **WRITE})
def prepare_poll(request: HttpRequest, room_id: int, body: PollIn, key: IdempotencyKey) -> Any:
    """Nobody sees it before it is opened."""
    by = signed_in(request)
    room = access.room_for_director(by, room_id)

    def write() -> PollOut:
        made = services.prepare_poll(room=room, **body.model_dump(), by=by, now=clock.now())
        return _told(made.pk)

    return Status(201, durable(request, f"livestream.prepare_poll:{room_id}", key, body, write))


@router.post("/polls/{poll_id}/act", response={200: PollOut, **WRITE})
def act_on_poll(request: HttpRequest, poll_id: int, body: PollActIn, key: IdempotencyKey) -> Any:
    """Open it, close it, or take its result off the screens."""
    by = signed_in(request)
    poll = poll_for_director(by, poll_id)

    def write() -> PollOut:
        ACTS[body.act](poll=poll, by=by, now=clock.now())
        return _told(poll_id)

    return durable(request, f"livestream.act_on_poll:{poll_id}", key, body, write)


@router.post("/polls/{poll_id}/remove", response={200: DoneOut, **WRITE})
def remove_poll(request: HttpRequest, poll_id: int, key: IdempotencyKey) -> Any:
    """Only one that was never opened."""
    by = signed_in(request)
    poll = poll_for_director(by, poll_id)

    def write() -> DoneOut:
        services.remove_poll(poll=poll, by=by, now=clock.now())
        return DoneOut()

    return durable(request, f"livestream.remove_poll:{poll_id}", key, None, write)


@router.get("/rooms/{room_id}/my-vote", response={200: MyVoteOut, **OWN})
def get_my_vote(request: HttpRequest, room_id: int) -> Any:
    """What one chose in the poll the room shows."""
    user = signed_in(request)
    poll = queries.shown_poll(access.room_for_anyone(room_id).pk)
    if poll is None:
        return MyVoteOut(poll_id=None, choice_id=None)
    return MyVoteOut(poll_id=poll.pk, choice_id=queries.choice_of(poll.pk, user.pk))


def _told(poll_id: int) -> PollOut:
    poll = queries.get_poll(poll_id)
    return PollOut.of(poll, queries.count_votes([poll_id])[poll_id])
