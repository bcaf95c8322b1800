from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q

from jobfair.employers.models import Employer, Participation
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from jobfair.resumes.models import ResumeVersion


class Consent(models.Model):
    """A seeker's leave for one employer to receive the résumé, with the version of the text it was given to."""

    seeker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="consents")
    text_version = models.CharField("文本版本", max_length=20)
    given_at = models.DateTimeField("同意时间")

    class Meta:
        verbose_name = "个人信息授权"
        verbose_name_plural = "个人信息授权"
        constraints = [
            models.UniqueConstraint(
                fields=["seeker", "employer", "text_version"], name="one_consent_per_employer_and_text"
            ),
        ]


class ApplicationRows(models.QuerySet["Application"]):
    def readable_by(self, participation_id: int) -> ApplicationRows:
        """What an employer may read at a fair: nothing withdrawn, nothing of a closed account."""
        return self.filter(participation=participation_id)._readable()

    def readable_of(
        self, *, seeker: int | OuterRef, employer: int | OuterRef | None, fair: int | OuterRef
    ) -> ApplicationRows:
        """What an employer may read of one seeker's at a fair; nothing where there is no employer."""
        return self.filter(seeker=seeker, participation__employer=employer, fair=fair)._readable()

    def _readable(self) -> ApplicationRows:
        return self.filter(locked_at=None).exclude(state=Application.State.WITHDRAWN)


class Application(models.Model):
    """A seeker's résumé handed in for one position at one fair.

    `state` is where the employer has brought it; the seeker is told a decision once it can no longer be undone, and
    only then is it answered.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", "已投递"
        OPENED = "opened", "已查看"
        SHORTLISTED = "shortlisted", "通过初筛"
        INVITED = "invited", "邀约面试"
        OFFERED = "offered", "拟录用"
        HIRED = "hired", "已入职"  # said by `starting` alone
        REJECTED = "rejected", "不合适"
        WITHDRAWN = "withdrawn", "已撤回"

    class Source(models.TextChoices):
        WEB = "web", "网页"
        BOOTH = "booth", "展位"
        LIVESTREAM = "livestream", "直播间"
        REPLAY = "replay", "回放"
        STATION = "station", "驿站"

    class Owner(models.TextChoices):
        RECRUITER = "recruiter", "招聘专员"
        BOOTH = "booth", "展位全体招聘专员"
        ORGANISER = "organiser", "主办方"

    ACTIVE = (State.SUBMITTED, State.OPENED, State.SHORTLISTED, State.INVITED, State.OFFERED)
    UNANSWERED = (State.SUBMITTED, State.OPENED)

    seeker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications"
    )
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="applications")
    fair = models.ForeignKey(Fair, on_delete=models.PROTECT, related_name="applications")
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="applications")
    resume = models.ForeignKey(ResumeVersion, on_delete=models.PROTECT, related_name="applications")
    cid = models.CharField(max_length=64, help_text="the client's own id of the submission")
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    source_ref = models.CharField(max_length=40, blank=True, help_text="which booth, cue or station")
    state = models.CharField("状态", max_length=11, choices=State.choices, default=State.SUBMITTED)
    submitted_at = models.DateTimeField("投递时间")
    opened_at = models.DateTimeField("查看时间", null=True, blank=True)
    answer_due_at = models.DateTimeField("答复期限")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    owner_level = models.CharField("责任方", max_length=9, choices=Owner.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    escalates_at = models.DateTimeField(
        "上报时间", null=True, blank=True, help_text="empty: answered, over, or with the organiser already"
    )
    locked_at = models.DateTimeField(
        "封存时间", null=True, blank=True, help_text="its seeker's account is closed: kept, shown to nobody"
    )

    objects = ApplicationRows.as_manager()

    class Meta:
        verbose_name = "投递"
        verbose_name_plural = "投递"
        constraints = [
            models.UniqueConstraint(
                fields=["seeker", "position", "fair"], name="one_application_per_seeker_position_and_fair"
            ),
            models.UniqueConstraint(fields=["seeker", "cid"], name="one_application_per_client_id"),
            models.CheckConstraint(
                condition=~Q(escalates_at=None)
                | ~Q(state__in=["submitted", "opened"])
                | Q(owner_level="organiser"),
                name="an_unanswered_application_escalates",
            ),
        ]
        indexes = [
            models.Index(fields=["participation", "state", "-id"]),
            models.Index(fields=["escalates_at"], condition=~Q(escalates_at=None), name="escalations_due"),
        ]

    @property
    def receipt(self) -> str:
        """As both sides see it: `000123`."""
        return f"{self.pk:06d}"


class Decision(models.Model):
    """One press of a recruiter on one or many applications. It may be undone until `settles_at`."""

    class State(models.TextChoices):
        PENDING = "pending", "可撤销"
        SETTLED = "settled", "已生效"
        UNDONE = "undone", "已撤销"

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="decisions")
    to = models.CharField(max_length=11, choices=Application.State.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PENDING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settles_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["settles_at"], condition=Q(state="pending"), name="decisions_to_settle")
        ]


class ApplicationStep(models.Model):
    """One step of an application: who took it, when, and why."""

    class By(models.TextChoices):
        YOU = "you", "求职者"
        EMPLOYER = "employer", "企业"
        SYSTEM = "system", "系统"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    was = models.CharField(max_length=11, choices=Application.State.choices, blank=True)
    state = models.CharField(max_length=11, choices=Application.State.choices)
    at = models.DateTimeField()
    told_at = models.DateTimeField(
        null=True, help_text="when the seeker was told; empty for an undone decision"
    )
    by = models.CharField(max_length=8, choices=By.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason_code = models.CharField(max_length=20, blank=True)
    reason_text = models.CharField(max_length=200, blank=True)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="steps")

    class Meta:
        ordering = ["id"]
        verbose_name = "投递进度"
        verbose_name_plural = "投递进度"


class ApplicationNote(models.Model):
    """What recruiters tell each other; never shown to the seeker."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]


