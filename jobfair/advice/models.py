from __future__ import annotations

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from booths.models import Booth, Ticket


class BookingRule(models.Model):
    """When a service desk's times can be booked: so many people in each slot, on every day of the fair.

    Without a row nothing can be booked there, and everyone stands in the line.
    """

    booth = models.OneToOneField(Booth, on_delete=models.CASCADE, related_name="booking_rule")
    slot_minutes = models.PositiveSmallIntegerField("每次时长（分钟）", default=20)
    each = models.PositiveSmallIntegerField("每个时段可约人数", default=1)
    opens = models.TimeField("每天开始", default=time(9))
    closes = models.TimeField("每天结束", default=time(17))

    class Meta:
        verbose_name = "预约规则"
        verbose_name_plural = "预约规则"
        constraints = [
            models.CheckConstraint(
                condition=Q(slot_minutes__range=(5, 120), each__range=(1, 20), closes__gt=F("opens")),
                name="a_booking_rule_makes_slots",
            )
        ]


class Appointment(models.Model):
    """A time a seeker has booked at a service desk. On coming it becomes a place in the line, before those without."""

    class State(models.TextChoices):
        BOOKED = "booked", "已预约"
        ADMITTED = "admitted", "已取号"
        CANCELLED = "cancelled", "已取消"
        LAPSED = "lapsed", "未到"

    TAKEN = (State.BOOKED, State.ADMITTED)

    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, related_name="appointments")
    seeker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments"
    )
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    about = models.CharField("想问什么", max_length=200, blank=True)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.BOOKED)
    booked_at = models.DateTimeField("预约时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ticket = models.OneToOneField(
        Ticket, null=True, blank=True, on_delete=models.PROTECT, related_name="appointment"
    )

    class Meta:
        verbose_name = "预约"
        verbose_name_plural = "预约"
        constraints = [
            models.UniqueConstraint(
                fields=["booth", "seeker"],
                condition=Q(state="booked"),
                name="one_booking_per_seeker_and_desk",
            ),
            models.CheckConstraint(
                condition=Q(state="admitted", ticket__isnull=False) | (~Q(state="admitted") & Q(ticket=None)),
                name="an_appointment_is_admitted_by_a_ticket",
            ),
            models.CheckConstraint(
                condition=Q(state="booked", ended_at=None) | (~Q(state="booked") & Q(ended_at__isnull=False)),
                name="an_appointment_that_is_over_has_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["booth", "starts_at"]),
            models.Index(fields=["ends_at"], condition=Q(state="booked"), name="appointments_to_lapse"),
        ]


class AdvicePlan(models.Model):
    """What a counsellor advised at one talk, and the steps that follow. Its seeker keeps it (职业规划).

    Whose it is is the ticket's to say, so a guest's plan goes along when the guest signs in.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="advice_plan")
    counsellor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField("主题", max_length=80)
    advice = models.CharField("建议", max_length=2000)
    written_at = models.DateTimeField("写于")
    changed_at = models.DateTimeField("改于")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "职业规划"
        verbose_name_plural = "职业规划"


class AdviceStep(models.Model):
    """One next step: what, who does it, by when, and where to read on."""

    class Who(models.TextChoices):
        YOU = "you", "本人"
        SERVICE = "service", "服务台"

    plan = models.ForeignKey(AdvicePlan, on_delete=models.CASCADE, related_name="steps")
    rank = models.PositiveSmallIntegerField()
    text = models.CharField("做什么", max_length=200)
    who = models.CharField("谁来做", max_length=7, choices=Who.choices, default=Who.YOU)
    due_on = models.DateField("什么时候前", null=True, blank=True, help_text="in Asia/Shanghai")
    link = models.URLField("资料", blank=True, help_text="https only")
    done_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = "下一步"
        verbose_name_plural = "下一步"
        ordering = ["plan_id", "rank"]
        constraints = [models.UniqueConstraint(fields=["plan", "rank"], name="one_step_per_rank")]
