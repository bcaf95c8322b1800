"""What is said in a room: posted together, held, let through, deleted; and what keeps order there.

Lock: the room's RoomTalk row. So a ban and the lines of the banned come one after the other: whatever is committed
after the ban has seen it, and whatever was committed before is found by the deletion that goes with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobfair.accounts.models import User
from jobfair.chat import services as chat
from jobfair.chat.models import Sanction
from jobfair.core import rows as plain
from jobfair.core.errors import CommandConflict, DomainError, NotFound, Withdrawn
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.fairs.models import Fair
from livestream import filtering
from livestream.events.talk import (
    FilterWordsSet,
    HeldLineSettled,
    LineHeld,
    LinesDeleted,
    LinesPosted,
    SpeakerFreed,
    SpeakerSilenced,
    TalkChanged,
)
from livestream.models import FilterWord, LiveLine, LiveSession, Room, RoomTalk
from livestream.queries import talk as queries
from livestream.rules import talk as rules

State = LiveLine.State
Outcome = LiveLine | DomainError
BATCHES = 1 << 52  # numbers a browser holds exactly
DELETED_AT_MOST = 500  # of one person's lines, the newest


@dataclass(frozen=True)
class Said:
    """A line as it came. The same `cid` of the same sender is the same line."""

    sender_id: int | None
    room_id: int
    cid: str
    text: str

    @property
    def key(self) -> tuple[int, str]:
        return self.sender_id or 0, self.cid


@unit_of_work
def say_many(*, said: Sequence[Said], now: datetime) -> list[Outcome]:
    """Say what came together; the line or a refusal for each, in order.

    Each is judged by itself, bans and mutes as they stand under the room's lock. A line that the filter stops is kept
    and held. Refused: NotFound, chat.Empty, TooLong, SpeakerUnknown, Banned, Silenced, TalkClosed, SlowMode, TooOften,
    Repeated; CommandConflict for another text under the same cid, Withdrawn for one that was deleted.
    """
    outcomes: dict[Said, Outcome] = {}
    for room_id in sorted({one.room_id for one in said}):
        outcomes |= _say_in(room_id, [one for one in said if one.room_id == room_id], now)
    return [outcomes[one] for one in said]


@dataclass(frozen=True)
class _Floor:
    """All that lines in a room are judged by, as it stands until the unit ends."""

    room: Room
    session_id: int | None
    talk: RoomTalk
    words: frozenset[str]
    standings: dict[int, rules.Standing]
    known: dict[tuple[int, str], LiveLine]
    batch: int


def _say_in(room_id: int, said: Sequence[Said], now: datetime) -> dict[Said, Outcome]:
    try:
        floor = _open_floor(room_id, said, now)
    except DomainError as refusal:
        return dict.fromkeys(said, refusal)
    outcomes: dict[Said, Outcome] = {}
    fresh: dict[Said, LiveLine] = {}
    for one in dict.fromkeys(said):
        is_new = one.key not in floor.known
        try:
            line = _judge(one, floor, now)
        except DomainError as refusal:
            outcomes[one] = refusal
            continue
        if is_new:
            fresh[one] = floor.known[one.key] = line
        outcomes[one] = line
    plain.insert(fresh.values())
    _tell(room_id, list(fresh.values()), floor.batch)
    return outcomes


def _open_floor(room_id: int, said: Sequence[Said], now: datetime) -> _Floor:
    room = Room.objects.filter(pk=room_id).exclude(fair__state=Fair.State.DRAFT).first()
    if room is None:
        raise NotFound
    talk = _lock(room_id)
    on = LiveSession.objects.filter(room=room_id, state__in=LiveSession.ON).values_list("pk", flat=True)
    senders = {one.sender_id for one in said if one.sender_id is not None}
    return _Floor(
        room=room,
        session_id=on.first(),
        talk=talk,
        words=queries.words_of(room.fair_id),
        standings=queries.standings_of(senders, room, now),
        known=queries.lines_by_cid({one.key for one in said}),
        batch=secrets.randbelow(BATCHES),
    )


def _judge(one: Said, floor: _Floor, now: datetime) -> LiveLine:
    """The line as it is already, or a new one that is not stored yet."""
    text = rules.line_text(one.text)
    known = floor.known.get(one.key)
    if known is not None:
        return _again(known, floor.room, text)
    standing = floor.standings.get(one.sender_id or 0)
    if standing is None:
        raise rules.SpeakerUnknown
    rules.ensure_known(standing.user)
    rules.ensure_may_say(standing, floor.talk, text, now)
    is_host = standing.side == LiveLine.Side.HOST
    held_for = [] if is_host else filtering.list_reasons(text, floor.words)
    floor.standings[standing.user.pk] = rules.having_said(standing, text, now)
    return LiveLine(
        room=floor.room,
        session_id=floor.session_id,
        sender=standing.user,
        cid=one.cid,
        side=standing.side,
        name=standing.name,
        text=text,
        state=State.HELD if held_for else State.SHOWN,
        held_for=held_for,
        batch=floor.batch,
        at=now,
        shown_at=None if held_for else now,
    )


def _again(known: LiveLine, room: Room, text: str) -> LiveLine:
    if known.room_id != room.pk or known.text != text:
        raise CommandConflict
    if known.state == State.DELETED:
        raise Withdrawn
    return known


def _tell(room_id: int, lines: Sequence[LiveLine], batch: int) -> None:
    shown = [line for line in lines if line.state == State.SHOWN]
    if shown:
        ids = tuple(line.pk for line in shown)
        emit(LinesPosted(room_id=room_id, batch=batch, line_ids=ids, written=tuple(shown)))
    for line in lines:
        if line.state == State.HELD:
            reasons = tuple(line.held_for)
            emit(LineHeld(line_id=line.pk, room_id=room_id, held_for=reasons, by=line.sender_id))


@unit_of_work
def settle_held(*, line: LiveLine, show: bool, by: User, now: datetime) -> LiveLine:
    """Let a held line through, at the end of the chat, or not. Refused: LineGone when it is settled already."""
    _lock(line.room_id)
    line = LiveLine.objects.select_related("room").get(pk=line.pk)
    if line.state != State.HELD:
        raise rules.LineGone
    line.state = State.SHOWN if show else State.REFUSED
    line.shown_at = now if show else None
    line.batch = secrets.randbelow(BATCHES)
    line.decided_by, line.decided_at = by, now
    line.save(update_fields=["state", "shown_at", "batch", "decided_by", "decided_at"])
    emit(HeldLineSettled(line_id=line.pk, room_id=line.room_id, state=line.state, by=by.pk))
    if show:
        posted = LinesPosted(
            room_id=line.room_id, batch=line.batch, line_ids=(line.pk,), written=(line,), by=by.pk
        )
        emit(posted)
    return line


@unit_of_work
def delete_line(*, line: LiveLine, by: User, now: datetime) -> LiveLine:
    """Take a line off every screen, the replay's too. Refused: LineGone when it is not shown (any more)."""
    talk = _lock(line.room_id)
    line = LiveLine.objects.get(pk=line.pk)
    if line.state != State.SHOWN:
        raise rules.LineGone
    _delete([line], talk, by=by, now=now)
    return line


