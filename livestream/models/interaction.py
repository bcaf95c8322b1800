from __future__ import annotations

from django.db import models

from livestream.models.rooms import Room


class LikeTally(models.Model):
    """Likes of one room, the sum of one minute."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="likes")
    at = models.DateTimeField(help_text="the full minute")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "at"], name="one_tally_per_minute")]
