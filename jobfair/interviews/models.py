from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from booths.models import Booth, Ticket


class Slot(models.Model):
    """A time at which a booth's employer talks to one person, after the fair or beside it: one place."""

    class Mode(models.TextChoices):
        VIDEO = "video", "视频"
        ONSITE = "onsite", "现场"

    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, related_name="slots")
    recruiter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField("开始")
    minutes = models.PositiveSmallIntegerField("时长", help_text="minutes")
    mode = models.CharField("方式", max_length=6, choices=Mode.choices, default=Mode.VIDEO)
    address = models.CharField("地点", max_length=120, blank=True, help_text="of a talk on site")
    published_at = models.DateTimeField("发布时间")
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)

    class Meta:
        verbose_name = "面谈时段"
        verbose_name_plural = "面谈时段"
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recruiter", "starts_at"], condition=Q(withdrawn_at=None), name="one_slot_per_start"
            ),
            models.CheckConstraint(
                condition=Q(mode="video", address="") | Q(mode="onsite") & ~Q(address=""),
                name="a_slot_on_site_names_its_place",
            ),
        ]
        indexes = [models.Index(fields=["booth", "starts_at"], name="slots_of_a_booth")]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class Booking(models.Model):
    """One person's place in a slot. Moving it keeps its row: `uid` names it in calendars for good, and `sequence`
    rises with each change (RFC 5545, 3.8.7.4)."""

    class State(models.TextChoices):
        BOOKED = "booked", "已预约"
        CANCELLED = "cancelled", "已取消"

    class Side(models.TextChoices):
        NOBODY = "", "无"
        SEEKER = "seeker", "求职者"
        RECRUITER = "recruiter", "企业"

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bookings")
    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, related_name="bookings")
    seeker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bookings")
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.BOOKED)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    booked_at = models.DateTimeField("预约时间")
    changed_at = models.DateTimeField("更新时间")
    cancelled_by = models.CharField("取消方", max_length=9, choices=Side.choices, blank=True)

    class Meta:
        verbose_name = "面谈预约"
        verbose_name_plural = "面谈预约"
        constraints = [
            models.UniqueConstraint(
                fields=["slot"], condition=Q(state="booked"), name="one_booking_per_slot"
            ),
            models.CheckConstraint(
                condition=Q(state="booked", cancelled_by="") | Q(state="cancelled") & ~Q(cancelled_by=""),
                name="a_cancelled_booking_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["seeker", "state"], name="bookings_of_a_seeker"),
            models.Index(fields=["booth", "seeker"], name="bookings_at_a_booth"),
        ]


class VideoTalk(models.Model):
    """A talk by video between two people: for an online ticket that was called, or for a booked slot.

    Each side has one seat. The page that entered last has it: `…_page` is that page's own id, so a second tab or
    phone takes over and the first is told. `round` rises whenever somebody sits down; both pages then begin a new
    peer connection, and what was said in an earlier round concerns nobody.
    """

    class Because(models.TextChoices):
        NOTHING = "", "进行中"
        FINISHED = "finished", "已结束"
        LINE = "line", "排队号有变化"
        CANCELLED = "cancelled", "已取消"
        OVER = "over", "时间已过"

    class Side(models.TextChoices):
        SEEKER = "seeker", "求职者"
        RECRUITER = "recruiter", "企业"

    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, related_name="video_talks")
    ticket = models.OneToOneField(
        Ticket, null=True, blank=True, on_delete=models.PROTECT, related_name="video_talk"
    )
    booking = models.OneToOneField(
        Booking, null=True, blank=True, on_delete=models.PROTECT, related_name="video_talk"
    )
    seeker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="video_talks")
    recruiter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField("开始时间")
    closes_at = models.DateTimeField("最晚结束", null=True, blank=True, help_text="of a booked talk")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    because = models.CharField("结束原因", max_length=9, choices=Because.choices, blank=True)
    round = models.PositiveIntegerField(default=0)
    seeker_page = models.CharField(max_length=64, blank=True)
    seeker_here = models.BooleanField(default=False)
    recruiter_page = models.CharField(max_length=64, blank=True)
    recruiter_here = models.BooleanField(default=False)

    class Meta:
        verbose_name = "视频面谈"
        verbose_name_plural = "视频面谈"
        constraints = [
            models.CheckConstraint(
                condition=Q(ticket__isnull=False, booking=None) | Q(ticket=None, booking__isnull=False),
                name="a_talk_is_of_a_ticket_or_a_booking",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, because="") | Q(ended_at__isnull=False) & ~Q(because=""),
                name="an_ended_talk_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["closes_at"], condition=Q(ended_at=None, closes_at__isnull=False), name="talks_due"
            ),
        ]

    def page_of(self, side: str) -> str:
        return self.seeker_page if side == self.Side.SEEKER else self.recruiter_page


class Signal(models.Model):
    """What one page says to the other to find a way between them (JSEP, RFC 8829). It names network addresses, so it
    is deleted when its round or its talk is over."""

    talk = models.ForeignKey(VideoTalk, on_delete=models.CASCADE, related_name="signals")
    round = models.PositiveIntegerField()
    side = models.CharField(max_length=9, choices=VideoTalk.Side.choices)
    cid = models.CharField(max_length=64, help_text="the client's own id of it")
    description = models.JSONField(null=True, help_text="type and sdp")
    candidates = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["talk", "side", "cid"], name="one_signal_per_client_id"),
        ]