@unit_of_work
def silence(
    *, line: LiveLine, minutes: int | None, reason: str, delete_lines: bool, by: User, now: datetime
) -> Sanction:
    """Keep whoever said this line from speaking: in this room for `minutes`, or, for None, in all rooms of the fair.

    A ban lasts as long as the fair's replays may be commented. With `delete_lines` what they said in this room is
    deleted, and what waits there is refused.
    """
    room = line.room
    talks = _lock_all(room.fair_id) if minutes is None else {room.pk: _lock(room.pk)}
    fair = Fair.objects.get(pk=room.fair_id)
    until = (
        fair.extension_ends_at + timedelta(days=365) if minutes is None else now + timedelta(minutes=minutes)
    )
    scope = rules.ban_scope(room.fair_id) if minutes is None else rules.mute_scope(room.pk)
    sanction = chat.mute(user_id=line.sender_id, scope=scope, until=until, reason=reason, by=by, now=now)
    if delete_lines:
        _clear(line.sender_id, talks.values(), by=by, now=now)
    for room_id in talks:
        emit(
            SpeakerSilenced(
                room_id=room_id,
                sanction_id=sanction.pk,
                user_id=line.sender_id,
                banned=minutes is None,
                until=until.isoformat(),
                by=by.pk,
            )
        )
    return sanction


@unit_of_work
def free(*, sanction: Sanction, room: Room, by: User, now: datetime) -> None:
    """Let somebody speak again before their time. Refused: NotSilenced when it is over already."""
    is_ban = sanction.scope == rules.ban_scope(room.fair_id)
    rooms = list(_lock_all(room.fair_id)) if is_ban else [_lock(room.pk).room_id]
    if not chat.unmute(sanction=sanction, by=by, now=now):
        raise rules.NotSilenced
    for room_id in rooms:
        emit(SpeakerFreed(room_id=room_id, sanction_id=sanction.pk, user_id=sanction.user_id, by=by.pk))


