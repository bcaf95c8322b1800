"""The demo fair: invented data through the real services, so the gate and the audit apply to it too.

Its hours run from midnight (Asia/Shanghai) of the day it is loaded to 21:00 two days later, so it is open
whenever it is loaded; loading it again after it is over moves it to today. Its extension lasts 30 days more.
Loading it again at any other time changes nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from booths.models import Booth
from booths.queries import find_line_rule
from booths.services import (
    appoint_counsellor,
    create_booth,
    create_service_desk,
    open_booth,
    set_line_rule,
)
from jobfair.accounts.models import User
from jobfair.accounts.services import give_demo_authenticator
from jobfair.advice.services import set_booking_rule
from jobfair.checkin.rules import GatePlan
from jobfair.checkin.services import plan_gates
from jobfair.config.demo_live import load_rooms
from jobfair.config.demo_seekers import load_seekers, see_their_notices
from jobfair.core import clock
from jobfair.core.unit_of_work import unit_of_work
from jobfair.employers.models import Employer, Participation
from jobfair.employers.services import appoint_recruiter, verify_employers
from jobfair.fairs.models import City, Fair, FairStaff, Programme, Zone
from jobfair.fairs.services import (
    ScheduledEvent,
    ZonePlan,
    appoint_staff,
    change_state,
    correct_fair,
    create_fair,
    plan_schedule,
    plan_zones,
)
from jobfair.positions.queries import Tally, tally
from jobfair.positions.services import confirm_duties, import_workbook, prolong_positions, publish_positions

WORKBOOK = Path(__file__).resolve().parents[1] / "fairs" / "demo" / "nantong-fair-positions.xlsx"
SLUG = "nantong"
EXTENSION = timedelta(days=30)
DESKS = 2
RECRUITERS = 6  # on booths 1..6

CAPACITY = 3000
GATES = ("南门", "北门", "东侧门")

# Zone letter and name, and the words in an employer's name that put it there.
ZONES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("A", "智能制造", ("机械制造", "电子", "新能源", "船舶重工")),
    ("B", "纺织服装", ("纺织",)),
    ("C", "物流速递", ("速递", "物流")),
    ("D", "网络科技与电商", ("网络科技", "电商")),
    ("E", "建筑与物业", ("建设工程", "物业")),
    ("F", "医药与民生服务", ("医药", "餐饮", "家政")),
    ("G", "公共服务", ()),
)
# Number and service; their zone is G.
SERVICES = (
    (301, Booth.Service.POLICY),
    (302, Booth.Service.COOPERATION),
    (303, Booth.Service.SKILLS),
    (304, Booth.Service.GUIDANCE),
)
STUDIO = {"director": "导播台", "moderator": "直播间管理"}
# Day of the fair (from 0), start and end, what, where.
PROGRAMME = (
    (0, time(9, 0), time(9, 30), "开幕式", "主舞台"),
    (0, time(9, 30), time(11, 30), "直播带岗：智能制造专场", "直播间"),
    (0, time(14, 0), time(15, 30), "技能提升公益课", "技能提升区"),
    (1, time(9, 30), time(11, 30), "直播带岗：民生服务专场", "直播间"),
    (1, time(14, 0), time(16, 0), "政策咨询与职业指导", "政策咨询区"),
    (2, time(14, 0), time(16, 0), "直播带岗：返场", "直播间"),
)


@dataclass(frozen=True)
class DemoPerson:
    username: str
    place: str
    phone: str = ""  # where it signs in, and proves itself again, by phone too


@dataclass(frozen=True)
class Demo:
    """What was loaded. `password` is empty outside DEBUG, where no demo people are made.

    `recovery_codes`: those the organiser may still use instead of an authenticator.
    """

    fair: Fair
    standing: Tally
    booths: int
    people: tuple[DemoPerson, ...]
    seekers: tuple[DemoPerson, ...]
    password: str
    recovery_codes: tuple[str, ...]


def load(*, now: datetime, with_seekers: bool = False) -> Demo:
    """Load the demo fair, all of it or nothing; then, in DEBUG and if asked, invented seekers with applications."""
    loaded = _load(now=now)
    if not loaded.people or not with_seekers:
        return loaded
    seekers = load_seekers(fair=loaded.fair, now=now)
    see_their_notices(now=now)
    return replace(loaded, seekers=tuple(_by_phone(one) for one in seekers))


@unit_of_work
def _load(*, now: datetime) -> Demo:
    fair = _fair(now)
    import_workbook(fair=fair, content=WORKBOOK.read_bytes(), by=None, now=now)
    people, password = _people(fair, now)
    organiser = people.get("organiser")
    taking_part = Participation.objects.filter(fair=fair)
    waiting = taking_part.filter(employer__state=Employer.State.IN_REVIEW)
    verify_employers(employers=waiting.values_list("employer_id", flat=True), by=organiser, now=now)
    confirm_duties(fair=fair, by=organiser, now=now)
    publish_positions(fair=fair, by=organiser, now=now)
    if find_line_rule(fair.pk) is None:
        set_line_rule(
            fair=fair,
            interleave_onsite=2,
            interleave_online=1,
            priorities=["veteran", "disabled", "pregnant"],
            by=organiser,
            now=now,
        )
    booths = _booths(fair, organiser, now)
    _service_desks(fair, people.get("counsellor"), organiser, now)
    load_rooms(fair=fair, by=people.get("director"), now=now)
    return Demo(
        fair=fair,
        standing=tally(fair, on=clock.local(now).date()),
        booths=len(booths),
        people=_places(people, booths, now),
        seekers=(),
        password=password,
        recovery_codes=give_demo_authenticator(user=organiser, now=now) if organiser else (),
    )


def _by_phone(seeker: User) -> DemoPerson:
    return DemoPerson(seeker.display_name, "", (seeker.phone or "").removeprefix("+86"))


def _fair(now: datetime) -> Fair:
    fair = Fair.objects.filter(slug=SLUG).first()
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    closes_at = midnight + timedelta(days=2, hours=21)
    hours = {"opens_at": midnight, "closes_at": closes_at, "extension_ends_at": closes_at + EXTENSION}
    if fair is None:
        fair = _new_fair(hours, now)
    elif fair.closes_at <= now:
        for name, value in hours.items():
            setattr(fair, name, value)
        correct_fair(fair=fair, changed=list(hours), by=None, now=now)
        last_day = clock.local(fair.extension_ends_at).date()
        prolong_positions(fair=fair, valid_until=last_day, by=None, now=now)
    else:
        return fair
    schedule = [
        ScheduledEvent(_at(midnight, day, starts), _at(midnight, day, ends), title, place)
        for day, starts, ends, title, place in PROGRAMME
    ]
    plan_schedule(fair=fair, entries=schedule, by=None, now=now)
    return fair


def _new_fair(hours: dict[str, datetime], now: datetime) -> Fair:
    programme, _ = Programme.objects.get_or_create(
        name="江苏工会“职等你来”", defaults={"organiser": "南通市总工会（演示）"}
    )
    city, _ = City.objects.get_or_create(code="320600", defaults={"name": "南通"})
    fair = Fair(
        programme=programme,
        city=city,
        slug=SLUG,
        name="职等你来·南通站",
        theme="民营企业专场招聘会",
        venue="南通国际会展中心",
        complaint_phone="0513-80000000",
        approved_capacity=CAPACITY,
        **hours,
    )
    create_fair(fair=fair, by=None, now=now)
    plan_zones(fair=fair, zones=[ZonePlan(letter, name) for letter, name, _ in ZONES], by=None, now=now)
    plan_gates(fair=fair, gates=[GatePlan(None, name) for name in GATES], by=None, now=now)
    for state in (Fair.State.SCHEDULED, Fair.State.OPEN):
        change_state(fair=fair, state=state, by=None, now=now)
    return fair


def _at(midnight: datetime, day: int, clock_time: time) -> datetime:
    return datetime.combine(midnight.date() + timedelta(days=day), clock_time, tzinfo=midnight.tzinfo)


def _booths(fair: Fair, by: User | None, now: datetime) -> list[Booth]:
    """A booth per employer under the number its sheet states, in its industry's zone, open for the line."""
    zones = {zone.letter: zone for zone in Zone.objects.filter(fair=fair)}
    taken = set(Booth.objects.filter(fair=fair, service="").values_list("employer_id", flat=True))
    for one in Participation.objects.filter(fair=fair).exclude(employer__in=taken).select_related("employer"):
        booth = create_booth(
            fair=fair,
            employer=one.employer,
            zone=zones.get(zone_letter(one.employer.name)),
            number=int(one.stated_booth),
            desks=DESKS,
            by=by,
            now=now,
        )
        open_booth(booth=booth, by=by, now=now)
    return list(Booth.objects.filter(fair=fair, service="").select_related("employer").order_by("number"))


