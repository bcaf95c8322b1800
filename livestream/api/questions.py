"""Questions by HTTP: what a position was asked, what one waits for, and everything that settles a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.fairs.access import moderates
from jobfair.positions.access import position_for_anyone
from livestream.access import questions as access
from livestream.access import rooms as rooms_access
from livestream.api.replies import OWN, READ, WRITE
from livestream.models import Question
from livestream.queries import questions as queries
from livestream.schemas.questions import (
    AnswerQuestionIn,
    AskedQuestionOut,
    BackedOut,
    FaqOut,
    MergeQuestionIn,
    ShowQuestionIn,
    TagQuestionIn,
    all_of,
)
from livestream.services import questions as services

router = Router(tags=["livestream"])


@router.get("/positions/{position_id}/questions", response={200: FaqOut, **READ})
def list_position_questions(request: HttpRequest, position_id: int) -> Any:
    """What was asked about it in the livestream, with the answers."""
    return FaqOut(items=all_of(queries.faq_of(position_for_anyone(position_id).pk)))


@router.get("/rooms/{room_id}/my-questions", response={200: BackedOut, **OWN})
def list_my_questions(request: HttpRequest, room_id: int) -> Any:
    """Which of a room's questions one asked or joined."""
    user = signed_in(request)
    room = rooms_access.room_for_anyone(room_id)
    return BackedOut(question_ids=queries.backed_in(room.pk, user.pk))


@router.post("/questions/{question_id}/answer", response={200: AskedQuestionOut, **WRITE})
def answer_question(
    request: HttpRequest, question_id: int, body: AnswerQuestionIn, key: IdempotencyKey
) -> Any:
    """To everyone who waits for it, by the employer's recruiters or the hosts."""
    by = signed_in(request)
    question = access.question_for_answerer(by, question_id)
    as_host = moderates(by, question.room.fair_id)
    return _settle(
        request,
        f"livestream.answer_question:{question_id}",
        key,
        body,
        lambda: services.answer(question=question, by=by, as_host=as_host, text=body.text, now=clock.now()),
    )


@router.post("/questions/{question_id}/tag", response={200: AskedQuestionOut, **WRITE})
def tag_question(request: HttpRequest, question_id: int, body: TagQuestionIn, key: IdempotencyKey) -> Any:
    """Which position it is about; its employer answers."""
    by, question = _moderated(request, question_id)
    return _settle(
        request,
        f"livestream.tag_question:{question_id}",
        key,
        body,
        lambda: services.tag(question=question, position_id=body.position_id, by=by, now=clock.now()),
    )


@router.post("/questions/{question_id}/merge", response={200: AskedQuestionOut, **WRITE})
def merge_question(request: HttpRequest, question_id: int, body: MergeQuestionIn, key: IdempotencyKey) -> Any:
    """Into one that says the same."""
    by, question = _moderated(request, question_id)
    into = access.question_for_moderator(by, body.into_id)
    return _settle(
        request,
        f"livestream.merge_question:{question_id}",
        key,
        body,
        lambda: services.merge(question=question, into=into, by=by, now=clock.now()),
    )


@router.post("/questions/{question_id}/drop", response={200: AskedQuestionOut, **WRITE})
def drop_question(request: HttpRequest, question_id: int, key: IdempotencyKey) -> Any:
    """Off every screen."""
    by, question = _moderated(request, question_id)
    return _settle(
        request,
        f"livestream.drop_question:{question_id}",
        key,
        None,
        lambda: services.drop(question=question, by=by, now=clock.now()),
    )


@router.post("/questions/{question_id}/settle", response={200: AskedQuestionOut, **WRITE})
def settle_held_question(
    request: HttpRequest, question_id: int, body: ShowQuestionIn, key: IdempotencyKey
) -> Any:
    """Let a held question through, or not."""
    by, question = _moderated(request, question_id)
    return _settle(
        request,
        f"livestream.settle_question:{question_id}",
        key,
        body,
        lambda: services.settle_held_question(question=question, show=body.show, by=by, now=clock.now()),
    )


def _moderated(request: HttpRequest, question_id: int) -> tuple[User, Question]:
    by = signed_in(request)
    return by, access.question_for_moderator(by, question_id)


def _settle(request: HttpRequest, command: str, key: str, body: Any, do: Callable[[], Question]) -> Any:
    def press() -> AskedQuestionOut:
        return AskedQuestionOut.of(queries.get_question(do().pk))

    return durable(request, command, key, body, press)
