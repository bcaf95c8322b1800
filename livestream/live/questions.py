"""Questions over the socket: the room's, an employer's desk, and those that wait for a moderator."""

from __future__ import annotations

from collections.abc import Iterator

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.schemas import DoneOut, Schema
from jobfair.realtime.publisher import announce
from jobfair.realtime.registry import CommandKind, Registry, TopicKind
from jobfair.realtime.withdrawal import withdraw_on
from livestream.access import questions as access
from livestream.access import rooms as rooms_access
from livestream.events import questions as events
from livestream.models import Question
from livestream.queries import questions as queries
from livestream.schemas.questions import (
    AskArgs,
    AskedQuestionOut,
    BackArgs,
    HeldQuestionOut,
    HeldQuestionPush,
    HeldQuestionsOut,
    QuestionDeskOut,
    QuestionGonePush,
    QuestionOut,
    QuestionPush,
    RoomQuestionsOut,
    all_of,
)
from livestream.services import questions as services

Pushes = Iterator[tuple[str, str, Schema]]
CHANGED, GONE = "livestream.question_changed", "livestream.question_gone"
HELD, SETTLED = "livestream.question_held", "livestream.held_question_settled"


def may_watch(viewer: User | None, room_id: int) -> None:
    rooms_access.room_for_anyone(room_id)


def may_moderate(viewer: User | None, room_id: int) -> None:
    rooms_access.room_for_moderator(viewer, room_id)


def may_answer(viewer: User | None, participation_id: int) -> None:
    access.desk_for_recruiter(viewer, participation_id)


def room_snapshot(viewer: User | None, room_id: int) -> RoomQuestionsOut:
    return RoomQuestionsOut(
        room_id=room_id,
        open=all_of(queries.open_questions(room_id)),
        answered=all_of(queries.answered_questions(room_id)),
    )


def held_snapshot(viewer: User | None, room_id: int) -> HeldQuestionsOut:
    held = [HeldQuestionOut.of(one) for one in queries.held_questions(room_id)]
    return HeldQuestionsOut(room_id=room_id, held=held)


def desk_snapshot(viewer: User | None, participation_id: int) -> QuestionDeskOut:
    participation = access.desk_for_recruiter(viewer, participation_id)
    return QuestionDeskOut(
        participation_id=participation_id,
        employer=participation.employer.name,
        fair=participation.fair.name,
        open=all_of(queries.owed_by(participation_id)),
        answered=all_of(queries.answered_by_employer(participation_id)),
    )


ROOM = TopicKind("live:{id}:questions", may_watch, snapshot=room_snapshot, snapshot_schema=RoomQuestionsOut)
WAITING = TopicKind("live:{id}:held", may_moderate, snapshot=held_snapshot, snapshot_schema=HeldQuestionsOut)
DESK = TopicKind("inbox:{id}:questions", may_answer, snapshot=desk_snapshot, snapshot_schema=QuestionDeskOut)


def tell_changed(event: events.QuestionEvent) -> Pushes:
    """To the room, and to whoever owes the answer. A later fact of the same unit may have taken it away."""
    question = queries.get_question(event.question_id)
    if question.state not in {Question.State.OPEN, Question.State.ANSWERED}:
        return
    push = QuestionPush(question=QuestionOut.of(question))
    yield ROOM.topic(event.room_id), CHANGED, push
    if question.participation_id is not None:
        yield DESK.topic(question.participation_id), CHANGED, push


def tell_tagged(event: events.QuestionTagged) -> Pushes:
    yield from tell_changed(event)
    if event.was is not None and event.was != event.participation_id:
        yield DESK.topic(event.was), GONE, QuestionGonePush(question_id=event.question_id, into_id=None)


def tell_shown(event: events.QuestionShown) -> Pushes:
    yield from tell_changed(event)
    yield WAITING.topic(event.room_id), SETTLED, QuestionGonePush(question_id=event.question_id, into_id=None)


def tell_merged(event: events.QuestionMerged) -> Pushes:
    """The one it went into has more voices now."""
    yield from _gone(event, event.into_id)
    into = queries.get_question(event.into_id)
    push = QuestionPush(question=QuestionOut.of(into))
    yield ROOM.topic(event.room_id), CHANGED, push
    if into.participation_id is not None:
        yield DESK.topic(into.participation_id), CHANGED, push


def tell_dropped(event: events.QuestionDropped) -> Pushes:
    yield from _gone(event, None)
    yield WAITING.topic(event.room_id), SETTLED, QuestionGonePush(question_id=event.question_id, into_id=None)


def _gone(event: events.QuestionEvent, into_id: int | None) -> Pushes:
    push = QuestionGonePush(question_id=event.question_id, into_id=into_id)
    yield ROOM.topic(event.room_id), GONE, push
    if event.participation_id is not None:
        yield DESK.topic(event.participation_id), GONE, push


def tell_held(event: events.QuestionHeld) -> Pushes:
    question = queries.get_question(event.question_id)
    yield WAITING.topic(event.room_id), HELD, HeldQuestionPush(question=HeldQuestionOut.of(question))


def shown_in(event: events.QuestionDropped) -> list[str]:
    """Everywhere it was told."""
    desk = [DESK.topic(event.participation_id)] if event.participation_id is not None else []
    return [ROOM.topic(event.room_id), WAITING.topic(event.room_id), *desk]


# Commands


def ask(viewer: User | None, cid: str, args: AskArgs) -> AskedQuestionOut:
    asked = services.ask(
        room=rooms_access.room_for_anyone(args.room_id),
        by=viewer,
        cid=cid,
        text=args.text,
        position_id=args.position_id,
        now=clock.now(),
    )
    return AskedQuestionOut.of(queries.get_question(asked.pk))


def back(viewer: User | None, cid: str, args: BackArgs) -> DoneOut:
    services.back(question=access.question_for_anyone(args.question_id), by=viewer, now=clock.now())
    return DoneOut()


def register(registry: Registry) -> None:
    for kind in (ROOM, WAITING, DESK):
        registry.add_topic(kind)
    registry.add_push(CHANGED, QuestionPush)
    registry.add_push(GONE, QuestionGonePush)
    registry.add_push(HELD, HeldQuestionPush)
    registry.add_push(SETTLED, QuestionGonePush)
    announce(events.QuestionAsked, tell_changed)
    announce(events.QuestionAnswered, tell_changed)
    announce(events.QuestionOverdue, tell_changed)
    announce(events.QuestionTagged, tell_tagged)
    announce(events.QuestionShown, tell_shown)
    announce(events.QuestionMerged, tell_merged)
    announce(events.QuestionDropped, tell_dropped)
    announce(events.QuestionHeld, tell_held)
    withdraw_on(events.QuestionDropped, shown_in)
    registry.add_command(CommandKind("livestream.ask", AskArgs, ask))
    registry.add_command(CommandKind("livestream.back_question", BackArgs, back))
