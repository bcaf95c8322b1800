from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Programme(models.Model):
    """A year's series of fairs by one organising union."""

    name = models.CharField("名称", max_length=80, unique=True)
    organiser = models.CharField("主办单位", max_length=80)

    class Meta:
        verbose_name = "活动"
        verbose_name_plural = "活动"

    def __str__(self) -> str:
        return self.name


class City(models.Model):
    code = models.CharField("行政区划代码", max_length=6, unique=True, help_text="GB/T 2260")
    name = models.CharField("名称", max_length=20)

    class Meta:
        verbose_name = "城市"
        verbose_name_plural = "城市"

    def __str__(self) -> str:
        return self.name


class Fair(models.Model):
    """One edition in one city."""

    class State(models.TextChoices):
        DRAFT = "draft", "筹备"
        SCHEDULED = "scheduled", "已公布"
        OPEN = "open", "进行中"
        EXTENDED = "extended", "延期开放"
        CLOSED = "closed", "已结束"
        ARCHIVED = "archived", "已归档"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="fairs")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="fairs")
    slug = models.SlugField(unique=True)
    name = models.CharField("名称", max_length=120)
    theme = models.CharField("主题", max_length=120, blank=True)
    venue = models.CharField("地点", max_length=120)
    opens_at = models.DateTimeField("开始")
    closes_at = models.DateTimeField("结束")
    extension_ends_at = models.DateTimeField("延期至", help_text="positions stay open until here")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    tickets_per_seeker = models.PositiveSmallIntegerField("每人最多排队数", default=3)
    onsite_call_seconds = models.PositiveIntegerField("现场叫号时限（秒）", default=180)
    online_call_seconds = models.PositiveIntegerField("线上叫号时限（秒）", default=90)
    chat_answer_minutes = models.PositiveSmallIntegerField("会话答复时限（分钟，招聘会期间）", default=5)
    chat_answer_days = models.PositiveSmallIntegerField("会话答复时限（工作日，招聘会前后）", default=1)
    complaint_phone = models.CharField("投诉电话", max_length=30, blank=True)
    approved_capacity = models.PositiveIntegerField(
        "核准容量（人）",
        null=True,
        blank=True,
        help_text="people in the hall at once, as approved (大型群众性活动安全管理条例第七条); empty: not stated",
    )

    class Meta:
        verbose_name = "招聘会"
        verbose_name_plural = "招聘会"
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="fair_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(extension_ends_at__gte=F("closes_at")), name="extension_ends_after_closing"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Zone(models.Model):
    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="zones")
    letter = models.CharField("编号", max_length=4)
    name = models.CharField("名称", max_length=40)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "展区"
        verbose_name_plural = "展区"
        ordering = ["fair_id", "rank", "letter"]
        constraints = [models.UniqueConstraint(fields=["fair", "letter"], name="one_zone_per_letter")]

    def __str__(self) -> str:
        return f"{self.letter} {self.name}"


class ScheduleEntry(models.Model):
    """Something announced for a time: the opening, a talk, a broadcast."""

    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="schedule")
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    title = models.CharField("内容", max_length=120)
    place = models.CharField("地点", max_length=80, blank=True)

    class Meta:
        verbose_name = "日程"
        verbose_name_plural = "日程"
        ordering = ["starts_at"]


class FairStaff(models.Model):
    """A user's office at one fair."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", "组织者"
        STAFF = "staff", "现场工作人员"
        DIRECTOR = "director", "导播和主持"
        MODERATOR = "moderator", "直播间管理员"

    AT_DOORS = (Role.ORGANISER, Role.STAFF)

    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="fair_roles")
    role = models.CharField(max_length=12, choices=Role.choices)

    class Meta:
        verbose_name = "工作人员"
        verbose_name_plural = "工作人员"
        constraints = [models.UniqueConstraint(fields=["fair", "user"], name="one_office_per_fair_and_user")]
