from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models


class AppendOnlyError(Exception):
    """An audit row was about to be changed or removed."""


class AppendOnlyRows(models.QuerySet["AuditEntry"]):
    def update(self, **values: Any) -> int:
        raise AppendOnlyError("audit entries are never changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("audit entries are never deleted")


class AuditEntry(models.Model):
    """One fact of the append-only log: who did what to what, when. Kept at least six months."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    by = models.BigIntegerField(null=True, help_text="user id; empty when the system acted")
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, db_index=True)
    detail = models.JSONField(default=dict)

    objects = AppendOnlyRows.as_manager()

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnlyError("audit entries are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("audit entries are never deleted")


class CommandResult(models.Model):
    """The committed outcome of a durable command, returned to every repeat of it for 30 days."""

    actor = models.CharField(max_length=64)
    command = models.CharField(max_length=80)
    cid = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=64)
    reply = models.JSONField(null=True)
    withdrawn = models.BooleanField(default=False, help_text="what the reply told of was taken back")
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "command", "cid"], name="one_result_per_command"),
        ]


class CommandSubject(models.Model):
    """What a stored reply tells of, as `noun:id`, so that a withdrawal finds it."""

    result = models.ForeignKey(CommandResult, on_delete=models.CASCADE, related_name="subjects")
    subject = models.CharField(max_length=80, db_index=True)


class Job(models.Model):
    """Work to be done once, at or after `due_at`, whatever dies meanwhile; written with what makes it necessary."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待"  # also while a worker holds the lease
        DONE = "done", "完成"
        PARKED = "parked", "搁置"  # failed too often: a person decides

    kind = models.CharField("种类", max_length=80)
    key = models.CharField("编号", max_length=120)
    uid = models.UUIDField(
        default=uuid4, editable=False, help_text="names it to the outside, the same each time"
    )
    payload = models.JSONField("内容", default=dict)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField("到期")
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    fence = models.PositiveIntegerField(
        default=0, help_text="counts the leases; only the last one may finish"
    )
    leased_until = models.DateTimeField("占用至", null=True)
    last_error = models.CharField("原因", max_length=500, blank=True)
    ended_at = models.DateTimeField("结束", null=True)

    class Meta:
        verbose_name = "后台任务"
        verbose_name_plural = "后台任务"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_job_per_kind_and_key"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", ended_at=None)
                | models.Q(ended_at__isnull=False, leased_until=None),
                name="a_job_ends_without_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="jobs_due"),
            models.Index(fields=["state", "ended_at"], name="jobs_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
