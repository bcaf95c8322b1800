from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from jobfair.applications.models import Application, Decision
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair, Zone


class Booth(models.Model):
    """A place in the hall with one line: an employer's, or one of the union's service desks, which has no positions."""

    class Service(models.TextChoices):
        NONE = "", "企业展位"
        POLICY = "policy", "政策咨询"
        COOPERATION = "cooperation", "区域合作"
        SKILLS = "skills", "技能提升"
        GUIDANCE = "guidance", "职业指导"

    class State(models.TextChoices):
        CLOSED = "closed", "未开放"
        OPEN = "open", "接待中"
        PAUSED = "paused", "暂停叫号"

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="booths")
    employer = models.ForeignKey(
        Employer, null=True, blank=True, on_delete=models.PROTECT, related_name="booths"
    )
    service = models.CharField("服务", max_length=11, choices=Service.choices, blank=True)
    title = models.CharField("服务名称", max_length=40, blank=True, help_text="of a service; empty: its kind")
    zone = models.ForeignKey(Zone, null=True, blank=True, on_delete=models.SET_NULL, related_name="booths")
    number = models.PositiveIntegerField("展位号")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.CLOSED)
    takes_tickets = models.BooleanField("接受取号", default=True, help_text="off after the last ticket")
    called_place = models.BigIntegerField(
        default=0,
        editable=False,
        help_text="the furthest place called so far: where a new ticket's turn begins",
    )

    class Meta:
        verbose_name = "展位"
        verbose_name_plural = "展位"
        ordering = ["fair_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["fair", "number"], name="one_booth_per_number"),
            models.CheckConstraint(
                condition=Q(employer__isnull=False, service="") | (Q(employer=None) & ~Q(service="")),
                name="a_booth_is_an_employers_or_a_services",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.host}"

    @property
    def host(self) -> str:
        """Who receives people here: the employer's name, or the service's. Needs `employer` loaded."""
        return self.employer.name if self.employer else self.title or self.get_service_display()

    @property
    def area(self) -> str:
        return self.employer.area if self.employer else ""


class Counsellor(models.Model):
    """Who receives people at a service desk and reads what was advised there."""

    booth = models.ForeignKey(Booth, on_delete=models.CASCADE, related_name="counsellors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="counsels_at")

    class Meta:
        verbose_name = "咨询员"
        verbose_name_plural = "咨询员"
        constraints = [
            models.UniqueConstraint(fields=["booth", "user"], name="one_counsellor_per_booth_and_user")
        ]


class LineRule(models.Model):
    """How the lines of one fair are ordered. Without a row: first come, first called, and no priority.

    `interleave_onsite` : `interleave_online` tickets are called in turn while both wait; 0 : 0 is one line for both.
    """

    fair = models.OneToOneField(Fair, on_delete=models.CASCADE, related_name="line_rule")
    interleave_onsite = models.PositiveSmallIntegerField("现场", default=0)
    interleave_online = models.PositiveSmallIntegerField("线上", default=0)
    priorities = models.JSONField("优先人群", default=list, help_text="of Ticket.Priority")

    class Meta:
        verbose_name = "排队规则"
        verbose_name_plural = "排队规则"
        constraints = [
            models.CheckConstraint(
                condition=Q(interleave_onsite=0, interleave_online=0)
                | Q(interleave_onsite__range=(1, 9), interleave_online__range=(1, 9)),
                name="an_interleave_names_both_channels",
            ),
        ]


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

    class Priority(models.TextChoices):
        NONE = "", "无"
        VETERAN = "veteran", "退役军人"
        DISABLED = "disabled", "残疾人"
        PREGNANT = "pregnant", "孕妇"
        BOOKED = "booked", "预约"

    class Certificate(models.TextChoices):
        NONE = "", "无"
        VETERAN_CARD = "veteran_card", "退役军人优待证"
        DISCHARGE_PAPER = "discharge_paper", "退出现役证"
        DISABILITY_CARD = "disability_card", "残疾人证"
        MATERNITY_RECORD = "maternity_record", "母子健康手册"

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
    priority = models.CharField("优先", max_length=8, choices=Priority.choices, blank=True)
    certificate = models.CharField(
        "证件",
        max_length=16,
        choices=Certificate.choices,
        blank=True,
        help_text="seen by a clerk; no picture",
    )
    paused_until = models.DateTimeField(
        "暂离至", null=True, blank=True, help_text="the worker resumes it then"
    )
    postponed = models.PositiveSmallIntegerField(
        "已延后次数", default=0, help_text="called, and asked for later"
    )
    ready_asked_at = models.DateTimeField(
        "提醒时间", null=True, blank=True, help_text="three ahead: are you there?"
    )
    ready_at = models.DateTimeField("应答时间", null=True, blank=True)
    claim_hash = models.CharField(
        max_length=64,
        blank=True,
        db_index=True,
        help_text="of the paper's label and code; empty once claimed",
    )
    transferred_from = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="transferred_to"
    )

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
            models.Index(fields=["paused_until"], condition=Q(state="paused"), name="pauses_due"),
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
    announced_at = models.DateTimeField(help_text="called, or called again")
    announcements = models.PositiveSmallIntegerField(default=1)
    passed_over = models.PositiveSmallIntegerField(
        default=0, help_text="how many free people stood before it"
    )
    pick_reason = models.CharField(max_length=200, blank=True, help_text="why it was called out of order")

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
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["booth", "-announced_at"]),
        ]


class DutyShift(models.Model):
    """A recruiter's time at one desk in one state; every change of state ends a shift and begins another."""

    class State(models.TextChoices):
        ON = "on", "在岗"
        AWAY = "away", "暂离"

    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, related_name="shifts")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="shifts")
    recruiter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=4, choices=State.choices)
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True, blank=True)

    class Meta:
        verbose_name = "值班"
        verbose_name_plural = "值班"
        constraints = [
            models.UniqueConstraint(
                fields=["recruiter"], condition=Q(ended_at=None), name="one_open_shift_per_recruiter"
            ),
        ]
        indexes = [models.Index(fields=["booth"], condition=Q(ended_at=None), name="open_shifts_of_a_booth")]


class Interview(models.Model):
    """The talk that follows a call, and how it ended."""

    class Outcome(models.TextChoices):
        NONE = "", "未定"
        SECOND_INTERVIEW = "second_interview", "邀约复试"
        OFFER = "offer", "现场录用"
        REJECT = "reject", "不合适"
        RESERVE = "reserve", "留作储备"

    class Consent(models.TextChoices):
        NOT_NEEDED = "", "无需"
        AWAITED = "awaited", "等待本人同意"
        GIVEN = "given", "已同意"
        LAPSED = "lapsed", "已失效"

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
    outcome = models.CharField("结论", max_length=16, choices=Outcome.choices, blank=True)
    reason_code = models.CharField(max_length=20, blank=True, help_text="of a rejection")
    reason_text = models.CharField(max_length=200, blank=True)
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.SET_NULL, related_name="interviews"
    )
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    consent = models.CharField("本人同意", max_length=8, choices=Consent.choices, blank=True)
    consent_due_at = models.DateTimeField(
        null=True, blank=True, help_text="without consent the result lapses then"
    )

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
        indexes = [
            models.Index(fields=["consent_due_at"], condition=Q(consent="awaited"), name="consents_due"),
        ]
