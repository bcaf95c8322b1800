"""What people are told of questions: the answer to whoever waits for it, and a promise that was broken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from jobfair.core import clock, jobs
from jobfair.core.events import listen
from jobfair.notices.registry import template
from jobfair.notices.services import notify
from livestream.events.questions import QuestionOverdue
from livestream.models import Question
from livestream.queries import questions as queries
from livestream.services import questions as services

ANSWERED = template(
    "livestream.answered",
    category="applications",
    zh="{who}回答了你在直播间关心的问题，请查看。",
    en="{who} has answered a question you wait for.",
    wechat_template_id="livestream_answered",
    wechat_fields={"thing1": "who"},
    useful_for=timedelta(days=1),
)
OVERDUE = template(
    "livestream.question_overdue",
    category="work",
    zh="{who}没有按时回答直播间的问题，请联系对方或由主持人回答。",
    en="{who} has not answered a question in the livestream in time.",
    sms_template_id="livestream_question_overdue",
    sms_params=("who",),
)


def connect() -> None:
    """Called once, by wiring."""
    listen(QuestionOverdue, tell_overdue)


@jobs.handler(services.TELL_ANSWER)
def tell_answer(payload: dict[str, Any], *, now: datetime, job: jobs.Attempt) -> None:
    """Everyone who waited, once an answer; whoever gave it knows it."""
    question = queries.get_question(payload["question"])
    if question.state != Question.State.ANSWERED:
        return
    for user_id in queries.backers_of(question.pk):
        if user_id != question.answered_by_id:
            notify(
                user_id=user_id,
                kind=ANSWERED.kind,
                about=f"question:{question.pk}",
                params={"who": question.answered_name},
                link=f"/live/{question.room_id}?answered={question.pk}",
                urgency="in_app",
                now=now,
            )


def escalate_overdue(now: datetime) -> int:
    """Every second, by a worker."""
    return sum(services.escalate(question_id=pk, now=now) for pk in queries.due_questions(now))


def tell_overdue(event: QuestionOverdue) -> None:
    question = queries.get_question(event.question_id)
    owes = question.participation.employer.name if question.participation else "主持人"
    for organiser in queries.organisers_of(question.room.fair_id):
        notify(
            user_id=organiser.pk,
            kind=OVERDUE.kind,
            about=f"question:{question.pk}:overdue",
            params={"who": owes},
            link=f"/live/{question.room_id}/moderation",
            urgency="sms_if_unseen",
            now=clock.now(),
        )
