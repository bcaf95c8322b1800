from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from livestream.models.rooms import Cue, LiveSession


class Viewing(models.Model):
    """Somebody watching one broadcast without a break, during one cue.

    Extended every ten seconds by the process that holds the socket; so what a killed process leaves ends by itself, at
    most ten seconds early. `is_first`: a new view; the same person's next rows, cue after cue, continue it.
    """

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="viewings")
    who = models.CharField(
        max_length=72, help_text="user:<id>, device:<id>, or page:<id> where neither is known"
    )
    cue = models.ForeignKey(Cue, null=True, on_delete=models.SET_NULL, related_name="viewings")
    started_at = models.DateTimeField("开始")
    seen_until = models.DateTimeField("至")
    is_first = models.BooleanField(default=True)

    class Meta:
        verbose_name = "观看记录"
        verbose_name_plural = "观看记录"
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_until__gte=F("started_at")), name="a_viewing_ends_after_it_starts"
            )
        ]
        indexes = [
            models.Index(fields=["session", "who", "-seen_until"], name="viewings_of_person"),
            models.Index(fields=["session", "cue"], name="viewings_of_cue"),
        ]


class AudienceMinute(models.Model):
    """How many were there at one minute of a broadcast, as the processes told it then."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="minutes")
    at = models.DateTimeField("时间", help_text="the full minute")
    cue = models.ForeignKey(Cue, null=True, on_delete=models.SET_NULL, related_name="+")
    playing = models.PositiveIntegerField("在看")
    present = models.PositiveIntegerField("在线")

    class Meta:
        verbose_name = "每分钟在线"
        verbose_name_plural = "每分钟在线"
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["session", "at"], name="one_count_per_minute")]
