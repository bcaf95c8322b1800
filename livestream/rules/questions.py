"""What may be asked in a room, and who owes the answer until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from jobfair.chat.rules import plain_text
from jobfair.core.errors import DomainError, Invalid
from jobfair.core.working_days import end_of_working_day
from jobfair.fairs.models import Fair
from livestream.models import Question
from livestream.models.questions import LONGEST_ANSWER, LONGEST_QUESTION

ANSWERED_WITHIN = timedelta(minutes=15)  # while the fair is open; later by the end of the next working day
MOST, MOST_WITHIN = 5, timedelta(minutes=5)  # of one person


class QuestionTooLong(Invalid):
    code = "livestream.question_too_long"
    message = _("一个问题最多120个字，请缩短后再提。")


class AnswerTooLong(Invalid):
    code = "livestream.answer_too_long"
    message = _("回答最多300个字，请缩短后再发。")


class TooManyQuestions(DomainError):
    code = "livestream.too_many_questions"
    status = 429
    message = _("问题提得太快了，请等前面的问题有人回答。")


class QuestionSettled(DomainError):
    """Somebody was faster."""

    code = "livestream.question_settled"
    message = _("这个问题刚被处理过，请看最新状态。")


class CannotMerge(DomainError):
    code = "livestream.cannot_merge"
    message = _("只能合并到同一个直播间里还在显示的另一个问题。")


class PositionElsewhere(Invalid):
    code = "livestream.position_elsewhere"
    message = _("这个岗位不在本场招聘会，请另选一个。")


def question_text(text: str) -> str:
    flat = " ".join(plain_text(text).split())
    if len(flat) > LONGEST_QUESTION:
        raise QuestionTooLong(fields={"text": _("请缩短到120个字以内。")})
    return flat


def answer_text(text: str) -> str:
    kept = plain_text(text)
    if len(kept) > LONGEST_ANSWER:
        raise AnswerTooLong(fields={"text": _("请缩短到300个字以内。")})
    return kept


def due_at(fair: Fair, now: datetime) -> datetime:
    """The promise of the fair: a quarter of an hour while it is open, else one working day."""
    if fair.opens_at <= now < fair.closes_at:
        return now + ANSWERED_WITHIN
    return end_of_working_day(now, days=1)


def ensure_open(question: Question) -> None:
    if question.state != Question.State.OPEN:
        raise QuestionSettled


def ensure_may_answer(question: Question) -> None:
    """An answer may be corrected by a later one."""
    if question.state not in {Question.State.OPEN, Question.State.ANSWERED}:
        raise QuestionSettled


def ensure_may_merge(question: Question, into: Question) -> None:
    ensure_open(question)
    if into.pk == question.pk or into.room_id != question.room_id:
        raise CannotMerge
    if into.state not in {Question.State.OPEN, Question.State.ANSWERED}:
        raise CannotMerge
