"""What brings the picture: keys, cameras, cuts, relays, and how it is doing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from livestream.models.rooms import LiveSession, Room


class StreamKey(models.Model):
    """The secret an encoder shows to go on air in a room. Only its hash is stored; one holds at a time."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="stream_keys")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256; the key itself has 256 random bits
    tail = models.CharField(max_length=4, help_text="its last characters, to tell it from others")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "推流密钥"
        verbose_name_plural = "推流密钥"
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(revoked_at=None), name="one_stream_key_per_room"
            )
        ]


class CameraTake(models.Model):
    """A browser's camera on its way to a room: the pieces of one recorder. The newest open one counts."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="camera_takes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_h264 = models.BooleanField(help_text="MP4 with H.264, passed on as it is; else WebM, encoded anew")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "浏览器直播"
        verbose_name_plural = "浏览器直播"
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(ended_at=None), name="one_camera_take_per_room"
            )
        ]


class PictureCut(models.Model):
    """A picture taken away from every viewer, and who brought it back: never the one who cut."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="cuts")
    reason = models.CharField("原因", max_length=100, blank=True)
    cut_at = models.DateTimeField("切断时间")
    cut_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    restored_at = models.DateTimeField("恢复时间", null=True, blank=True)
    restored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "画面切断"
        verbose_name_plural = "画面切断"
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(restored_at=None), name="one_open_cut_per_broadcast"
            ),
            models.CheckConstraint(
                condition=Q(restored_at=None, restored_by=None)
                | (Q(restored_at__isnull=False) & ~Q(restored_by=F("cut_by"))),
                name="another_person_restores",
            ),
        ]


class RelayTarget(models.Model):
    """Another platform that a room's picture is pushed to. Its address holds that platform's key, so it is sealed."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="relay_targets")
    platform = models.CharField("平台", max_length=20)
    host = models.CharField("地址", max_length=100, help_text="what of the address may be shown")
    sealed = models.TextField()
    is_on = models.BooleanField("转播", default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "转播平台"
        verbose_name_plural = "转播平台"
        ordering = ["id"]


class OutsideViews(models.Model):
    """How often another platform says it was watched: as entered, with when and where it was read. Never summed."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="outside_views")
    platform = models.CharField("平台", max_length=20)
    views = models.PositiveIntegerField("观看次数")
    read_at = models.DateTimeField("读数时间")
    source = models.CharField("数据来源", max_length=100)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "站外观看"
        verbose_name_plural = "站外观看"
        ordering = ["platform", "-read_at", "-id"]


class FallbackFile(models.Model):
    """What a room shows while its source is away, in place of the card. Made ready to be looped before it counts."""

    class State(models.TextChoices):
        PREPARING = "preparing", "处理中"
        READY = "ready", "可用"
        REFUSED = "refused", "不能播放"

    room = models.OneToOneField(Room, on_delete=models.CASCADE, related_name="fallback_file")
    name = models.CharField("文件名", max_length=100)
    file = models.CharField(max_length=60, help_text="its name in the fallback folder")
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.PREPARING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "备用画面"
        verbose_name_plural = "备用画面"


class Signal(models.Model):
    """How a room's picture is doing, as the media station said last."""

    class Source(models.TextChoices):
        NONE = "", "无信号"
        RTMP = "rtmp", "推流"
        CAMERA = "camera", "浏览器"
        FALLBACK = "fallback", "备用画面"

    room = models.OneToOneField(Room, on_delete=models.CASCADE, related_name="signal")
    session = models.ForeignKey(
        LiveSession, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.CharField(max_length=8, choices=Source.choices, blank=True, default=Source.NONE)
    has_shown = models.BooleanField(default=False, help_text="this broadcast has had a picture of its own")
    told_at = models.DateTimeField()
    health = models.JSONField(default=dict, help_text="schemas.media.HealthOut")

    class Meta:
        verbose_name = "直播信号"
        verbose_name_plural = "直播信号"


class Recording(models.Model):
    """What was kept of a broadcast; the files lie in the media folder under its id."""

    session = models.OneToOneField(LiveSession, on_delete=models.CASCADE, related_name="recording")
    bytes = models.BigIntegerField("大小", default=0)
    seconds = models.FloatField("时长（秒）", default=0)
    stopped = models.CharField("停录原因", max_length=8, blank=True, help_text="size, disk, or empty")
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = "录像"
        verbose_name_plural = "录像"
