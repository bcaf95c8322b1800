"""Questions: asked, joined, tagged, merged, answered; told to all who wait for them.

Lock: the question's row; of two, the one asked first.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jobfair.accounts.models import User
from jobfair.core import jobs
from jobfair.core.errors import CommandConflict, Withdrawn
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.positions.models import Position
from livestream import filtering
from livestream.events.questions import (
    QuestionAnswered,
    QuestionAsked,
    QuestionDropped,
    QuestionHeld,
    QuestionMerged,
    QuestionOverdue,
    QuestionShown,
    QuestionTagged,
)
from livestream.models import LiveLine, Question, QuestionBacker, Room
from livestream.queries import questions as queries
from livestream.queries import talk as talk_queries
from livestream.rules import questions as rules
from livestream.rules import talk as talk_rules

State = Question.State
Level = Question.Level
TELL_ANSWER = "livestream.tell_answer"


@unit_of_work
def ask(
    *, room: Room, by: User | None, cid: str, text: str, position_id: int | None, now: datetime
) -> Question:
    """Ask. Without a position it goes to the employer on air, if any, else to the hosts.

    The same `cid` of the same person again is the question it was. Refused: chat.Empty, QuestionTooLong,
    SpeakerUnknown, Banned, Silenced, TooManyQuestions, PositionElsewhere; CommandConflict, Withdrawn.
    """
    text = rules.question_text(text)
    talk_rules.ensure_known(by)
    assert by is not None
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one's questions come one after another
    known = queries.find_by_cid(by.pk, cid)
    if known is not None:
        return _again(known, room, text)
    standing = talk_queries.standings_of([by.pk], room, now)[by.pk]
    talk_rules.ensure_not_silenced(standing, now)
    if queries.count_lately(by.pk, now - rules.MOST_WITHIN) >= rules.MOST:
        raise rules.TooManyQuestions
    cue = queries.cue_on_air(room.pk)
    position = _position(position_id, room)
    employer = position.employer_id if position else cue.employer_id if cue else None
    participation = queries.participation_of(employer, room.fair_id)
    is_host = standing.side == LiveLine.Side.HOST
    held_for = [] if is_host else filtering.list_reasons(text, talk_queries.words_of(room.fair_id))
    due = rules.due_at(room.fair, now)
    question = Question.objects.create(
        room=room,
        session_id=cue.session_id if cue else None,
        cue=cue,
        participation=participation,
        position=position,
        asker=by,
        cid=cid,
        name=standing.name,
        text=text,
        state=State.HELD if held_for else State.OPEN,
        held_for=held_for,
        asked_at=now,
        due_at=due,
        level=Level.EMPLOYER if participation else Level.HOST,
        escalates_at=None if held_for else due,
    )
    QuestionBacker.objects.create(question=question, user=by, at=now)
    if held_for:
        emit(QuestionHeld(**_about(question), held_for=tuple(held_for), by=by.pk))
    else:
        emit(QuestionAsked(**_about(question), by=by.pk))
    return question


@unit_of_work
def back(*, question: Question, by: User | None, now: datetime) -> Question:
    """Wait for the same answer; once is enough. Refused: SpeakerUnknown, QuestionSettled once it is answered."""
    talk_rules.ensure_known(by)
    assert by is not None
    question = _lock(question.pk)
    if question.merged_into_id is not None:
        question = _lock(question.merged_into_id)
    if question.state != State.OPEN:
        raise rules.QuestionSettled
    QuestionBacker.objects.get_or_create(question=question, user=by, defaults={"at": now})
    return question


@unit_of_work
def settle_held_question(*, question: Question, show: bool, by: User, now: datetime) -> Question:
    """Let it through, due from now on, or not. Refused: QuestionSettled."""
    question = _lock(question.pk)
    if question.state != State.HELD:
        raise rules.QuestionSettled
    if not show:
        return _drop(question, by)
    question.state = State.OPEN
    question.due_at = question.escalates_at = rules.due_at(question.room.fair, now)
    question.save(update_fields=["state", "due_at", "escalates_at"])
    emit(QuestionShown(**_about(question), by=by.pk))
    return question


@unit_of_work
def tag(*, question: Question, position_id: int | None, by: User, now: datetime) -> Question:
    """Say which position it is about; its employer owes the answer, for None the hosts. Refused: QuestionSettled,
    PositionElsewhere."""
    question = _lock(question.pk)
    rules.ensure_open(question)
    position, was = _position(position_id, question.room), question.participation_id
    question.position = position
    question.participation = queries.participation_of(
        position.employer_id if position else None, question.room.fair_id
    )
    if question.level != Level.ORGANISER:
        question.level = Level.EMPLOYER if question.participation else Level.HOST
    question.save(update_fields=["position", "participation", "level"])
    emit(QuestionTagged(**_about(question), position_id=question.position_id, was=was, by=by.pk))
    return question


@unit_of_work
def answer(*, question: Question, by: User, as_host: bool, text: str, now: datetime) -> Question:
    """Answer everyone who waits for it; about a position it stays as its FAQ. A later answer replaces an earlier one.

    Refused: chat.Empty, AnswerTooLong, QuestionSettled.
    """
    text = rules.answer_text(text)
    question = _lock(question.pk)
    rules.ensure_may_answer(question)
    employer = question.participation.employer if question.participation else None
    question.state, question.answer = State.ANSWERED, text
    question.answered_name = "主持人" if as_host or employer is None else employer.name[:40]
    question.answered_by, question.answered_at = by, now
    question.escalates_at = None
    question.save(
        update_fields=["state", "answer", "answered_name", "answered_by", "answered_at", "escalates_at"]
    )
    emit(QuestionAnswered(**_about(question), position_id=question.position_id, by=by.pk))
    _tell(question, now)
    return question


@unit_of_work
def merge(*, question: Question, into: Question, by: User, now: datetime) -> Question:
    """One that says the same: whoever waits for it waits for the other, or has its answer. Refused: CannotMerge,
    QuestionSettled."""
    first, second = sorted((question.pk, into.pk))
    rows = {pk: _lock(pk) for pk in dict.fromkeys((first, second))}
    question, into = rows[question.pk], rows[into.pk]
    rules.ensure_may_merge(question, into)
    waiting = set(QuestionBacker.objects.filter(question=into).values_list("user_id", flat=True))
    moved = QuestionBacker.objects.filter(question=question).exclude(user__in=waiting)
    QuestionBacker.objects.bulk_create(
        QuestionBacker(question=into, user_id=one.user_id, at=one.at) for one in moved
    )
    Question.objects.filter(merged_into=question).update(merged_into=into)
    question.state, question.merged_into, question.escalates_at = State.MERGED, into, None
    question.save(update_fields=["state", "merged_into", "escalates_at"])
    emit(QuestionMerged(**_about(question), into_id=into.pk, by=by.pk))
    if into.state == State.ANSWERED:
        _tell(into, now)
    return into


@unit_of_work
def drop(*, question: Question, by: User, now: datetime) -> Question:
    """Take it off every screen; nobody owes an answer. Refused: QuestionSettled."""
    question = _lock(question.pk)
    rules.ensure_may_answer(question)
    return _drop(question, by)


@unit_of_work
def escalate(*, question_id: int, now: datetime) -> bool:
    """The promise was broken: the organiser owes the answer. False when it was settled meanwhile."""
    question = _lock(question_id)
    if question.state != State.OPEN or question.escalates_at is None or now < question.escalates_at:
        return False
    question.level, question.escalates_at = Level.ORGANISER, None
    question.save(update_fields=["level", "escalates_at"])
    emit(QuestionOverdue(**_about(question)))
    return True


def _lock(question_id: int) -> Question:
    rows = Question.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("room__fair", "participation__employer").get(pk=question_id)


def _position(position_id: int | None, room: Room) -> Position | None:
    if position_id is None:
        return None
    position = queries.position_in(position_id, room.fair_id)
    if position is None:
        raise rules.PositionElsewhere
    return position


def _again(known: Question, room: Room, text: str) -> Question:
    if known.room_id != room.pk or known.text != text:
        raise CommandConflict
    if known.state == State.DROPPED:
        raise Withdrawn
    return known


def _drop(question: Question, by: User) -> Question:
    question.state, question.escalates_at = State.DROPPED, None
    question.answer, question.answered_at = "", None
    question.save(update_fields=["state", "escalates_at", "answer", "answered_at"])
    emit(QuestionDropped(**_about(question), by=by.pk))
    return question


def _tell(question: Question, now: datetime) -> None:
    """By a job: hundreds may wait for one answer, and whoever gives it does not wait for them."""
    key = (
        f"{question.pk}:{question.answered_at.isoformat() if question.answered_at else ''}:{now.isoformat()}"
    )
    jobs.schedule(TELL_ANSWER, key=key, payload={"question": question.pk}, due_at=now)


def _about(question: Question) -> dict[str, Any]:
    return {
        "question_id": question.pk,
        "room_id": question.room_id,
        "participation_id": question.participation_id,
    }
