"""What applications tell people by notice: each step to the seeker, an overdue answer to whoever owes it now."""

from __future__ import annotations

from datetime import timedelta

from jobfair.applications import queries
from jobfair.applications.events import (
    AnswerHandedOver,
    AnswersReminded,
    ApplicationOpened,
    ApplicationWithdrawn,
    DataExportReady,
    DecisionSettled,
    StartAsked,
    StartPlanned,
    StartSaid,
)
from jobfair.applications.models import Application
from jobfair.core import clock
from jobfair.core.events import listen
from jobfair.employers.models import Participation
from jobfair.fairs.models import FairStaff
from jobfair.notices.models import Notice
from jobfair.notices.registry import Template, template
from jobfair.notices.services import notify, settle

State = Application.State
Owner = Application.Owner
STEP_PARAMS = ("position", "employer")
STEP_FIELDS = {"thing1": "position", "thing2": "employer"}


def _step(state: str, *, zh: str, en: str, reaches_out: bool = True) -> Template:
    name = f"applications_{state}" if reaches_out else ""
    return template(
        f"applications.{state}",
        category="applications",
        zh=zh,
        en=en,
        sms_template_id=name,
        sms_params=STEP_PARAMS if reaches_out else (),
        wechat_template_id=name,
        wechat_fields=STEP_FIELDS if reaches_out else None,
        useful_for=timedelta(days=1),
    )


OPENED = _step(
    State.OPENED,
    zh="{employer}看了你投递{position}的简历。",
    en="{employer} has read your résumé for {position}.",
    reaches_out=False,
)
DECIDED = {
    State.SHORTLISTED: _step(
        State.SHORTLISTED,
        zh="你投递的{position}（{employer}）通过了初筛。",
        en="You are on the shortlist for {position} at {employer}.",
    ),
    State.INVITED: _step(
        State.INVITED,
        zh="{employer}邀请你面试{position}，请查看。",
        en="{employer} invites you to an interview for {position}.",
    ),
    State.OFFERED: _step(
        State.OFFERED,
        zh="{employer}拟录用你做{position}，请查看。",
        en="{employer} offers you the position of {position}.",
    ),
    State.REJECTED: _step(
        State.REJECTED,
        zh="你投递的{position}（{employer}）没有通过，原因可查看。",
        en="{employer} has decided against your application for {position}. See why.",
    ),
}
ASKS_SEEKER = template(
    "applications.start_asked",
    category="applications",
    zh="{employer}的{position}，{stage}到了，你在岗吗？点一下就能确认。",
    en="{position} at {employer}, {stage}: are you there? One tap says so.",
    sms_template_id="applications_start_asked",
    sms_params=("employer", "position", "stage"),
    wechat_template_id="applications_start_asked",
    wechat_fields={"thing1": "position", "thing2": "employer", "thing3": "stage"},
    useful_for=timedelta(days=2),
)
ASKS_EMPLOYER = template(
    "applications.start_asked_employer",
    category="work",
    zh="{position}（回执{receipt}）{stage}到了，请登记对方是否在岗。",
    en="{position} (receipt {receipt}), {stage}: please record whether the person is there.",
    sms_template_id="applications_start_asked_employer",
    sms_params=("position", "receipt", "stage"),
    wechat_template_id="applications_start_asked_employer",
    wechat_fields={"thing1": "position", "character_string2": "receipt", "thing3": "stage"},
    useful_for=timedelta(days=2),
)
PLANNED = template(
    "applications.start_planned",
    category="applications",
    zh="{employer}登记了{position}的到岗日{day}，有变化请联系企业。",
    en="{employer} has set {day} as your first day as {position}.",
)
STAGES = {"start": "到岗日", "day_7": "到岗第7天", "day_30": "到岗第30天"}
OVERDUE = template(
    "applications.overdue",
    category="work",
    zh="{employer}有投递超过答复期限，请尽快答复。",
    en="{employer} has applications whose answer is overdue. Please answer.",
    sms_template_id="applications_overdue",
    sms_params=("employer",),
    wechat_template_id="applications_overdue",
    wechat_fields={"thing1": "employer"},
)
REMINDED = template(
    "applications.reminded",
    category="work",
    zh="主办方提醒：{employer}有{overdue}份投递超期未答复，请今天处理。",
    en="The organiser asks {employer} to answer {overdue} overdue applications today.",
    sms_template_id="applications_reminded",
    sms_params=("employer", "overdue"),
    wechat_template_id="applications_reminded",
    wechat_fields={"thing1": "employer", "number2": "overdue"},
)
EXPORT_READY = template(
    "applications.export_ready",
    category="applications",
    zh="你的个人数据已整理好，24小时内可以下载。",
    en="Your data is ready to download for 24 hours.",
)


def connect() -> None:
    """Called once, by wiring."""
    listen(ApplicationOpened, tell_opened)
    listen(DecisionSettled, tell_decided)
    listen(ApplicationWithdrawn, settle_steps)
    listen(StartPlanned, tell_planned)
    listen(StartAsked, tell_asked)
    listen(StartSaid, settle_asked)
    listen(AnswerHandedOver, tell_overdue)
    listen(AnswersReminded, tell_reminded)
    listen(DataExportReady, tell_export_ready)


