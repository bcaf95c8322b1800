from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class FrozenError(Exception):
    """A version that went with an application was about to be changed."""


class ResumeFile(models.Model):
    """A PDF or DOCX of the seeker's own, checked and cleaned. Kept while the résumé or a version names it."""

    seeker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="resume_files"
    )
    key = models.CharField(max_length=80, unique=True, help_text="of jobfair.core.uploads")
    name = models.CharField("文件名", max_length=100)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("大小", help_text="bytes")
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField("页数", default=0, help_text="0: the format does not tell")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "简历附件"
        verbose_name_plural = "简历附件"


class Resume(models.Model):
    """What the seeker has filled in so far; each field remembers the revision that last changed it."""

    seeker = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="resume")
    form = models.JSONField("内容", default=dict, blank=True, help_text="fields of schemas.FormOut")
    revision = models.PositiveIntegerField("修订", default=0)
    changed_in = models.JSONField(default=dict, blank=True, help_text="field: revision that last changed it")
    file = models.ForeignKey(ResumeFile, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    saved_at = models.DateTimeField("保存时间", null=True, blank=True)

    class Meta:
        verbose_name = "简历"
        verbose_name_plural = "简历"


class ResumeVersion(models.Model):
    """The frozen copy that goes with applications. Equal contents are one version; rows never change."""

    seeker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="resume_versions"
    )
    number = models.PositiveIntegerField("版本")
    form = models.JSONField("内容")
    phone = models.CharField("手机号", max_length=20)
    file = models.ForeignKey(ResumeFile, on_delete=models.PROTECT, null=True, related_name="versions")
    digest = models.CharField(max_length=64, help_text="SHA-256 over form, phone and file")
    frozen_at = models.DateTimeField("冻结时间")

    class Meta:
        verbose_name = "简历版本"
        verbose_name_plural = "简历版本"
        constraints = [
            models.UniqueConstraint(fields=["seeker", "digest"], name="one_version_per_content"),
            models.UniqueConstraint(fields=["seeker", "number"], name="one_version_per_number"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise FrozenError("versions never change")
        super().save(*args, **kwargs)
