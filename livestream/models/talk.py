from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from jobfair.fairs.models import Fair
from livestream.models.rooms import LiveSession, Room

LONGEST_LINE = 100  # characters


class RoomTalk(models.Model):
    """How people talk in one room. Whatever is said or forbidden there goes through this row's lock, one by one."""

    room = models.OneToOneField(Room, primary_key=True, on_delete=models.CASCADE, related_name="talk")
    slow_seconds = models.PositiveSmallIntegerField("慢速模式（秒）", default=0, help_text="0: off")
    closed = models.BooleanField("全员禁言", default=False)
    pinned = models.ForeignKey("LiveLine", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "互动设置"
        verbose_name_plural = "互动设置"


class LiveLine(models.Model):
    """One line of a room's chat. Kept when it is deleted: stream content is kept for 60 days, shown to nobody.

    互联网直播服务管理规定第十六条: 互联网直播服务提供者应当记录互联网直播服务使用者发布内容和日志信息，保存六十日.
    """

    class Side(models.TextChoices):
        VIEWER = "viewer", "观众"
        EMPLOYER = "employer", "企业"
        HOST = "host", "主持人"

    class State(models.TextChoices):
        SHOWN = "shown", "已显示"
        HELD = "held", "待审核"
        REFUSED = "refused", "未通过"
        DELETED = "deleted", "已删除"

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="lines")
    session = models.ForeignKey(LiveSession, null=True, on_delete=models.SET_NULL, related_name="lines")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="live_lines")
    cid = models.CharField(max_length=64, help_text="the client's own id of the line")
    side = models.CharField(max_length=8, choices=Side.choices)
    name = models.CharField("显示名", max_length=40, help_text="as everyone was shown it")
    text = models.CharField("内容", max_length=LONGEST_LINE)
    state = models.CharField("状态", max_length=7, choices=State.choices)
    held_for = models.JSONField(default=list, help_text="why it was held, see filtering.HeldFor")
    batch = models.BigIntegerField(help_text="the push that told of it carries this number")
    at = models.DateTimeField("发送时间")
    shown_at = models.DateTimeField("显示时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)

    class Meta:
        verbose_name = "直播间发言"
        verbose_name_plural = "直播间发言"
        constraints = [
            models.UniqueConstraint(fields=["sender", "cid"], name="one_live_line_per_client_id"),
            models.CheckConstraint(
                condition=Q(state__in=["held", "refused"], shown_at=None)
                | Q(state__in=["shown", "deleted"], shown_at__isnull=False),
                name="a_line_shown_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["room", "-shown_at", "-id"], condition=Q(state="shown"), name="live_lines_newest"
            ),
            models.Index(fields=["room", "id"], condition=Q(state="held"), name="live_lines_held"),
            models.Index(fields=["room", "sender", "at"], name="live_lines_of_sender"),
        ]


class FilterWord(models.Model):
    """A word that holds a line for a moderator, in all rooms of a fair. `folded` is what is looked for."""

    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="filter_words")
    word = models.CharField("词", max_length=30)
    folded = models.CharField(max_length=30)

    class Meta:
        verbose_name = "过滤词"
        verbose_name_plural = "过滤词"
        constraints = [models.UniqueConstraint(fields=["fair", "folded"], name="one_filter_word_per_fair")]
