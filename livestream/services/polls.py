"""Polls: prepared, opened, voted in, closed, put away.

Locks: room, session, poll, as far as an act needs them. A vote takes the poll's alone, once for all that came together;
so whatever is committed before it closes is in the result, and whatever comes after is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobfair.accounts.models import User
from jobfair.core import rows as plain
from jobfair.core.errors import DomainError, NotFound
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.fairs.models import Fair
from livestream.events.polls import PollClosed, PollEvent, PollOpened, PollPrepared, PollPutAway, PollRemoved
from livestream.models import LiveSession, Poll, PollChoice, PollVote, Room
from livestream.queries import polls as queries
from livestream.rules import polls as rules

State = Poll.State


@dataclass(frozen=True)
class Vote:
    """As it came."""

    voter_id: int | None
    poll_id: int
    choice_id: int


@dataclass(frozen=True)
class Voted:
    """What stands for the person now, and all votes of the poll."""

    poll_id: int
    choice_id: int
    counts: queries.Counts


Outcome = Voted | DomainError


@unit_of_work
def vote_many(*, votes: Sequence[Vote], now: datetime) -> list[Outcome]:
    """Count what came together; what stands, or a refusal, for each in order. The last of a person's votes stands.

    Refused: NotFound, PhoneNeeded, ChoiceElsewhere; PollOver, but for one that was counted in time and comes again.
    """
    outcomes: dict[Vote, Outcome] = {}
    for poll_id in sorted({one.poll_id for one in votes}):
        outcomes |= _vote_in(poll_id, [one for one in votes if one.poll_id == poll_id], now)
    return [outcomes[one] for one in votes]


def _vote_in(poll_id: int, votes: Sequence[Vote], now: datetime) -> dict[Vote, Outcome]:
    rows = Poll.objects.select_for_update(no_key=True, of=("self",)).exclude(
        room__fair__state=Fair.State.DRAFT
    )
    poll = rows.filter(pk=poll_id).exclude(state=State.PREPARED).first()
    if poll is None:
        return {one: NotFound() for one in votes}
    voters = User.objects.in_bulk({one.voter_id for one in votes if one.voter_id is not None})
    stand = {row.voter_id: row for row in PollVote.objects.filter(poll=poll, voter__in=voters)}
    choices = set(PollChoice.objects.filter(poll=poll).values_list("pk", flat=True))
    is_open = rules.is_open(poll, now)
    wanted: dict[int, int] = {}
    refused: dict[Vote, Outcome] = {}
    for one in votes:
        try:
            voter = rules.ensure_person(voters.get(one.voter_id or 0))
            if one.choice_id not in choices:
                raise rules.ChoiceElsewhere
            stood = stand.get(voter.pk)
            if not is_open and (stood is None or stood.choice_id != one.choice_id):
                raise rules.PollOver
            wanted[voter.pk] = one.choice_id
        except DomainError as refusal:
            refused[one] = refusal
    _write(poll, wanted, stand, now)
    counts = queries.count_votes([poll.pk])[poll.pk]
    return refused | {
        one: Voted(poll.pk, wanted[one.voter_id], counts)
        for one in votes
        if one not in refused and one.voter_id is not None
    }


def _write(poll: Poll, wanted: dict[int, int], stand: dict[int, PollVote], now: datetime) -> None:
    fresh = [voter for voter in wanted if voter not in stand]
    plain.insert(PollVote(poll=poll, voter_id=voter, choice_id=wanted[voter], at=now) for voter in fresh)
    moved: dict[int, list[int]] = {}
    for voter, row in stand.items():
        if voter in wanted and row.choice_id != wanted[voter]:
            moved.setdefault(wanted[voter], []).append(row.pk)
    for choice, pks in sorted(moved.items()):
        PollVote.objects.filter(pk__in=pks).update(choice=choice, at=now)


@unit_of_work
def prepare_poll(
    *, room: Room, question: str, choices: Sequence[str], minutes: int | None, by: User, now: datetime
) -> Poll:
    """Write one down; nobody sees it yet. Refused: chat.Empty, ChoicesUnclear, TooManyPolls."""
    question, texts = rules.one_line(question), rules.choices_of(choices)
    _lock_room(room.pk)
    if Poll.objects.filter(room=room, state=State.PREPARED).count() >= rules.PREPARED_AT_MOST:
        raise rules.TooManyPolls
    poll = Poll.objects.create(room=room, question=question, minutes=minutes, made_by=by, made_at=now)
    PollChoice.objects.bulk_create(
        PollChoice(poll=poll, rank=rank, text=text) for rank, text in enumerate(texts, start=1)
    )
    _tell(PollPrepared, poll, by)
    return poll


@unit_of_work
def remove_poll(*, poll: Poll, by: User, now: datetime) -> None:
    """Refused: PollMoved once it was opened."""
    poll = _lock(poll)
    if poll.state != State.PREPARED:
        raise rules.PollMoved
    _tell(PollRemoved, poll, by)
    poll.delete()


@unit_of_work
def open_poll(*, poll: Poll, by: User, now: datetime) -> Poll:
    """Put it to everyone in the room; another's result makes room. Opening it twice is once.

    Refused: PollMoved after it was closed, OtherPoll while another is open, NoBroadcast.
    """
    _lock_room(poll.room_id)
    session = (
        LiveSession.objects.select_for_update(no_key=True)
        .filter(room=poll.room_id, state__in=LiveSession.ON)
        .first()
    )
    poll = _lock(poll)
    if poll.state == State.OPEN:
        return poll
    if poll.state != State.PREPARED:
        raise rules.PollMoved
    if session is None:
        raise rules.NoBroadcast
    shown = queries.shown_poll(poll.room_id)
    if shown is not None:
        if rules.is_open(shown, now):
            raise rules.OtherPoll
        put_away_poll(poll=close_poll(poll=shown, by=by, now=now), by=by, now=now)
    poll.state, poll.session, poll.opened_at = State.OPEN, session, now
    poll.closes_at = None if poll.minutes is None else now + timedelta(minutes=poll.minutes)
    poll.save(update_fields=["state", "session", "opened_at", "closes_at"])
    _tell(PollOpened, poll, by)
    return poll


@unit_of_work
def close_poll(*, poll: Poll, by: User | None, now: datetime) -> Poll:
    """No vote counts any more, and everyone sees the result. Closing it twice is once. Refused: PollMoved before."""
    poll = _lock(poll)
    if poll.state == State.PREPARED:
        raise rules.PollMoved
    if poll.state == State.OPEN:
        poll.state, poll.closed_at = State.CLOSED, now
        poll.save(update_fields=["state", "closed_at"])
        votes = PollVote.objects.filter(poll=poll).count()
        by_id = by.pk if by else None
        emit(PollClosed(poll_id=poll.pk, room_id=poll.room_id, votes=votes, by=by_id))
    return poll


@unit_of_work
def put_away_poll(*, poll: Poll, by: User, now: datetime) -> Poll:
    """Off every screen; the votes are kept. Refused: PollMoved before it is closed."""
    poll = _lock(poll)
    if poll.state not in {State.CLOSED, State.GONE}:
        raise rules.PollMoved
    if poll.state == State.CLOSED:
        poll.state = State.GONE
        poll.save(update_fields=["state"])
        _tell(PollPutAway, poll, by)
    return poll


def _tell(fact: Callable[..., PollEvent], poll: Poll, by: User) -> None:
    emit(fact(poll_id=poll.pk, room_id=poll.room_id, by=by.pk))


def _lock_room(room_id: int) -> None:
    Room.objects.select_for_update(no_key=True).get(pk=room_id)


def _lock(poll: Poll) -> Poll:
    """NotFound where another director has removed it."""
    found = Poll.objects.select_for_update(no_key=True).filter(pk=poll.pk).first()
    if found is None:
        raise NotFound
    return found
