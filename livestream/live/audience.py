"""How many watch and like a room: a gauge for everyone, and what each process records of its own sockets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import DomainError
from jobfair.core.schemas import DoneOut, Schema
from jobfair.realtime.presence import Audience, audiences_of
from jobfair.realtime.registry import Asked, CommandKind, Registry, TopicKind
from livestream.access import rooms as access
from livestream.live.polls import bars_of_many
from livestream.queries import audience as queries
from livestream.queries.draws import entries_in
from livestream.queries.questions import voices_in
from livestream.schemas.audience import LikeArgs
from livestream.services import audience as services


def may_watch(viewer: User | None, room_id: int) -> None:
    access.room_for_anyone(room_id)


def figures(room_id: int) -> dict[str, Any]:
    return figures_of_many([room_id])[room_id]


def figures_of_many(room_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """`playing` and `present` now, `views` of the broadcast that is on, `likes` of the room; `voices`: how many wait
    for each open question; `poll`: the votes of the poll that is open, by choice; `entries`:
    of the draw that is open."""
    now, views, likes = _audiences(room_ids), queries.views.of(room_ids), queries.likes_in(room_ids)
    voices, bars, entries = voices_in(room_ids), bars_of_many(room_ids), entries_in(room_ids)
    return {
        pk: {
            "playing": now[pk].playing,
            "present": now[pk].present,
            "views": views[pk],
            "likes": likes[pk],
            "voices": voices[pk],
            "poll": bars[pk],
            "entries": entries[pk],
        }
        for pk in room_ids
    }


FIGURES = TopicKind("live:{id}:figures", may_watch, gauge=figures, gauges=figures_of_many, each_s=2)


def attend(playing: Mapping[int, Collection[str]]) -> None:
    """Every ten seconds, of this process's own sockets."""
    services.note_watching(playing=playing, now=clock.now())


def count_minutes(now: datetime) -> int:
    """Every second, by a worker; what counts is the first one of each minute."""
    counted = {pk: (one.playing, one.present) for pk, one in _audiences(queries.rooms_on()).items()}
    return services.note_minutes(counted=counted, now=now) if counted else 0


def _audiences(room_ids: Collection[int]) -> dict[int, Audience]:
    told = audiences_of(f"live:{pk}" for pk in room_ids)
    return {pk: told[f"live:{pk}"] for pk in room_ids}


def like(asked: Sequence[Asked]) -> list[Schema | DomainError]:
    """Of one process and about 80 ms, in one statement."""
    liked: Counter[int] = Counter()
    for one in asked:
        liked[one.args.room_id] += one.args.count
    services.like(liked=liked, now=clock.now())
    return [DoneOut()] * len(asked)


def register(registry: Registry) -> None:
    registry.add_topic(FIGURES)
    registry.add_command(CommandKind("livestream.like", LikeArgs, together=like))