@unit_of_work
def set_talk(*, room: Room, slow_seconds: int, closed: bool, by: User, now: datetime) -> RoomTalk:
    """Slow mode, and whether anyone but hosts may speak."""
    talk = _lock(room.pk)
    if (talk.slow_seconds, talk.closed) != (slow_seconds, closed):
        talk.slow_seconds, talk.closed = slow_seconds, closed
        talk.save(update_fields=["slow_seconds", "closed"])
        _changed(talk, by)
    return talk


@unit_of_work
def pin(*, room: Room, line: LiveLine | None, by: User, now: datetime) -> RoomTalk:
    """Keep one line above the others; none for None. Refused: LineGone for one that is not shown."""
    talk = _lock(room.pk)
    if line is not None:
        line = LiveLine.objects.get(pk=line.pk)
        if line.state != State.SHOWN or line.room_id != room.pk:
            raise rules.LineGone
    if talk.pinned_id != (line.pk if line else None):
        talk.pinned = line
        talk.save(update_fields=["pinned"])
        _changed(talk, by)
    return talk


@unit_of_work
def set_words(*, fair: Fair, words: Iterable[str], by: User, now: datetime) -> list[str]:
    """The fair's list, whole. What differs only in width, case or signs between is one word. Refused: TooManyWords."""
    folded = {filtering.fold_word(word): word.strip()[: filtering.LONGEST_WORD] for word in words}
    folded.pop("", None)
    if len(folded) > filtering.MOST_WORDS:
        raise rules.TooManyWords
    Fair.objects.select_for_update(no_key=True).get(pk=fair.pk)
    FilterWord.objects.filter(fair=fair).exclude(folded__in=folded).delete()
    kept = set(FilterWord.objects.filter(fair=fair).values_list("folded", flat=True))
    plain.insert(
        FilterWord(fair=fair, word=word, folded=key)
        for key, word in sorted(folded.items())
        if key not in kept
    )
    emit(FilterWordsSet(fair_id=fair.pk, words=len(folded), by=by.pk))
    return queries.list_words(fair.pk)


def _lock(room_id: int) -> RoomTalk:
    """The room's row, made by whoever comes first."""
    rows = RoomTalk.objects.select_for_update(no_key=True, of=("self",)).filter(pk=room_id)
    found = rows.first()
    if found is None:
        RoomTalk.objects.bulk_create([RoomTalk(room_id=room_id)], ignore_conflicts=True)
        found = rows.get()
    return found


def _lock_all(fair_id: int) -> dict[int, RoomTalk]:
    ids = Room.objects.filter(fair=fair_id).order_by("pk").values_list("pk", flat=True)
    return {room_id: _lock(room_id) for room_id in ids}


def _changed(talk: RoomTalk, by: User) -> None:
    emit(
        TalkChanged(
            room_id=talk.room_id,
            slow_seconds=talk.slow_seconds,
            closed=talk.closed,
            pinned_id=talk.pinned_id,
            by=by.pk,
        )
    )


def _clear(sender_id: int, talks: Iterable[RoomTalk], *, by: User, now: datetime) -> None:
    """All that somebody said in these rooms, and what of it still waits."""
    for talk in talks:
        own = LiveLine.objects.filter(room=talk.room_id, sender=sender_id)
        for held in own.filter(state=State.HELD).order_by("pk"):
            settle_held(line=held, show=False, by=by, now=now)
        shown = list(own.filter(state=State.SHOWN).order_by("-pk")[:DELETED_AT_MOST])
        if shown:
            _delete(shown, talk, by=by, now=now)


def _delete(lines: Sequence[LiveLine], talk: RoomTalk, *, by: User, now: datetime) -> None:
    ids = sorted(line.pk for line in lines)
    LiveLine.objects.filter(pk__in=ids).update(state=State.DELETED, decided_by=by, decided_at=now)
    shown = [line.shown_at for line in lines if line.shown_at is not None]
    emit(
        LinesDeleted(
            lines_id=ids[0],
            room_id=talk.room_id,
            line_ids=tuple(ids),
            batches=tuple(sorted({line.batch for line in lines})),
            since=min(shown).isoformat(),
            until=max(shown).isoformat(),
            by=by.pk,
        )
    )
    if talk.pinned_id in ids:
        talk.pinned = None
        talk.save(update_fields=["pinned"])
        _changed(talk, by)