def _service_desks(fair: Fair, counsellor: User | None, by: User | None, now: datetime) -> None:
    """The union's own services, open for the line and for bookings all day long."""
    zone = Zone.objects.filter(fair=fair, letter="G").first()
    for number, service in SERVICES:
        desk = Booth.objects.filter(fair=fair, number=number).first()
        if desk is None:
            desk = create_service_desk(
                fair=fair, service=service, title="", zone=zone, number=number, desks=DESKS, by=by, now=now
            )
            open_booth(booth=desk, by=by, now=now)
            set_booking_rule(
                booth=desk, slot_minutes=20, each=DESKS, opens=time(8), closes=time(21), by=by, now=now
            )
        if counsellor is not None:
            appoint_counsellor(booth=desk, user=counsellor, by=by, now=now)


def zone_letter(employer_name: str) -> str:
    """The zone of an employer's industry; empty when its name tells none."""
    return next((letter for letter, _, words in ZONES if any(word in employer_name for word in words)), "")


def _people(fair: Fair, now: datetime) -> tuple[dict[str, User], str]:
    """The organiser and the recruiters, with one password kept in the state folder. In DEBUG only."""
    if not settings.DEBUG:
        return {}, ""
    password = _password()
    names = {"organiser": "演示组织者"}
    names |= {f"recruiter-{number}": f"{number} 号展位招聘员" for number in range(1, RECRUITERS + 1)}
    names["recruiter-longest"] = "最长名称企业招聘员"
    names["counsellor"] = "演示咨询员"
    names |= {"director": "演示导播", "moderator": "演示直播间管理员"}
    people = {user.username: user for user in User.objects.filter(username__in=names)}
    hashes = {
        user.password for user in people.values()
    }  # they share the password, so one slow hash serves all
    if len(people) < len(names) or len(hashes) > 1 or not check_password(password, hashes.pop()):
        encoded = make_password(password)
        for username, display_name in names.items():
            people[username], _ = User.objects.update_or_create(
                username=username,
                defaults={"password": encoded},
                create_defaults={
                    "password": encoded,
                    "display_name": display_name,
                    "is_staff": username == "organiser",
                },
            )
    _give_phones(people)
    for role in (FairStaff.Role.ORGANISER, FairStaff.Role.DIRECTOR, FairStaff.Role.MODERATOR):
        appoint_staff(fair=fair, user=people[role], role=role, by=None, now=now)
    return people, password


