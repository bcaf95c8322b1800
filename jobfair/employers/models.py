from __future__ import annotations

from django.conf import settings
from django.db import models

from jobfair.fairs.models import Fair


class Employer(models.Model):
    """A firm, known by its credit code; without a valid one, by its name, and it cannot be verified."""

    class State(models.TextChoices):
        REGISTERED = "registered", "已登记"
        IN_REVIEW = "in_review", "审核中"
        VERIFIED = "verified", "已核验"
        REFUSED = "refused", "未通过"

    name = models.CharField("企业名称", max_length=120, db_index=True)
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, unique=True, null=True, blank=True, help_text="GB 32100-2015"
    )
    stated_code = models.CharField(
        "表中填写的代码", max_length=80, blank=True, help_text="未通过校验时保留原文"
    )
    area = models.CharField("所在区县", max_length=80, blank=True)
    contact = models.CharField("联系人", max_length=80, blank=True)
    contact_phone = models.CharField("联系电话", max_length=80, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.REGISTERED)
    reasons = models.JSONField("待处理原因", default=list, blank=True, help_text="codes of rules.py")
    verified_at = models.DateTimeField("核验时间", null=True, blank=True)

    class Meta:
        verbose_name = "企业"
        verbose_name_plural = "企业"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="verified")
                | models.Q(credit_code__isnull=False, verified_at__isnull=False),
                name="verified_employers_have_a_code",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Participation(models.Model):
    """An employer taking part in a fair."""

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="participations")
    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="participations")
    stated_booth = models.CharField("展位号（表中）", max_length=40, blank=True)

    class Meta:
        verbose_name = "参会企业"
        verbose_name_plural = "参会企业"
        constraints = [
            models.UniqueConstraint(fields=["employer", "fair"], name="one_participation_per_fair"),
        ]


class Recruiter(models.Model):
    """A user who acts for an employer."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="recruiters")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recruiter_roles"
    )

    class Meta:
        verbose_name = "招聘专员"
        verbose_name_plural = "招聘专员"
        constraints = [
            models.UniqueConstraint(fields=["employer", "user"], name="one_recruiter_per_employer_and_user"),
        ]
