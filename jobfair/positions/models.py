from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair


class Position(models.Model):
    """A vacancy of one employer at one fair."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        IN_REVIEW = "in_review", "待审核"
        PUBLISHED = "published", "已发布"
        CLOSED = "closed", "已关闭"
        REFUSED = "refused", "不予发布"

    class PayUnit(models.TextChoices):
        MONTH = "month", "元/月"
        DAY = "day", "元/天"
        HOUR = "hour", "元/小时"
        YEAR = "year", "元/年"

    class Form(models.TextChoices):
        FULL_TIME = "full_time", "全职"
        PART_TIME = "part_time", "兼职"
        FLEXIBLE = "flexible", "灵活就业"
        INTERNSHIP = "internship", "实习"
        TEMPORARY = "temporary", "临时用工"

    class Mode(models.TextChoices):
        """Where the employer talks to people about it."""

        ONSITE = "onsite", "现场"
        ONLINE = "online", "线上"
        BOTH = "both", "现场和线上"

    class Closing(models.TextChoices):
        FILLED = "filled", "已招满"
        WITHDRAWN = "withdrawn", "企业撤回"
        EXPIRED = "expired", "有效期已过"

    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="positions")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="positions")
    title = models.CharField("岗位名称", max_length=80)
    headcount_min = models.PositiveIntegerField("招聘人数", null=True, blank=True)
    headcount_max = models.PositiveIntegerField("招聘人数上限", null=True, blank=True, help_text="空 = 以上")
    pay_min = models.PositiveIntegerField("基本薪酬下限", null=True, blank=True, help_text="元")
    pay_max = models.PositiveIntegerField("基本薪酬上限", null=True, blank=True, help_text="空 = 以上")
    pay_unit = models.CharField("计薪单位", max_length=5, choices=PayUnit.choices, blank=True)
    pay_note = models.CharField("薪酬说明", max_length=80, blank=True, help_text="如：另有提成")
    education = models.CharField("学历要求", max_length=2, blank=True, help_text="GB/T 4658；00 = 不限")
    area = models.CharField("工作地点", max_length=80, blank=True)
    notes = models.CharField("其他要求及福利", max_length=400, blank=True)
    duties = models.TextField("岗位职责", max_length=2000, blank=True)
    duties_confirmed_at = models.DateTimeField(
        "职责确认时间", null=True, blank=True, help_text="空 = 企业待确认"
    )
    occupation = models.CharField(
        "职业", max_length=10, blank=True, help_text="职业分类大典 2022，如 6-18-01"
    )
    place = models.CharField("行政区划代码", max_length=6, blank=True, help_text="GB/T 2260")
    form = models.CharField("用工形式", max_length=10, choices=Form.choices, blank=True)
    meals = models.BooleanField("包吃", null=True, blank=True, help_text="空 = 没有写明")
    lodging = models.BooleanField("包住", null=True, blank=True, help_text="空 = 没有写明")
    mode = models.CharField("招聘方式", max_length=6, choices=Mode.choices, blank=True)
    groups = models.JSONField("面向群体", default=list, blank=True, help_text="codes of sheet/features.py")
    actual_employer = models.CharField(
        "实际用工单位", max_length=120, blank=True, help_text="代理招聘、劳务派遣必填"
    )
    mandate = models.CharField(
        "委托依据", max_length=200, blank=True, help_text="委托书或协议的名称、编号、日期"
    )
    is_repost = models.BooleanField("转载", default=False)
    source = models.CharField("转载来源", max_length=200, blank=True)
    valid_from = models.DateField("有效期起", null=True, blank=True)
    valid_until = models.DateField("有效期止", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    refused_reason = models.CharField("不予发布的说明", max_length=500, blank=True)
    closing = models.CharField("关闭原因", max_length=9, choices=Closing.choices, blank=True)
    revision = models.PositiveIntegerField(
        default=1, help_text="rises with every write; edits name the one they saw"
    )
    edit = models.JSONField(
        "未提交的修改", null=True, blank=True, help_text="the recruiter's form as last typed"
    )
    edited_at = models.DateTimeField("最近编辑", null=True, blank=True)
    submitted_at = models.DateTimeField("提交审核时间", null=True, blank=True)
    reasons = models.JSONField("待处理原因", default=list, blank=True, help_text="codes of rules.py")
    stated = models.JSONField("表中原文", default=dict, blank=True, help_text="the sheet's own spellings")
    row_digest = models.CharField(
        max_length=64, null=True, blank=True, help_text="of the sheet's row; empty when not imported"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    was_public = models.BooleanField(
        default=False, help_text="published at least once: its address may be known"
    )

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "employer", "row_digest"], name="one_position_per_row_of_a_sheet"
            ),
            models.CheckConstraint(
                condition=Q(pay_max=None) | Q(pay_max__gte=F("pay_min")), name="pay_range_is_ordered"
            ),
            models.CheckConstraint(
                condition=Q(headcount_max=None) | Q(headcount_max__gte=F("headcount_min")),
                name="headcount_range_is_ordered",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="validity_is_ordered",
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | (
                    ~Q(title="")
                    & Q(headcount_min__gte=1)
                    & Q(headcount_min__isnull=False)
                    & Q(pay_min__gte=1)
                    & Q(pay_min__isnull=False)
                    & ~Q(pay_unit="")
                    & ~Q(duties="")
                    & Q(duties_confirmed_at__isnull=False)
                    & ~Q(area="")
                    & ~Q(education="")
                    & Q(valid_from__isnull=False)
                    & Q(valid_until__isnull=False)
                    & Q(published_at__isnull=False)
                ),
                name="published_positions_state_what_the_law_asks",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(is_repost=False) | ~Q(source=""),
                name="published_reposts_name_their_source",
            ),
        ]
        indexes = [
            models.Index(fields=["fair", "state"]),
            models.Index(fields=["employer", "fair"]),
            models.Index(fields=["state", "valid_until"], name="positions_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.title


class PositionImport(models.Model):
    """A workbook someone uploaded: previewed, then confirmed once or forgotten. Its file goes when it ends."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", "待确认"
        CONFIRMED = "confirmed", "已导入"

    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="position_imports")
    employer = models.ForeignKey(
        Employer, null=True, blank=True, on_delete=models.CASCADE, related_name="position_imports",
        help_text="空 = 组织者导入",
    )  # fmt: skip
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField("文件名", max_length=120)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    key = models.CharField(
        max_length=60, blank=True, help_text="where core.uploads keeps the file until then"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PREVIEWED)
    report = models.JSONField(help_text="what the preview said, or what the import did")
    at = models.DateTimeField("上传时间")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    class Meta:
        verbose_name = "岗位表导入"
        verbose_name_plural = "岗位表导入"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False, key=""),
                name="confirmed_imports_keep_no_file",
            ),
        ]
        indexes = [models.Index(fields=["fair", "at"], name="position_imports_by_fair")]


