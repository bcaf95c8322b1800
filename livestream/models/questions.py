from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jobfair.employers.models import Participation
from jobfair.positions.models import Position
from livestream.models.rooms import Cue, LiveSession, Room

LONGEST_QUESTION = 120
LONGEST_ANSWER = 300


class Question(models.Model):
    """What somebody asked in a room, owed an answer by its employer, or by the hosts where it is about none.

    One that says the same as another is merged into it: whoever asked or joined it gets that one's answer. An answered
    question about a position stays as that position's FAQ.
    """

    class State(models.TextChoices):
        HELD = "held", "待审核"
        OPEN = "open", "待回答"
        ANSWERED = "answered", "已回答"
        MERGED = "merged", "已合并"
        DROPPED = "dropped", "未采用"

    class Level(models.TextChoices):
        EMPLOYER = "employer", "企业"
        HOST = "host", "主持人"
        ORGANISER = "organiser", "主办方"

    WAITING = (State.OPEN,)

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="questions")
    session = models.ForeignKey(LiveSession, null=True, on_delete=models.SET_NULL, related_name="questions")
    cue = models.ForeignKey(Cue, null=True, on_delete=models.SET_NULL, related_name="questions")
    participation = models.ForeignKey(
        Participation, null=True, on_delete=models.PROTECT, related_name="live_questions"
    )
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT, related_name="questions")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cid = models.CharField(max_length=64)
    name = models.CharField("显示名", max_length=40, help_text="as everyone was shown it")
    text = models.CharField("问题", max_length=LONGEST_QUESTION)
    state = models.CharField("状态", max_length=8, choices=State.choices)
    held_for = models.JSONField(default=list)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    asked_at = models.DateTimeField("提问时间")
    due_at = models.DateTimeField("答复期限")
    level = models.CharField("责任方", max_length=9, choices=Level.choices)
    escalates_at = models.DateTimeField(
        "上报时间", null=True, blank=True, help_text="empty: nothing is owed, or the organiser owes it"
    )
    answer = models.CharField("回答", max_length=LONGEST_ANSWER, blank=True)
    answered_name = models.CharField("回答者", max_length=40, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("回答时间", null=True, blank=True)

    class Meta:
        verbose_name = "直播间提问"
        verbose_name_plural = "直播间提问"
        constraints = [
            models.UniqueConstraint(fields=["asker", "cid"], name="one_question_per_client_id"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None)),
                name="a_merged_question_says_into_which",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="no_question_is_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False) & ~Q(answer="")
                | (~Q(state="answered") & Q(answered_at=None, answer="")),
                name="an_answered_question_has_an_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["room", "state", "-id"], name="questions_of_room"),
            models.Index(fields=["participation", "state", "due_at"], name="questions_of_employer"),
            models.Index(
                fields=["position", "-answered_at"], condition=Q(state="answered"), name="faq_of_position"
            ),
            models.Index(fields=["escalates_at"], condition=~Q(escalates_at=None), name="questions_due"),
        ]


class QuestionBacker(models.Model):
    """Somebody who wants the answer: the asker, and whoever pressed +1."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="backers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "user"], name="one_voice_per_question")]
        indexes = [models.Index(fields=["user", "-question"], name="questions_of_backer")]