def _give_phones(people: dict[str, User]) -> None:
    """Recruiters prove themselves again by phone before an export; the numbers are nobody's."""
    for place, user in enumerate(user for name, user in people.items() if name != "organiser"):
        phone = f"+861380000{9001 + place}"
        if user.phone is None and not User.objects.filter(phone=phone).exists():
            user.phone, user.phone_verified = phone, True
            user.save(update_fields=["phone", "phone_verified"])


def _password() -> str:
    kept = settings.STATE_DIR / "demo-password.txt"
    if kept.exists():
        return str(kept.read_text().strip())
    password = secrets.token_urlsafe(9)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(password + "\n")
    return password


def _places(people: dict[str, User], booths: list[Booth], now: datetime) -> tuple[DemoPerson, ...]:
    if not people:
        return ()
    by_number = {f"recruiter-{booth.number}": booth for booth in booths}
    by_number["recruiter-longest"] = max(booths, key=lambda booth: (len(booth.host), -booth.number))
    places = [DemoPerson("organiser", "组织者，可进后台 /admin/")]
    for username, user in people.items():
        phone = (user.phone or "").removeprefix("+86")
        if username == "counsellor":
            numbers = "、".join(str(number) for number, _ in SERVICES)
            places.append(DemoPerson(username, f"服务台 {numbers}", phone))
        elif username in STUDIO:
            places.append(DemoPerson(username, f"{STUDIO[username]} /organise/{SLUG}/studio", phone))
        elif username != "organiser":
            booth = by_number[username]
            employer = Employer.objects.get(booths=booth)
            appoint_recruiter(employer=employer, user=user, by=people["organiser"], now=now)
            places.append(DemoPerson(username, f"展位 {booth.number} {employer.name}", phone))
    return tuple(places)
