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
        DUE = "due", "待重新核验"

    class Kind(models.TextChoices):
        DIRECT = "direct", "直接用工"
        AGENCY = "agency", "人力资源服务机构"
        DISPATCH = "dispatch", "劳务派遣单位"

    name = models.CharField("企业名称", max_length=120, db_index=True)
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, unique=True, null=True, blank=True, help_text="GB 32100-2015"
    )
    stated_code = models.CharField(
        "表中填写的代码", max_length=80, blank=True, help_text="未通过校验时保留原文"
    )
    kind = models.CharField("类型", max_length=10, choices=Kind.choices, default=Kind.DIRECT)
    permit_number = models.CharField(
        "许可证编号", max_length=40, blank=True, help_text="人力资源服务许可证或劳务派遣经营许可证"
    )
    area = models.CharField("所在区县", max_length=80, blank=True)
    contact = models.CharField(
        "个人信息联系人", max_length=80, blank=True, help_text="answers what people ask about their data"
    )
    contact_phone = models.CharField("联系电话", max_length=80, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.REGISTERED)
    reasons = models.JSONField("待处理原因", default=list, blank=True, help_text="codes of rules.py")
    verified_at = models.DateTimeField("核验时间", null=True, blank=True)
    due_at = models.DateTimeField(
        "重新核验期限", null=True, blank=True, db_index=True, help_text="six months after verification"
    )
    reminders = models.PositiveSmallIntegerField(default=0, editable=False, help_text="sent for this due_at")
    submitted_at = models.DateTimeField("提交审核时间", null=True, blank=True, db_index=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revision = models.PositiveIntegerField(
        default=1, editable=False, help_text="of the file; a decision names the one it has seen"
    )

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
    """An employer taking part in a fair, or asking to. Those the organiser enters are accepted at once."""

    class State(models.TextChoices):
        APPLIED = "applied", "申请中"
        ACCEPTED = "accepted", "已接受"
        REFUSED = "refused", "未接受"
        WITHDRAWN = "withdrawn", "已撤回"

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="participations")
    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="participations")
    stated_booth = models.CharField("展位号（表中）", max_length=40, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.ACCEPTED)
    contact = models.CharField("本场联系人", max_length=80, blank=True)
    contact_phone = models.CharField("本场联系电话", max_length=80, blank=True)
    applied_at = models.DateTimeField("申请时间", null=True, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("未接受的原因", max_length=300, blank=True)

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


class Licence(models.Model):
    """A paper the employer has shown: kept in its cleaned copy, given out as an attachment only."""

    class Paper(models.TextChoices):
        BUSINESS = "business", "营业执照"
        PERMIT = "permit", "人力资源服务或劳务派遣许可证"

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="licences")
    paper = models.CharField("证照", max_length=10, choices=Paper.choices)
    key = models.CharField(max_length=80, unique=True, help_text="of core.uploads")
    name = models.CharField("文件名", max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "证照"
        verbose_name_plural = "证照"
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "paper"],
                condition=models.Q(replaced_at=None),
                name="one_current_licence_per_paper",
            ),
        ]


class Review(models.Model):
    """One decision about an employer's file, with what was said; kept as long as the employer."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="reviews")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField("结论", max_length=10, choices=Employer.State.choices)
    reasons = models.JSONField("原因", default=list)
    text = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        verbose_name = "审核记录"
        verbose_name_plural = "审核记录"
        ordering = ["-at", "-id"]


class JoinRequest(models.Model):
    """A user who registered an employer that is there already asks to act for it."""

    class State(models.TextChoices):
        ASKED = "asked", "等待确认"
        ACCEPTED = "accepted", "已同意"
        REFUSED = "refused", "未同意"

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests")
    stated_name = models.CharField(max_length=120, help_text="as the asker wrote the employer's name")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "user"], condition=models.Q(state="asked"), name="one_open_join_request"
            ),
        ]


class Invitation(models.Model):
    """A link that makes one colleague a recruiter, once, within three days. Only its token's hash is kept."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    phone = models.CharField(max_length=20, help_text="E.164; only this number may use it")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
