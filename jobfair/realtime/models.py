from __future__ import annotations

from django.db import models


class Epoch(models.Model):
    """The one epoch of this database. A restored copy gets a new one, so no cursor outlives its history."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    value = models.CharField(max_length=16)
    database = models.CharField(max_length=80, default="", help_text="the database it was made in")


class Stream(models.Model):
    """A log topic: `top` is the offset of its last event, `floor` the offset up to which nothing is replayed.

    A withdrawal takes an offset of its own and raises the floor to it, so every earlier position is below the floor.
    """

    topic = models.CharField(max_length=80, primary_key=True)
    top = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)


class Announcement(models.Model):
    """Who is on the sockets of one process, as it said last; see presence.py."""

    process = models.CharField(max_length=32, primary_key=True)
    said = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)


class StreamEvent(models.Model):
    """One push of a log topic, written by the transaction that made it true."""

    topic = models.CharField(max_length=80)
    offset = models.BigIntegerField()
    type = models.CharField(max_length=80)
    payload = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "offset"], name="one_event_per_offset")]
