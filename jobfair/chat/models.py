from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

LONGEST = 1000  # characters of one message


class Conversation(models.Model):
    """What one seeker and one place say to each other: one per pair, kept after the fair.

    `topic` is the name its owner gave it (`booth:12`); who answers there, only the owner knows. While a question
    waits, somebody owns the answer: a recruiter, all of the place, or the organiser.
    """

    class Level(models.TextChoices):
        RECRUITER = "recruiter", "招聘专员"
        BOOTH = "booth", "展位全体招聘专员"
        ORGANISER = "organiser", "主办方"

    class Side(models.TextChoices):
        SEEKER = "seeker", "求职者"
        BOOTH = "booth", "企业"

    topic = models.CharField(max_length=40)
    seeker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conversations"
    )
    opened_at = models.DateTimeField("开始时间")
    level = models.CharField("责任方", max_length=9, choices=Level.choices, default=Level.BOOTH)
    recruiter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    held_at = models.DateTimeField(
        null=True, help_text="the recruiter's last act in it, or when it came to them"
    )
    was_present = models.BooleanField(
        default=False, help_text="the recruiter has been seen on a socket since"
    )
    gone_at = models.DateTimeField(null=True, help_text="since when the recruiter's sockets are gone")
    waiting_since = models.DateTimeField("等待答复", null=True, blank=True)
    answer_due_at = models.DateTimeField(
        "答复期限", null=True, blank=True, help_text="what the seeker was promised"
    )
    escalates_at = models.DateTimeField(
        "上报时间", null=True, blank=True, help_text="empty: nothing waits, or the organiser has it already"
    )
    blocked_by = models.CharField(max_length=6, choices=Side.choices, blank=True)
    last = models.ForeignKey("Message", null=True, on_delete=models.SET_NULL, related_name="+")
    last_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(
        "封存时间", null=True, blank=True, help_text="its seeker's account is closed: kept, shown to nobody"
    )

    class Meta:
        verbose_name = "会话"
        verbose_name_plural = "会话"
        constraints = [
            models.UniqueConstraint(fields=["topic", "seeker"], name="one_conversation_per_topic_and_seeker"),
            models.CheckConstraint(
                condition=Q(waiting_since=None, answer_due_at=None, escalates_at=None)
                | Q(waiting_since__isnull=False, answer_due_at__isnull=False, level="organiser")
                | Q(
                    waiting_since__isnull=False,
                    answer_due_at__isnull=False,
                    escalates_at__isnull=False,
                    level__in=["booth", "recruiter"],
                ),
                name="what_waits_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(level="recruiter", recruiter__isnull=False)
                | Q(level__in=["booth", "organiser"], recruiter=None),
                name="a_recruiters_conversation_names_one",
            ),
        ]
        indexes = [
            models.Index(fields=["topic", "-last_at", "-id"], name="conversations_of_place"),
            models.Index(fields=["seeker", "-last_at", "-id"], name="conversations_of_seeker"),
            models.Index(fields=["escalates_at"], condition=~Q(escalates_at=None), name="answers_due"),
            models.Index(fields=["recruiter"], condition=~Q(recruiter=None), name="conversations_held"),
        ]


class Message(models.Model):
    """One line of a conversation. A withdrawn one keeps its place and its times, and nothing of what it said."""

    class Kind(models.TextChoices):
        TEXT = "text", "文字"
        IMAGE = "image", "图片"
        PDF = "pdf", "PDF"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    side = models.CharField(max_length=6, choices=Conversation.Side.choices)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cid = models.CharField(max_length=64, help_text="the client's own id of the line")
    kind = models.CharField(max_length=5, choices=Kind.choices, default=Kind.TEXT)
    text = models.CharField("内容", max_length=LONGEST, blank=True)
    warnings = models.JSONField(default=list, blank=True, help_text="codes of rules.WARNINGS, for the seeker")
    file = models.CharField(max_length=80, blank=True, db_index=True, help_text="key of core.uploads")
    file_name = models.CharField(max_length=100, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0, help_text="bytes")
    at = models.DateTimeField("时间")
    delivered_at = models.DateTimeField("送达时间", null=True)
    read_at = models.DateTimeField("已读时间", null=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = "消息"
        constraints = [
            models.UniqueConstraint(fields=["sender", "cid"], name="one_message_per_client_id"),
        ]
        indexes = [
            models.Index(fields=["conversation", "-id"], name="messages_newest_first"),
            models.Index(
                fields=["conversation", "side"],
                condition=Q(read_at=None, withdrawn_at=None),
                name="messages_unread",
            ),
        ]


class Typing(models.Model):
    """Somebody of one side is writing. A few seconds old at most; read all at once, see queries.Writers."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=6, choices=Conversation.Side.choices)
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "side"], name="one_writer_per_side"),
        ]


class CannedReply(models.Model):
    """A sentence an employer keeps at hand. `group` is the owner's name for who shares it (`employer:7`)."""

    group = models.CharField(max_length=40, db_index=True)
    rank = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["group", "rank"], name="one_canned_reply_per_rank"),
        ]


class Complaint(models.Model):
    """One side reports the other. `due_at` is when the organiser must have answered."""

    class Reason(models.TextChoices):
        FEE = "fee", "收取押金或费用"
        FRAUD = "fraud", "疑似诈骗或传销"
        HARASSMENT = "harassment", "骚扰或辱骂"
        DISCRIMINATION = "discrimination", "招聘歧视"
        SPAM = "spam", "垃圾信息"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        UPHELD = "upheld", "属实"
        DISMISSED = "dismissed", "不属实"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="complaints")
    side = models.CharField(max_length=6, choices=Conversation.Side.choices, help_text="who reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=14, choices=Reason.choices)
    text = models.CharField("说明", max_length=500, blank=True)
    at = models.DateTimeField("时间")
    due_at = models.DateTimeField("答复期限", db_index=True)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.OPEN)
    answer = models.CharField("处理说明", max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("处理时间", null=True, blank=True)

    class Meta:
        verbose_name = "会话举报"
        verbose_name_plural = "会话举报"
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "by"], condition=Q(state="open"), name="one_open_complaint_per_person"
            ),
        ]


class Sanction(models.Model):
    """Somebody may not speak for a while, in everything under one `scope` (`fair:2`)."""

    scope = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sanctions")
    reason = models.CharField("原因", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("开始")
    until = models.DateTimeField("至")
    lifted_at = models.DateTimeField("解除", null=True, blank=True)

    class Meta:
        verbose_name = "禁言"
        verbose_name_plural = "禁言"
        indexes = [models.Index(fields=["user", "scope", "-until"], name="sanctions_of_user")]
