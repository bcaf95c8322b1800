"""A room's draw over the socket: what viewers see, what the studio has prepared, and the command to take part.

An entry is no push; how many there are is part of the gauge of figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import DomainError
from jobfair.core.schemas import Schema
from jobfair.core.unit_of_work import emitted
from jobfair.realtime.publisher import announce
from jobfair.realtime.registry import Asked, CommandKind, Registry, TopicKind
from livestream.access import rooms as access
from livestream.events import draws as events
from livestream.queries import draws as queries
from livestream.schemas.draws import DrawDeskOut, DrawOut, EnterDrawArgs, EnteredOut, RoomDrawOut
from livestream.services import draws as services

Pushes = Iterator[tuple[str, str, Schema]]
CHANGED, DESK_CHANGED = "livestream.draw_changed", "livestream.draws_changed"
SEEN = (events.DrawOpened, events.DrawDrawn, events.DrawCancelled, events.DrawPutAway)
FACTS: tuple[type[events.DrawEvent], ...] = (events.DrawPrepared, events.DrawRemoved, *SEEN)


def may_watch(viewer: User | None, room_id: int) -> None:
    access.room_for_anyone(room_id)


def may_work(viewer: User | None, room_id: int) -> None:
    access.room_for_moderator(viewer, room_id)


def room_snapshot(viewer: User | None, room_id: int) -> RoomDrawOut:
    draw = queries.shown_draw(room_id)
    return RoomDrawOut(room_id=room_id, draw=DrawOut.of(draw) if draw else None)


def desk_snapshot(viewer: User | None, room_id: int) -> DrawDeskOut:
    draws = queries.draws_at_desk(room_id)
    return DrawDeskOut(room_id=room_id, draws=[DrawOut.of(one) for one in draws])


DRAW = TopicKind("live:{id}:draw", may_watch, snapshot=room_snapshot, snapshot_schema=RoomDrawOut)
DESK = TopicKind("live:{id}:draws", may_work, snapshot=desk_snapshot, snapshot_schema=DrawDeskOut)


def tell(event: events.DrawEvent) -> Pushes:
    """Once for all that a unit changed."""
    facts = [one for one in emitted() if isinstance(one, FACTS)]
    if event is not facts[0]:
        return
    for room_id in sorted({one.room_id for one in facts}):
        if any(isinstance(one, SEEN) and one.room_id == room_id for one in facts):
            yield DRAW.topic(room_id), CHANGED, room_snapshot(None, room_id)
        yield DESK.topic(room_id), DESK_CHANGED, desk_snapshot(None, room_id)


def enter(asked: Sequence[Asked]) -> list[Schema | DomainError]:
    """Those of one process of about 80 ms, in one transaction."""
    wishes = [services.Wish(one.user_id, one.args.draw_id, one.cid) for one in asked]
    return [_reply(one) for one in services.enter_many(wishes=wishes, now=clock.now())]


def _reply(outcome: services.Outcome) -> Schema | DomainError:
    if isinstance(outcome, DomainError):
        return outcome
    return EnteredOut(draw_id=outcome.draw_id, number=outcome.number, ticket=outcome.ticket)


def register(registry: Registry) -> None:
    registry.add_topic(DRAW)
    registry.add_topic(DESK)
    registry.add_push(CHANGED, RoomDrawOut)
    registry.add_push(DESK_CHANGED, DrawDeskOut)
    for fact in FACTS:
        announce(fact, tell)
    registry.add_command(CommandKind("livestream.enter_draw", EnterDrawArgs, together=enter))
