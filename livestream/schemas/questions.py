"""Questions, on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from jobfair.core.schemas import Schema, Text
from livestream.filtering import HeldFor
from livestream.models import Question

Id = Annotated[int, Field(ge=1, lt=1 << 53)]
Asked = Annotated[Text, StringConstraints(max_length=500)]
LevelName = Literal["employer", "host", "organiser"]


class AskArgs(Schema):
    """A question; the frame's `cid` is its own. Without a position it is about what is on air."""

    room_id: Id
    text: Asked
    position_id: Id | None = None


class BackArgs(Schema):
    question_id: Id


class AnswerQuestionIn(Schema):
    text: Annotated[Text, StringConstraints(max_length=1000)]


class TagQuestionIn(Schema):
    position_id: Id | None


class MergeQuestionIn(Schema):
    into_id: Id


class ShowQuestionIn(Schema):
    show: bool


class AskedAboutOut(Schema):
    id: int
    title: str


class QuestionOut(Schema):
    """A question as everyone sees it. `voices`: how many wait for the answer, as of this message."""

    id: int
    text: str
    name: str
    state: Literal["open", "answered"]
    voices: int
    position: AskedAboutOut | None
    employer: str
    asked_at: datetime
    due_at: datetime
    answer: str
    answered_name: str
    answered_at: datetime | None

    @classmethod
    def of(cls, question: Question) -> QuestionOut:
        """Of a row from queries.questions, which count the voices."""
        names = ("text", "name", "state", "asked_at", "due_at", "answer", "answered_name", "answered_at")
        stated = {name: getattr(question, name) for name in names}
        position, owes = question.position, question.participation
        return cls.model_validate(
            {
                "id": question.pk,
                "voices": getattr(question, "voices", 1),
                "position": AskedAboutOut(id=position.pk, title=position.title) if position else None,
                "employer": owes.employer.name if owes else "",
                **stated,
            }
        )


def all_of(questions: Iterable[Question]) -> list[QuestionOut]:
    return [QuestionOut.of(one) for one in questions]


class AskedQuestionOut(Schema):
    """What became of a question; `question` is empty where it is not shown."""

    id: int
    state: Literal["held", "open", "answered", "merged", "dropped"]
    question: QuestionOut | None

    @classmethod
    def of(cls, question: Question) -> AskedQuestionOut:
        shown = question.state in {Question.State.OPEN, Question.State.ANSWERED}
        told = QuestionOut.of(question) if shown else None
        return cls.model_validate({"id": question.pk, "state": question.state, "question": told})


class RoomQuestionsOut(Schema):
    """The snapshot of `live:{id}:questions`."""

    room_id: int
    open: list[QuestionOut]
    answered: list[QuestionOut]


class HeldQuestionOut(Schema):
    id: int
    name: str
    text: str
    held_for: list[HeldFor]
    asked_at: datetime

    @classmethod
    def of(cls, question: Question) -> HeldQuestionOut:
        stated = {"id": question.pk, "name": question.name, "text": question.text}
        return cls.model_validate({**stated, "held_for": question.held_for, "asked_at": question.asked_at})


class QuestionDeskOut(Schema):
    """What an employer owes, the first due first, and has answered: the snapshot of `inbox:{id}:questions`."""

    participation_id: int
    employer: str
    fair: str
    open: list[QuestionOut]
    answered: list[QuestionOut]


class BackedOut(Schema):
    """Questions whose answer one waits for, or got."""

    question_ids: list[int]


class FaqOut(Schema):
    items: list[QuestionOut]


# Pushes


class QuestionPush(Schema):
    question: QuestionOut


class QuestionGonePush(Schema):
    """Merged into another, taken away, or another's to answer."""

    question_id: int
    into_id: int | None


class HeldQuestionPush(Schema):
    question: HeldQuestionOut


class HeldQuestionsOut(Schema):
    """The snapshot of `live:{id}:held`, for moderators."""

    room_id: int
    held: list[HeldQuestionOut]
