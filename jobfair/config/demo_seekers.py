"""Invented seekers of the demo fair, each marked 演示 in the name, with résumés and applications in every state.

Made through the same services as real ones, so that receipts, steps, consents and the audit log are what they would
be; in DEBUG only. Their phones are 1380000 8xxx; nothing is ever sent to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobfair.accounts.models import User
from jobfair.accounts.services import confirm_phone
from jobfair.applications import consent
from jobfair.applications import services as applications
from jobfair.applications.models import Application
from jobfair.applications.rules import UNDO
from jobfair.core.unit_of_work import unit_of_work
from jobfair.employers.models import Recruiter
from jobfair.fairs.models import Fair
from jobfair.notices.models import Notice
from jobfair.notices.services import acknowledge
from jobfair.positions.models import Position
from jobfair.resumes.services import save_draft

FIRST_PHONE = 8001
EACH_APPLIES_TO = 3  # positions
UNSTAFFED = (
    3  # employers without recruiters that get an application too, so that the organiser has one to see to
)


@dataclass(frozen=True)
class DemoSeeker:
    """`education`, `experience`: codes of resumes.rules. `wants`: titles of the demo workbook."""

    name: str
    birth: str
    area: str
    occupation: str
    education: str
    experience: str
    summary: str
    wants: str


SEEKERS = (
    DemoSeeker("演示·王芳", "1996-03", "南通市 崇川区", "电商客服", "30", "3_5",
               "做过三年家纺店客服，打字快，会后台订单处理，能轮班。", "电商客服 新媒体运营 直播运营"),
    DemoSeeker("演示·李建国", "1976-11", "南通市 通州区", "设备维修工", "70", "over_10",
               "二十年厂房设备维修，持低压电工证，能看图接线。", "设备维修工 钳工 生产组长"),
    DemoSeeker("演示·陈晓雨", "2003-06", "南通市 崇川区", "新媒体运营", "20", "none",
               "今年毕业，会拍会剪短视频，运营过学校公众号。", "新媒体运营 电商客服 EHS专员"),
    DemoSeeker("演示·周强", "1992-09", "南通市 海门区", "焊工", "40", "5_10",
               "氩弧焊、二保焊都能做，有焊工证，可以上夜班。", "焊工 钳工 设备维修工"),
    DemoSeeker("演示·吴秀英", "1980-01", "南通市 如皋市", "挡车工", "70", "over_10",
               "细纱挡车十二年，会看机、接头，三班倒能适应。", "挡车工 打样师 普工"),
    DemoSeeker("演示·徐磊", "1998-04", "南通市 崇川区", "普工", "60", "1_3",
               "做过电子厂流水线，肯加班，希望包住。", "普工"),
    DemoSeeker("演示·孙丽", "1995-12", "南通市 崇川区", "工艺工程师", "30", "3_5",
               "做过电子厂来料检验和工艺，会用卡尺和测量仪。", "工艺工程师 操作工 电池装配工"),
    DemoSeeker("演示·马俊", "1985-07", "南通市 启东市", "操作工", "60", "5_10",
               "数控机床操作八年，会简单编程，有叉车证。", "操作工 普工 电池装配工"),
    DemoSeeker("演示·朱婷", "2001-02", "南通市 崇川区", "主播", "30", "1_3",
               "做过一年家纺直播，普通话二级甲等，能晚班。", "主播 直播运营 电商客服"),
    DemoSeeker("演示·胡志明", "1990-10", "南通市 启东市", "机械工程师", "20", "5_10",
               "船舶舾装件设计，会画三维图，带过四人小组。", "机械工程师 工艺工程师"),
    DemoSeeker("演示·郭大勇", "1982-05", "南通市 海安市", "生产组长", "60", "5_10",
               "退役军人，带过三十人班组，懂安全生产台账。", "生产组长 EHS专员 电池装配工"),
    DemoSeeker("演示·何静", "1987-08", "南通市 如皋市", "印染工艺员", "40", "3_5",
               "印染打样和配色都做过，能看工艺单。", "印染工艺员 打样师 挡车工"),
)  # fmt: skip

# What becomes of an application: which decisions follow the reading, "" for none, and how many hours ago it was sent.
STORIES: tuple[tuple[str, ...], ...] = (
    ("invited",),
    ("submitted",),
    ("opened",),
    ("shortlisted",),
    ("rejected",),
    ("submitted",),
    ("shortlisted", "offered"),
    ("withdrawn",),
    ("opened",),
)
REASONS = ("experience", "skills", "place")


@unit_of_work
def load_seekers(*, fair: Fair, now: datetime) -> list[User]:
    """Make them, once: where the first is there already nothing is done."""
    if User.objects.filter(phone=_phone(0)).exists():
        return []
    staffed, unstaffed = _positions(fair)
    if not staffed:
        return []
    people = [_seeker(number, one, now) for number, one in enumerate(SEEKERS)]
    stories = _endless(STORIES)
    turns = [(turn, number) for turn in range(EACH_APPLIES_TO) for number in range(len(people))]
    for nth, (turn, number) in enumerate(turns):
        position = _chosen(staffed, SEEKERS[number])[turn]
        at = max(fair.opens_at, now - timedelta(minutes=7 + 9 * (len(turns) - nth)))
        _live_through(_submit(position, people[number], turn, at), next(stories), at, now)
    for number, position in enumerate(unstaffed[:UNSTAFFED]):
        _submit(position, people[number], EACH_APPLIES_TO, now)
    return people


def see_their_notices(*, now: datetime) -> None:
    """They have looked, so no message follows to a phone that is nobody's."""
    phones = [_phone(number) for number in range(len(SEEKERS))]
    for person in User.objects.filter(phone__in=phones):
        unseen = Notice.objects.filter(user=person, seen_at=None).values_list("pk", flat=True)
        acknowledge(user_id=person.pk, ids=list(unseen), now=now)


