from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair, Zone


class Booth(models.Model):
    """An employer's place in the hall, with one line."""

    class State(models.TextChoices):
        CLOSED = "closed", "未开放"
        OPEN = "open", "接待中"
        PAUSED = "paused", "暂停叫号"

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="booths")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="booths")
    zone = models.ForeignKey(Zone, null=True, blank=True, on_delete=models.SET_NULL, related_name="booths")
    number = models.PositiveIntegerField("展位号")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.CLOSED)

    class Meta:
        verbose_name = "展位"
        verbose_name_plural = "展位"
        ordering = ["fair_id", "number"]
        constraints = [models.UniqueConstraint(fields=["fair", "number"], name="one_booth_per_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.employer.name}"


class Desk(models.Model):
    """A seat at the booth where one talk happens at a time."""

    booth = models.ForeignKey(Booth, on_delete=models.CASCADE, related_name="desks")
    number = models.PositiveSmallIntegerField("桌号")

    class Meta:
        verbose_name = "洽谈桌"
        verbose_name_plural = "洽谈桌"
        ordering = ["booth_id", "number"]
        constraints = [models.UniqueConstraint(fields=["booth", "number"], name="one_desk_per_number")]


class Ticket(models.Model):
    """A place in a booth's line. It is a lease held by the server: no socket, page or phone can lose it."""

    class State(models.TextChoices):
        WAITING = "waiting", "排队中"
        PAUSED = "paused", "暂离"
        CALLED = "called", "已叫号"
        ARRIVED = "arrived", "已到场"
        SERVING = "serving", "面谈中"
        DONE = "done", "已完成"
        MISSED = "missed", "已过号"
        LEFT = "left", "已退出"
        TRANSFERRED = "transferred", "已转出"
        EXPIRED = "expired", "展位已结束"

    class Channel(models.TextChoices):
        ONSITE = "onsite", "现场"
        ONLINE = "online", "线上"

    ACTIVE = (State.WAITING, State.PAUSED, State.CALLED, State.ARRIVED, State.SERVING)

    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, related_name="tickets")
    seeker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tickets")
    day = models.DateField("日期", help_text="in Asia/Shanghai")
    number = models.PositiveIntegerField("号码")
    place = models.BigIntegerField(help_text="sort key in the line; only its order means anything")
    channel = models.CharField("方式", max_length=6, choices=Channel.choices, default=Channel.ONSITE)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.WAITING)
    misses = models.PositiveSmallIntegerField("过号次数", default=0)
    taken_at = models.DateTimeField("取号时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "排队号"
        verbose_name_plural = "排队号"
        constraints = [
            models.UniqueConstraint(fields=["booth", "day", "number"], name="one_ticket_per_number_and_day"),
            models.UniqueConstraint(
                fields=["booth", "seeker"],
                condition=Q(state__in=["waiting", "paused", "called", "arrived", "serving"]),
                name="one_active_ticket_per_seeker_and_booth",
            ),
        ]
        indexes = [
            models.Index(fields=["booth", "state", "place"]),
            models.Index(fields=["seeker", "state"]),
        ]

    @property
    def label(self) -> str:
        """As spoken and shown in the hall, booth-number: `42-017`. Needs `booth` loaded."""
        return f"{self.booth.number}-{self.number:03d}"


class Call(models.Model):
    """One summons of one ticket to one desk, with a deadline. Live until the talk it leads to is over."""

    class State(models.TextChoices):
        LIVE = "live", "进行中"
        HELD = "held", "已留位"
        DONE = "done", "已结束"
        MISSED = "missed", "未到"
        CANCELLED = "cancelled", "已取消"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="calls")
    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, related_name="calls")
    seeker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calls")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="calls")
    state = models.CharField(max_length=9, choices=State.choices)
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="arrive by then, or the call is missed")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "叫号"
        verbose_name_plural = "叫号"
        constraints = [
            models.UniqueConstraint(
                fields=["seeker"], condition=Q(state="live"), name="one_live_call_per_seeker"
            ),
            models.UniqueConstraint(
                fields=["desk"], condition=Q(state="live"), name="one_live_call_per_desk"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state__in=["live", "held"]), name="one_open_call_per_ticket"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]


class Interview(models.Model):
    """The talk that follows a call, and how it ended."""

    class Result(models.TextChoices):
        TALKED = "talked", "已面谈"
        NO_SHOW = "no_show", "未到场"
        LEFT = "left", "中途离开"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="interviews")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="interviews")
    recruiter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    result = models.CharField("结果", max_length=8, choices=Result.choices, blank=True)
    note = models.CharField("备注", max_length=500, blank=True, help_text="for the employer only")

    class Meta:
        verbose_name = "面谈"
        verbose_name_plural = "面谈"
        constraints = [
            models.UniqueConstraint(
                fields=["desk"], condition=Q(ended_at=None), name="one_open_interview_per_desk"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at=None), name="one_open_interview_per_ticket"
            ),
        ]
