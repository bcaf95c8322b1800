from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from jobfair.fairs.models import Fair


class Role(models.TextChoices):
    """As what a person passes; kept with the passage, so that figures outlive the person's data."""

    SEEKER = "seeker", "求职者"
    RECRUITER = "recruiter", "参会企业"
    STAFF = "staff", "工作人员"
    WALK_IN = "walk_in", "未出示入场码"


class Gate(models.Model):
    """A way into the hall and out of it. A closed gate still takes what its phones bring in late."""

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="gates")
    name = models.CharField("名称", max_length=20)
    rank = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "出入口"
        verbose_name_plural = "出入口"
        ordering = ["fair_id", "rank", "id"]
        constraints = [models.UniqueConstraint(fields=["fair", "name"], name="one_gate_per_name")]

    def __str__(self) -> str:
        return self.name


class Pass(models.Model):
    """A person's right to be known at one fair's doors.

    The token in the QR code is derived from the row and the site's secret; only its hash is kept. A forgotten pass
    has no person any more and only holds its passages together.
    """

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="passes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="passes"
    )
    token_hash = models.CharField(max_length=64, unique=True, null=True)
    code = models.CharField("入场码", max_length=8, null=True, help_text="typed where no camera works")
    issued_at = models.DateTimeField("领取时间")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "入场证"
        verbose_name_plural = "入场证"
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "user"], condition=Q(merged_into=None), name="one_pass_per_fair_and_person"
            ),
            models.UniqueConstraint(fields=["fair", "code"], name="one_pass_per_fair_and_code"),
        ]
        indexes = [
            models.Index(fields=["fair"], condition=Q(user__isnull=False), name="passes_with_a_person"),
        ]


class Passage(models.Model):
    """Somebody went through a gate. Never changed but by an undo, a merge of guests, or being forgotten."""

    class Direction(models.TextChoices):
        IN = "in", "进"
        OUT = "out", "出"

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="passages")
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="passages")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    entry_pass = models.ForeignKey(Pass, null=True, on_delete=models.PROTECT, related_name="passages")
    role = models.CharField(max_length=10, choices=Role.choices)
    scan_id = models.CharField(max_length=32, help_text="made by the device; a repeat is one passage")
    device_at = models.DateTimeField(help_text="as the device's own clock said")
    skew_ms = models.BigIntegerField(help_text="how far the server's clock was ahead of the device's")
    scanned_at = models.DateTimeField(help_text="device_at by the server's clock; never after received_at")
    received_at = models.DateTimeField()
    day = models.DateField(help_text="of scanned_at, in Asia/Shanghai; each day begins with an empty hall")
    verdict = models.CharField(max_length=12, help_text="what was answered, or would have been")
    decided_by_device = models.BooleanField(
        default=False, help_text="no answer came: the clerk let them through"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", help_text="the clerk"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "出入记录"
        verbose_name_plural = "出入记录"
        constraints = [models.UniqueConstraint(fields=["fair", "scan_id"], name="one_passage_per_scan")]
        indexes = [
            models.Index(fields=["fair", "day", "entry_pass", "direction", "scanned_at"], name="hall_today"),
            models.Index(fields=["fair"], condition=Q(by__isnull=False), name="passages_with_a_clerk"),
        ]


class Recount(models.Model):
    """Somebody counted heads: from `at` on, the occupancy goes on from there."""

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="recounts")
    at = models.DateTimeField()
    day = models.DateField()
    counted = models.PositiveIntegerField("清点人数")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["fair", "day", "at"], name="recounts_of_day")]


class Alert(models.Model):
    """The hall reached a share of its capacity, until it had clearly left it."""

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="door_alerts")
    day = models.DateField()
    level = models.PositiveSmallIntegerField(help_text="percent of the capacity: 80, 95, or 100 = entry held")
    occupancy = models.PositiveIntegerField()
    capacity = models.PositiveIntegerField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "day", "level"], condition=Q(cleared_at=None), name="one_open_alert_per_level"
            ),
        ]
