"""A room's poll over the socket: what viewers see, what the studio has prepared, and the command to vote.

A vote is no push: thousands come within seconds. The bars are a gauge (audience.FIGURES); the result goes with the push
that closes the poll.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import DomainError
from jobfair.core.schemas import Schema
from jobfair.core.unit_of_work import emitted
from jobfair.realtime.publisher import announce
from jobfair.realtime.registry import Asked, CommandKind, Registry, TopicKind
from livestream.access import rooms as access
from livestream.events import polls as events
from livestream.models import Poll
from livestream.queries import polls as queries
from livestream.schemas.polls import PollDeskOut, PollOut, RoomPollOut, VoteArgs, VotedOut, counts_out
from livestream.services import polls as services

Pushes = Iterator[tuple[str, str, Schema]]
CHANGED, DESK_CHANGED = "livestream.poll_changed", "livestream.polls_changed"
FACTS: tuple[type[events.PollEvent], ...] = (
    events.PollPrepared,
    events.PollRemoved,
    events.PollOpened,
    events.PollClosed,
    events.PollPutAway,
)
SEEN = (events.PollOpened, events.PollClosed, events.PollPutAway)


def may_watch(viewer: User | None, room_id: int) -> None:
    access.room_for_anyone(room_id)


def may_work(viewer: User | None, room_id: int) -> None:
    access.room_for_moderator(viewer, room_id)


def room_snapshot(viewer: User | None, room_id: int) -> RoomPollOut:
    poll = queries.shown_poll(room_id)
    return RoomPollOut(room_id=room_id, poll=_with_counts([poll])[0] if poll else None)


def desk_snapshot(viewer: User | None, room_id: int) -> PollDeskOut:
    return PollDeskOut(room_id=room_id, polls=_with_counts(queries.polls_at_desk(room_id)))


POLL = TopicKind("live:{id}:poll", may_watch, snapshot=room_snapshot, snapshot_schema=RoomPollOut)
DESK = TopicKind("live:{id}:polls", may_work, snapshot=desk_snapshot, snapshot_schema=PollDeskOut)


def bars_of_many(room_ids: Collection[int]) -> dict[int, dict[str, Any] | None]:
    """Of each room's open poll: all votes by choice; a part of the gauge of figures."""
    polls = queries.open_polls(room_ids)
    counts = queries.count_votes(polls.values())
    bars: dict[int, dict[str, Any] | None] = dict.fromkeys(room_ids)
    for room, poll in polls.items():
        bars[room] = {"id": poll, "counts": {str(choice): votes for choice, votes in counts[poll].items()}}
    return bars


def tell(event: events.PollEvent) -> Pushes:
    """Once for all that a unit changed."""
    facts = [one for one in emitted() if isinstance(one, FACTS)]
    if event is not facts[0]:
        return
    for room_id in sorted({one.room_id for one in facts}):
        if any(isinstance(one, SEEN) and one.room_id == room_id for one in facts):
            yield POLL.topic(room_id), CHANGED, room_snapshot(None, room_id)
        yield DESK.topic(room_id), DESK_CHANGED, desk_snapshot(None, room_id)


def _with_counts(polls: Sequence[Poll]) -> list[PollOut]:
    counts = queries.count_votes([one.pk for one in polls if one.state != Poll.State.PREPARED])
    return [PollOut.of(one, counts.get(one.pk, {})) for one in polls]


def vote(asked: Sequence[Asked]) -> list[Schema | DomainError]:
    """Those of one process of about 80 ms, in one transaction."""
    votes = [services.Vote(one.user_id, one.args.poll_id, one.args.choice_id) for one in asked]
    return [_reply(one) for one in services.vote_many(votes=votes, now=clock.now())]


def _reply(outcome: services.Outcome) -> Schema | DomainError:
    if isinstance(outcome, DomainError):
        return outcome
    return VotedOut(poll_id=outcome.poll_id, choice_id=outcome.choice_id, counts=counts_out(outcome.counts))


def register(registry: Registry) -> None:
    registry.add_topic(POLL)
    registry.add_topic(DESK)
    registry.add_push(CHANGED, RoomPollOut)
    registry.add_push(DESK_CHANGED, PollDeskOut)
    for fact in FACTS:
        announce(fact, tell)
    registry.add_command(CommandKind("livestream.vote", VoteArgs, together=vote))
