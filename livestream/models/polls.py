from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from livestream.models.rooms import LiveSession, Room

LONGEST_ASKED = 60
LONGEST_CHOICE = 20


class Poll(models.Model):
    """A question with two to six answers that a director puts to a room: `prepared → open → closed → gone`.

    Open and closed ones are shown, at most one in a room; one that is gone is kept, shown to nobody.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", "未发起"
        OPEN = "open", "投票中"
        CLOSED = "closed", "已结束"
        GONE = "gone", "已收起"

    SHOWN = (State.OPEN, State.CLOSED)

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="polls")
    session = models.ForeignKey(LiveSession, null=True, on_delete=models.SET_NULL, related_name="polls")
    question = models.CharField("问题", max_length=LONGEST_ASKED)
    minutes = models.PositiveSmallIntegerField(
        "时限（分钟）", null=True, help_text="empty: until it is closed"
    )
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.PREPARED)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField("发起时间", null=True)
    closes_at = models.DateTimeField("截止时间", null=True)
    closed_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = "直播间投票"
        verbose_name_plural = "直播间投票"
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(state__in=["open", "closed"]), name="one_poll_shown_per_room"
            ),
            models.CheckConstraint(
                condition=Q(state="prepared", opened_at=None)
                | (~Q(state="prepared") & Q(opened_at__isnull=False)),
                name="a_poll_that_was_opened_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "gone"], closed_at__isnull=False)
                | (~Q(state__in=["closed", "gone"]) & Q(closed_at=None)),
                name="a_poll_that_was_closed_says_when",
            ),
        ]
        indexes = [models.Index(fields=["closes_at"], condition=Q(state="open"), name="polls_due")]


class PollChoice(models.Model):
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="choices")
    rank = models.PositiveSmallIntegerField()
    text = models.CharField("选项", max_length=LONGEST_CHOICE)

    class Meta:
        verbose_name = "投票选项"
        verbose_name_plural = "投票选项"
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "rank"], name="one_choice_per_rank"),
            models.UniqueConstraint(fields=["poll", "text"], name="a_choice_is_offered_once"),
        ]


class PollVote(models.Model):
    """What one person chose; choosing again while the poll is open changes it. The rows are the count."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    choice = models.ForeignKey(PollChoice, on_delete=models.PROTECT, related_name="votes")
    at = models.DateTimeField("投票时间", help_text="of the choice that stands")

    class Meta:
        verbose_name = "投票记录"
        verbose_name_plural = "投票记录"
        constraints = [models.UniqueConstraint(fields=["poll", "voter"], name="one_vote_per_person")]
        indexes = [models.Index(fields=["poll", "choice"], name="votes_of_choice")]
