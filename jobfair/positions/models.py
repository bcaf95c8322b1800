from __future__ import annotations

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
    valid_from = models.DateField("有效期起", null=True, blank=True)
    valid_until = models.DateField("有效期止", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.DRAFT)
    reasons = models.JSONField("待处理原因", default=list, blank=True, help_text="codes of rules.py")
    stated = models.JSONField("表中原文", default=dict, blank=True, help_text="the sheet's own spellings")
    row_digest = models.CharField(
        max_length=64, null=True, blank=True, help_text="of the sheet's row; empty when not imported"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)

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
        ]
        indexes = [models.Index(fields=["fair", "state"]), models.Index(fields=["employer", "fair"])]

    def __str__(self) -> str:
        return self.title