class Complaint(models.Model):
    """Someone reports a position. `due_at` is when the organiser must have answered."""

    class Reason(models.TextChoices):
        FEE = "fee", "收取押金或费用"
        FALSE = "false", "信息不实"
        DISCRIMINATION = "discrimination", "招聘歧视"
        FRAUD = "fraud", "疑似诈骗或传销"
        CLOSED = "closed", "已招满仍在招"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        UPHELD = "upheld", "属实"
        DISMISSED = "dismissed", "不属实"

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="complaints")
    reason = models.CharField("原因", max_length=14, choices=Reason.choices)
    text = models.CharField("说明", max_length=500, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True, help_text="只用于答复")
    device = models.CharField(max_length=40, help_text="who reports, so that repeats are one")
    at = models.DateTimeField("时间")
    due_at = models.DateTimeField("答复期限", db_index=True)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.OPEN)
    answer = models.CharField("处理说明", max_length=500, blank=True)
    answered_at = models.DateTimeField("处理时间", null=True, blank=True)

    class Meta:
        verbose_name = "岗位举报"
        verbose_name_plural = "岗位举报"
        constraints = [
            models.UniqueConstraint(
                fields=["position", "device", "reason"], name="one_complaint_per_reason_and_device"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(answered_at__isnull=False),
                name="settled_complaints_have_a_time",
            ),
        ]
