from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from jobfair.accounts.models import User


class Channel(models.TextChoices):
    """The ways out of the house. In app is none of them: a Notice is there by being a row."""

    SMS = "sms", "短信"
    WECHAT = "wechat", "微信订阅消息"
    PUSH = "push", "浏览器推送"


class Notice(models.Model):
    """One thing a person is told, in their list for good; messages on other channels may follow."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices", verbose_name="收件人")
    kind = models.CharField("种类", max_length=60)
    about = models.CharField(
        "事项", max_length=60, help_text="noun:id; what is done about it settles the notice"
    )
    params = models.JSONField(default=dict)
    text_zh = models.CharField("内容", max_length=300)
    text_en = models.CharField(max_length=300)
    link = models.CharField(max_length=200, help_text="address within this site")
    created_at = models.DateTimeField("时间")
    seen_at = models.DateTimeField("看到", null=True)

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notices_of_user"),
            models.Index(fields=["user", "about"], condition=Q(seen_at=None), name="unseen_notices_about"),
        ]


class Address(models.Model):
    """Where WeChat or a browser's push service reaches a person. The phone is on User."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_addresses")
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=500, help_text="openid, or the push service's endpoint")
    keys = models.JSONField(default=dict, help_text="the browser's keys for Web Push")
    uses_left = models.PositiveSmallIntegerField(null=True, help_text="WeChat: one message per consent")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "address"], name="one_owner_per_address"),
        ]


class Preference(models.Model):
    """What a person chose; who chose nothing has everything switched on."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="notice_preference")
    off = models.JSONField(default=list, help_text='switched off, as "category:channel"')


class Message(models.Model):
    """One message on one channel, from before it leaves to its delivery report. Its text is not kept."""

    class State(models.TextChoices):
        QUEUED = "queued", "待发"
        SENT = "sent", "已交给网关"
        DELIVERED = "delivered", "已送达"
        FAILED = "failed", "失败"
        WITHHELD = "withheld", "未发（超出限额）"
        DROPPED = "dropped", "未发（本人已看到）"
        EXPIRED = "expired", "未发（已过时）"

    uid = models.UUIDField(default=uuid4, unique=True, help_text="our id; the gateway knows a repeat by it")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.CASCADE, related_name="messages")
    address = models.ForeignKey(Address, null=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.CharField("渠道", max_length=8, choices=Channel)
    template = models.CharField("模板", max_length=60)
    recipient = models.CharField(
        max_length=32, help_text="digest of phone, openid or endpoint, for the limits"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.QUEUED)
    reason = models.CharField("原因", max_length=200, blank=True)
    created_at = models.DateTimeField("时间")
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField("交出", null=True)
    reported_at = models.DateTimeField("回执", null=True)

    class Meta:
        verbose_name = "外发消息"
        verbose_name_plural = "外发消息"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["notice", "channel", "recipient"], name="one_message_per_notice_and_recipient"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["channel", "recipient", "created_at"], name="messages_to_recipient"),
            models.Index(fields=["channel", "created_at"], name="messages_by_day"),
        ]


class StubMessage(models.Model):
    """What the local gateway received, in DEBUG: the other side's records, not ours."""

    uid = models.UUIDField(unique=True)
    channel = models.CharField(max_length=8)
    recipient = models.CharField(max_length=40, help_text="masked")
    template_id = models.CharField(max_length=60)
    signature = models.CharField(max_length=20)
    parameters = models.JSONField()
    text = models.CharField(max_length=400)
    link = models.CharField(max_length=300)
    received_at = models.DateTimeField(db_index=True)
    times = models.PositiveSmallIntegerField(default=1, help_text="how often it came; delivered once")
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=60)
    reported_at = models.DateTimeField(null=True)
