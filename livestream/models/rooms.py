from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position


class Room(models.Model):
    """The lasting place of a fair's broadcasts: its address, chat and questions stay when a broadcast is over."""

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField("名称", max_length=40)
    about = models.CharField("简介", max_length=200, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "直播间"
        verbose_name_plural = "直播间"
        ordering = ["fair_id", "rank", "id"]
        constraints = [models.UniqueConstraint(fields=["fair", "name"], name="one_room_per_name")]

    def __str__(self) -> str:
        return self.name


class LiveSession(models.Model):
    """One broadcast in a room: `planned → live ⇄ interrupted → ended → published`."""

    class State(models.TextChoices):
        PLANNED = "planned", "未开播"
        LIVE = "live", "直播中"
        INTERRUPTED = "interrupted", "直播中断"
        ENDED = "ended", "已结束"
        PUBLISHED = "published", "可回放"

    ON = (State.LIVE, State.INTERRUPTED)
    OVER = (State.ENDED, State.PUBLISHED)

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField("标题", max_length=60)
    starts_at = models.DateTimeField("计划开播")
    ends_at = models.DateTimeField("计划结束")
    state = models.CharField("状态", max_length=11, choices=State.choices, default=State.PLANNED)
    live_at = models.DateTimeField("开播时间", null=True, blank=True)
    interrupted_at = models.DateTimeField(
        "中断时间", null=True, blank=True, help_text="empty when it is not interrupted"
    )
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    published_at = models.DateTimeField("回放发布时间", null=True, blank=True)

    class Meta:
        verbose_name = "直播"
        verbose_name_plural = "直播"
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(state__in=["live", "interrupted"]), name="one_broadcast_per_room"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_broadcast_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(state="planned", live_at=None) | (~Q(state="planned") & Q(live_at__isnull=False)),
                name="a_broadcast_that_began_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="interrupted", interrupted_at__isnull=False)
                | (~Q(state="interrupted") & Q(interrupted_at=None)),
                name="an_interruption_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ended", "published"], ended_at__isnull=False)
                | (~Q(state__in=["ended", "published"]) & Q(ended_at=None)),
                name="a_broadcast_that_is_over_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="a_replay_says_since_when",
            ),
        ]
        indexes = [models.Index(fields=["room", "state", "starts_at"])]

    def __str__(self) -> str:
        return self.title


class SessionPerson(models.Model):
    """Someone who hosts or speaks in a broadcast, under the real name of a paper that was seen.

    互联网直播服务管理规定第十二条: the identity of whoever broadcasts is verified. The kind of paper is kept, no
    number and no picture.
    """

    class Role(models.TextChoices):
        HOST = "host", "主持人"
        SPEAKER = "speaker", "嘉宾"

    class Paper(models.TextChoices):
        ID_CARD = "id_card", "居民身份证"
        PASSPORT = "passport", "护照"
        PERMIT = "permit", "居住证或通行证"

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="people")
    role = models.CharField("角色", max_length=7, choices=Role.choices)
    real_name = models.CharField("真实姓名", max_length=40)
    shown_name = models.CharField("显示名", max_length=40)
    organisation = models.CharField("单位", max_length=80, blank=True)
    paper = models.CharField("查验证件", max_length=8, choices=Paper.choices, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField("查验时间", null=True, blank=True)

    class Meta:
        verbose_name = "出镜人员"
        verbose_name_plural = "出镜人员"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(paper="", seen_at=None) | (~Q(paper="") & Q(seen_at__isnull=False)),
                name="a_paper_was_seen_at_a_time",
            ),
        ]


class Cue(models.Model):
    """One item of a broadcast's rundown: an employer with its positions, or a part of the programme without."""

    class State(models.TextChoices):
        PLANNED = "planned", "待播"
        ON_AIR = "on_air", "正在讲解"
        DONE = "done", "已讲解"
        SKIPPED = "skipped", "已跳过"

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="cues")
    rank = models.PositiveSmallIntegerField()
    title = models.CharField("环节", max_length=60, blank=True, help_text="empty: the employer's name")
    employer = models.ForeignKey(
        Employer, null=True, blank=True, on_delete=models.PROTECT, related_name="cues"
    )
    host = models.ForeignKey(
        SessionPerson, null=True, blank=True, on_delete=models.SET_NULL, related_name="cues"
    )
    minutes = models.PositiveSmallIntegerField("计划时长（分钟）", default=5)
    notes = models.CharField("提词", max_length=500, blank=True, help_text="for the studio alone")
    state = models.CharField("状态", max_length=7, choices=State.choices, default=State.PLANNED)

    class Meta:
        verbose_name = "播出环节"
        verbose_name_plural = "播出环节"
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(state="on_air"), name="one_cue_on_air_per_broadcast"
            ),
            models.CheckConstraint(
                condition=~Q(title="") | Q(employer__isnull=False), name="a_cue_has_a_name"
            ),
            models.CheckConstraint(condition=Q(minutes__range=(1, 180)), name="a_cue_lasts_minutes"),
        ]
        indexes = [models.Index(fields=["session", "rank"])]

    def __str__(self) -> str:
        return self.title or f"cue {self.pk}"


class CuePosition(models.Model):
    """A position a cue is going to present, in this order."""

    cue = models.ForeignKey(Cue, on_delete=models.CASCADE, related_name="planned_positions")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "环节岗位"
        verbose_name_plural = "环节岗位"
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["cue", "position"], name="a_cue_presents_a_position_once")
        ]


class Airing(models.Model):
    """One stretch of a cue on air; a cue that was brought back has several. What replay chapters are made of."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="airings")
    cue = models.ForeignKey(Cue, on_delete=models.CASCADE, related_name="airings")
    started_at = models.DateTimeField("上屏时间")
    ended_at = models.DateTimeField("下屏时间", null=True, blank=True)

    class Meta:
        verbose_name = "播出时段"
        verbose_name_plural = "播出时段"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(ended_at=None), name="one_airing_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="an_airing_ends_after_it_starts",
            ),
        ]


class PinnedPosition(models.Model):
    """A posting as it stood when it went on air: what viewers were shown and applied from."""

    airing = models.ForeignKey(Airing, on_delete=models.PROTECT, related_name="pinned")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="pinned")
    rank = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(help_text="of the position, then")
    posting = models.JSONField(help_text="as schemas.PostingOut wrote it")
    pinned_at = models.DateTimeField("上屏时间")

    class Meta:
        verbose_name = "上屏岗位"
        verbose_name_plural = "上屏岗位"
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["airing", "position"], name="an_airing_shows_a_position_once")
        ]

    @property
    def reference(self) -> str:
        """What an application keeps as its `source_ref`."""
        return f"pinned:{self.pk}"


class PostingCorrection(models.Model):
    """Pay, place or duties were corrected after a posting was on air; told to everyone who applied from it."""

    pinned = models.ForeignKey(PinnedPosition, on_delete=models.PROTECT, related_name="corrections")
    was = models.JSONField(help_text="the corrected fields as they were told last")
    became = models.JSONField(help_text="the same fields now")
    at = models.DateTimeField("更正时间")

    class Meta:
        verbose_name = "岗位更正"
        verbose_name_plural = "岗位更正"
        ordering = ["id"]
