from __future__ import annotations

from typing import Any

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