class StartPlan(models.Model):
    """When somebody who was offered a position starts, and what proves it; `starting` says what may be said of it."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="start_plan")
    starts_on = models.DateField("到岗日", help_text="in Asia/Shanghai")
    contract_on = models.DateField("劳动合同签订日", null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField("登记时间")
    revision = models.PositiveIntegerField(default=0, help_text="reminders of an earlier date ask nobody")

    class Meta:
        verbose_name = "到岗安排"
        verbose_name_plural = "到岗安排"


class StartWord(models.Model):
    """One side's word on the start, day 7 or day 30. Only ever added; a side's last word on a stage counts."""

    class Stage(models.TextChoices):
        START = "start", "到岗"
        DAY_7 = "day_7", "第7天"
        DAY_30 = "day_30", "第30天"

    class Side(models.TextChoices):
        YOU = "you", "求职者"
        EMPLOYER = "employer", "企业"

    class Source(models.TextChoices):
        PHONE = "phone", "本人手机"
        INBOX = "inbox", "企业收件箱"

    plan = models.ForeignKey(StartPlan, on_delete=models.PROTECT, related_name="words")
    stage = models.CharField("阶段", max_length=6, choices=Stage.choices)
    side = models.CharField("谁说的", max_length=8, choices=Side.choices)
    yes = models.BooleanField("在岗")
    at = models.DateTimeField("时间")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    source = models.CharField("来源", max_length=5, choices=Source.choices)

    class Meta:
        verbose_name = "到岗说法"
        verbose_name_plural = "到岗说法"
        ordering = ["id"]


class AnswerReminder(models.Model):
    """The organiser reminded an employer of answers that are overdue."""

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="reminders")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    overdue = models.PositiveIntegerField(help_text="how many answers were overdue then")


class LockedRecord(models.Model):
    """What is kept of a closed account, for the record duty alone; erased after `kept_until`."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=20, blank=True)
    display_name = models.CharField(max_length=40, blank=True)
    locked_at = models.DateTimeField()
    kept_until = models.DateTimeField(db_index=True)


class DataExport(models.Model):
    """A person's own data as one file, behind a link that runs out."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    requested_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)
    file = models.CharField(max_length=80, blank=True, help_text="name in the state folder's exports/")
    size = models.PositiveBigIntegerField(default=0, help_text="bytes")