def tell_opened(event: ApplicationOpened) -> None:
    _tell_seeker(event, OPENED)


def tell_decided(event: DecisionSettled) -> None:
    """A result reaches a closed phone too."""
    _tell_seeker(event, DECIDED[State(event.became)])


def _tell_seeker(event: ApplicationOpened | DecisionSettled, kind: Template) -> None:
    application = queries.get_told(event.application_id)
    notify(
        user_id=event.seeker_id,
        kind=kind.kind,
        about=event.subject,
        params={
            "position": application.position.title,
            "employer": application.participation.employer.name,
        },
        link=f"/a/{application.pk}",
        urgency="sms_if_unseen" if kind.sms_template_id else "in_app",
        now=clock.now(),
    )


def tell_planned(event: StartPlanned) -> None:
    plan = queries.get_start(event.application_id)
    notify(
        user_id=event.seeker_id,
        kind=PLANNED.kind,
        about=f"{event.subject}:planned:{plan.revision}",
        params={**_of(plan.application), "day": f"{plan.starts_on.month}月{plan.starts_on.day}日"},
        link=f"/a/{event.application_id}",
        urgency="in_app",
        now=clock.now(),
    )


def tell_asked(event: StartAsked) -> None:
    """Each side that has not said it yet; of an employer every recruiter."""
    application = queries.get_start(event.application_id).application
    about, now = f"{event.subject}:{event.stage}", clock.now()
    params = {**_of(application), "stage": STAGES[event.stage]}
    if "you" in event.sides:
        notify(
            user_id=event.seeker_id, kind=ASKS_SEEKER.kind, about=about, params=params,
            link=f"/a/{application.pk}", urgency="sms_if_unseen", now=now,
        )  # fmt: skip
    if "employer" in event.sides:
        asked = {"position": params["position"], "receipt": application.receipt, "stage": params["stage"]}
        for user_id in queries.list_recruiters(application.participation.employer_id):
            notify(
                user_id=user_id, kind=ASKS_EMPLOYER.kind, about=about, params=asked,
                link=f"/inbox/{application.participation_id}?a={application.pk}", urgency="sms_if_unseen",
                now=now,
            )  # fmt: skip


def settle_asked(event: StartSaid) -> None:
    """That side has said it: no text message need follow."""
    about, now = f"{event.subject}:{event.stage}", clock.now()
    if event.side == "you":
        settle(user_id=event.seeker_id, about=about, now=now)
        return
    employer_id = Participation.objects.values_list("employer_id", flat=True).get(pk=event.participation_id)
    for user_id in queries.list_recruiters(employer_id):
        settle(user_id=user_id, about=about, now=now)


def _of(application: Application) -> dict[str, str]:
    return {
        "position": application.position.title,
        "employer": application.participation.employer.name,
    }


def settle_steps(event: ApplicationWithdrawn) -> None:
    """Taken back: no text message follows about it."""
    settle(user_id=event.seeker_id, about=event.subject, now=clock.now())


def tell_overdue(event: AnswerHandedOver) -> None:
    """Those who owe the answer now, once a day and inbox, however many are overdue. A change of hands is no delay."""
    if event.to == Owner.RECRUITER:
        return
    inboxes = Participation.objects.select_for_update(no_key=True, of=("self",))
    inbox = inboxes.select_related("employer", "fair").get(pk=event.participation_id)
    now = clock.now()
    about = f"inbox:{inbox.pk}:{event.to}:{clock.local(now).date().isoformat()}"
    to_booth = event.to == Owner.BOOTH
    owners = _owners(inbox, to_booth=to_booth)
    told = set(Notice.objects.filter(user__in=owners, about=about).values_list("user_id", flat=True))
    for user_id in owners:
        if user_id not in told:
            notify(
                user_id=user_id,
                kind=OVERDUE.kind,
                about=about,
                params={"employer": inbox.employer.name},
                link=f"/inbox/{inbox.pk}" if to_booth else f"/organise/{inbox.fair.slug}/answers",
                urgency="sms_if_unseen",
                now=now,
            )


def _owners(inbox: Participation, *, to_booth: bool) -> list[int]:
    if to_booth:
        return queries.list_recruiters(inbox.employer_id)
    office = FairStaff.objects.filter(fair=inbox.fair_id, role=FairStaff.Role.ORGANISER, user__is_active=True)
    return list(office.order_by("id").values_list("user_id", flat=True))


def tell_reminded(event: AnswersReminded) -> None:
    """Every recruiter of the employer, each time."""
    inbox = Participation.objects.select_related("employer").get(pk=event.participation_id)
    now = clock.now()
    for user_id in queries.list_recruiters(inbox.employer_id):
        notify(
            user_id=user_id,
            kind=REMINDED.kind,
            about=f"inbox:{inbox.pk}:reminded:{int(now.timestamp())}",
            params={"employer": inbox.employer.name, "overdue": str(event.overdue)},
            link=f"/inbox/{inbox.pk}",
            urgency="sms_if_unseen",
            now=now,
        )


def tell_export_ready(event: DataExportReady) -> None:
    notify(
        user_id=event.user_id,
        kind=EXPORT_READY.kind,
        about=f"export:{event.export_id}",
        params={},
        link="/me/data",
        urgency="in_app",
        now=clock.now(),
    )
