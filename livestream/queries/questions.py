"""Reads of questions: what a room shows, what an employer owes, what a position was asked, what one asked oneself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from django.db.models import Count

from jobfair.accounts.models import User
from jobfair.applications.access import positions_for_anyone
from jobfair.employers.models import Participation
from jobfair.fairs.models import FairStaff
from jobfair.positions.models import Position
from livestream.models import Cue, LiveSession, Question, QuestionBacker

State = Question.State
OPEN_SHOWN = 100
ANSWERED_SHOWN = 50
FAQ_SHOWN = 30
MINE_SHOWN = 50


def _rows() -> Any:
    """Questions with `voices`, which is no field of theirs."""
    rows = Question.objects.select_related("position", "participation__employer", "room")
    return rows.annotate(voices=Count("backers"))


def get_question(question_id: int) -> Question:
    return cast("Question", _rows().get(pk=question_id))


def open_questions(room_id: int) -> list[Question]:
    """Those most people wait for first."""
    return list(_rows().filter(room=room_id, state=State.OPEN).order_by("-voices", "pk")[:OPEN_SHOWN])


def answered_questions(room_id: int) -> list[Question]:
    """The answered last first."""
    rows = _rows().filter(room=room_id, state=State.ANSWERED).order_by("-answered_at", "-pk")
    return list(rows[:ANSWERED_SHOWN])


def held_questions(room_id: int) -> list[Question]:
    return list(_rows().filter(room=room_id, state=State.HELD).order_by("pk")[:OPEN_SHOWN])


def owed_by(participation_id: int) -> list[Question]:
    """What an employer is still to answer; the first due first."""
    rows = _rows().filter(participation=participation_id, state=State.OPEN)
    return list(rows.order_by("due_at", "pk")[:OPEN_SHOWN])


def answered_by_employer(participation_id: int) -> list[Question]:
    rows = _rows().filter(participation=participation_id, state=State.ANSWERED)
    return list(rows.order_by("-answered_at", "-pk")[:ANSWERED_SHOWN])


def faq_of(position_id: int) -> list[Question]:
    """What was asked about a position and answered; what most people wanted to know first."""
    rows = _rows().filter(position=position_id, state=State.ANSWERED)
    return list(rows.order_by("-voices", "-answered_at")[:FAQ_SHOWN])


def voices_in(room_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """By room and question (as text): how many wait for the answer; of those that are open."""
    rows = QuestionBacker.objects.filter(question__room__in=room_ids, question__state=State.OPEN)
    found: dict[int, dict[str, int]] = {room: {} for room in room_ids}
    for room, question, voices in (
        rows.values("question__room", "question")
        .annotate(n=Count("pk"))
        .values_list("question__room", "question", "n")
    ):
        found[room][str(question)] = voices
    return found


def find_by_cid(asker_id: int, cid: str) -> Question | None:
    return Question.objects.filter(asker=asker_id, cid=cid).first()


def count_lately(asker_id: int, since: datetime) -> int:
    return Question.objects.filter(asker=asker_id, asked_at__gt=since).count()


def backed_in(room_id: int, user_id: int) -> list[int]:
    """Questions of the room whose answer this person waits for."""
    own = QuestionBacker.objects.filter(user=user_id, question__room=room_id)
    return list(own.order_by("-question")[:200].values_list("question_id", flat=True))


def backers_of(question_id: int) -> list[int]:
    """Everyone who is told of the answer: of the question and of those merged into it."""
    rows = QuestionBacker.objects.filter(question=question_id).order_by("user").distinct()
    return list(rows.values_list("user_id", flat=True))


def cue_on_air(room_id: int) -> Cue | None:
    on_air = Cue.objects.filter(
        session__room=room_id, session__state__in=LiveSession.ON, state=Cue.State.ON_AIR
    )
    return on_air.select_related("session").first()


def participation_of(employer_id: int | None, fair_id: int) -> Participation | None:
    if employer_id is None:
        return None
    return Participation.objects.filter(
        employer=employer_id, fair=fair_id, state=Participation.State.ACCEPTED
    ).first()


def position_in(position_id: int, fair_id: int) -> Position | None:
    """One that anyone may see."""
    return positions_for_anyone([position_id]).filter(fair=fair_id).first()


def due_questions(now: datetime) -> list[int]:
    due = Question.objects.filter(state=State.OPEN, escalates_at__lte=now).order_by("escalates_at")
    return list(due.values_list("pk", flat=True)[:100])


def organisers_of(fair_id: int) -> list[User]:
    offices = FairStaff.objects.filter(fair=fair_id, role=FairStaff.Role.ORGANISER)
    return [one.user for one in offices.select_related("user").order_by("user_id")]