def _phone(number: int) -> str:
    return f"+861380000{FIRST_PHONE + number}"


def _seeker(number: int, one: DemoSeeker, now: datetime) -> User:
    person = confirm_phone(phone=_phone(number), display_name=one.name, guest_id=None, now=now)
    form = {name: value for name, value in vars(one).items() if name != "wants"}
    save_draft(seeker=person, changes=form, based_on=0, now=now)
    return person


def _chosen(staffed: Sequence[Position], one: DemoSeeker) -> list[Position]:
    """What this person would apply to, the wanted first."""
    wants = one.wants.split()
    return sorted(staffed, key=lambda each: wants.index(each.title) if each.title in wants else len(wants))


def _positions(fair: Fair) -> tuple[list[Position], list[Position]]:
    """Published ones of employers with recruiters, and one each of some without."""
    published = Position.objects.filter(fair=fair, state=Position.State.PUBLISHED).order_by("id")
    recruiting = Recruiter.objects.filter(user__is_active=True).values_list("employer_id", flat=True)
    staffed = list(published.filter(employer__in=list(recruiting)))
    firsts: dict[int, Position] = {}
    for position in published.exclude(employer__in=list(recruiting))[:200]:
        firsts.setdefault(position.employer_id, position)
    return staffed, list(firsts.values())


def _submit(position: Position, person: User, turn: int, at: datetime) -> Application:
    return applications.submit(
        position=position,
        seeker=person,
        cid=f"demo-{person.pk}-{turn}",
        source="booth" if turn == 0 else "web",
        source_ref="",
        consent_text_version=consent.VERSION,
        now=at,
    ).application


def _live_through(application: Application, story: Sequence[str], sent: datetime, now: datetime) -> None:
    if story == ("submitted",):
        return
    if story == ("withdrawn",):
        applications.withdraw(application=application, by=application.seeker, now=now)
        return
    office = Recruiter.objects.filter(employer=application.participation.employer_id, user__is_active=True)
    recruiter = office.select_related("user").order_by("id")[0].user
    read_at = min(now, sent + timedelta(minutes=3))
    applications.open_application(application=application, by=recruiter, now=read_at)
    for state in story:
        if state != "opened":
            reason = REASONS[application.pk % len(REASONS)] if state == "rejected" else ""
            made = applications.decide(
                inbox=application.participation,
                ids=[application.pk],
                to=state,
                reason_code=reason,
                reason_text="",
                by=recruiter,
                now=read_at,
            )
            applications.settle_decision(decision_id=made.decision.pk, now=read_at + UNDO)


def _endless(stories: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    while True:
        yield from stories
