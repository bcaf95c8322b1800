"""What owners of conversations say about them, each by its topics' prefix: chat knows neither booths nor studios."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from jobfair.accounts.models import User
from jobfair.core.errors import NotFound


@dataclass(frozen=True)
class Place:
    """Where a conversation is held, in words. `group` shares canned replies, `scope` shares sanctions."""

    title: str
    detail: str
    link: str
    group: str
    scope: str
    desk_link: str  # where its recruiters answer


@dataclass(frozen=True)
class Owner:
    """Each callable takes the id of a topic `prefix:id`; NotFound where there is none to be seen."""

    prefix: str
    place: Callable[[int], Place]  # also of one that is over
    ensure_seen: Callable[[int], None]  # NotFound where nobody may begin a conversation
    ensure_open: Callable[[int], None]  # DomainError once nothing more may be said
    answers: Callable[[User | None, int], bool]  # whether the user speaks for the place
    organises: Callable[[User | None, int], bool]
    recruiters: Callable[[int], Sequence[int]]  # all who may answer, in order
    on_duty: Callable[[int], Sequence[int]]  # those who take questions now, in order
    present: Callable[[Collection[int]], Mapping[int, frozenset[int]]]  # who has the place's desk open
    organisers: Callable[[int], Sequence[int]]
    answer_due: Callable[[int, datetime], datetime]
    names: Callable[[int, Collection[int]], Mapping[int, str]]  # of seekers who have let the place know them
    titles: Callable[[Collection[int]], Mapping[int, str]]  # what each of these places is called
    under: Callable[[str], Sequence[int]]  # the ids of all places under a scope


_owners: dict[str, Owner] = {}


def add_owner(owner: Owner) -> None:
    """At start. The last one of a prefix wins."""
    _owners[owner.prefix] = owner


def owners() -> Sequence[Owner]:
    return tuple(_owners.values())


def owner_of(topic: str) -> tuple[Owner, int]:
    """Who owns `topic`, and its id; NotFound for a topic nobody owns."""
    prefix, _, id = topic.partition(":")
    owner = _owners.get(prefix)
    if owner is None or not (id.isascii() and id.isdigit() and len(id) < 16):
        raise NotFound
    return owner, int(id)
