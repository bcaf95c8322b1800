"""What is there before anyone comes: a fair with booths, positions, recruiters, a clerk, and some accounts."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from booths.models import Booth, Desk
from booths.services import create_booth, open_booth, set_line_rule
from jobfair.accounts.models import User
from jobfair.accounts.queries import has_second_factor
from jobfair.accounts.second_factor import new_secret
from jobfair.core import clock
from jobfair.core.unit_of_work import unit_of_work
from jobfair.employers.models import Employer, Participation
from jobfair.employers.services import appoint_recruiter
from jobfair.fairs.models import City, Fair, FairStaff, Programme
from jobfair.fairs.services import appoint_staff, change_state, create_fair
from jobfair.positions.models import Position
from jobfair.resumes.services import save_draft

DESKS = 2
LEAST_CALL_S = 8  # real seconds: walking is simulated, the server's answers are not
BACKEND = "django.contrib.auth.backends.ModelBackend"
RESUME = {
    "birth": "1990-05",
    "area": "南通市 崇川区",
    "occupation": "电工",
    "education": "70",
    "experience": "5_10",
    "summary": "模拟求职者，非真实个人。",
}


@dataclass(frozen=True)
class SimulatedDesk:
    id: int
    number: int
    session: str  # of its recruiter


@dataclass(frozen=True)
class SimulatedBooth:
    id: int
    number: int
    desks: tuple[SimulatedDesk, ...]  # none: somebody else's, its recruiter is a person
    positions: tuple[int, ...]


@dataclass
class Scene:
    fair_id: int
    slug: str
    booths: list[SimulatedBooth]
    clerk: str  # session
    accounts: list[str] = field(default_factory=list)  # sessions of people with a résumé
    priorities: bool = True


def prepare(*, booths: int, accounts: int, speed: float, hours: float, now: datetime) -> Scene:
    """A fair of its own, with call deadlines shortened as time is."""
    fair = _new_fair(speed, hours, now)
    _open_booths(fair, booths, now)
    set_line_rule(
        fair=fair,
        interleave_onsite=2,
        interleave_online=1,
        priorities=["veteran", "disabled", "pregnant"],
        by=None,
        now=now,
    )
    scene = _scene(fair, Booth.objects.filter(fair=fair, service="").order_by("number"), now)
    scene.accounts = [_session(user) for user in _accounts(accounts, now)]
    return scene


def visit(*, slug: str, booths: int, spare: int, accounts: int, now: datetime) -> Scene:
    """A fair that is there: simulated recruiters at its booths above number `spare`, where people sit."""
    fair = Fair.objects.get(slug=slug)
    chosen = Booth.objects.filter(fair=fair, service="", state=Booth.State.OPEN).order_by("number")[:booths]
    scene = _scene(fair, chosen, now, spare=spare)
    scene.accounts = [_session(user) for user in _accounts(accounts, now)]
    scene.priorities = False
    return scene


@unit_of_work
def _new_fair(speed: float, hours: float, now: datetime) -> Fair:
    programme, _ = Programme.objects.get_or_create(
        name="模拟活动", defaults={"organiser": "模拟主办单位（演示）"}
    )
    city, _ = City.objects.get_or_create(code="320600", defaults={"name": "南通"})
    closes_at = now + timedelta(hours=max(hours, 2))
    fair = Fair(
        programme=programme,
        city=city,
        slug=f"simulated-{secrets.token_hex(4)}",
        name="模拟招聘会（演示）",
        venue="模拟展馆",
        opens_at=now - timedelta(minutes=1),
        closes_at=closes_at,
        extension_ends_at=closes_at + timedelta(days=1),
        onsite_call_seconds=max(LEAST_CALL_S, round(180 / speed)),
        online_call_seconds=max(LEAST_CALL_S, round(90 / speed)),
    )
    create_fair(fair=fair, by=None, now=now)
    for state in (Fair.State.SCHEDULED, Fair.State.OPEN):
        change_state(fair=fair, state=state, by=None, now=now)
    return fair


def _open_booths(fair: Fair, count: int, now: datetime) -> None:
    today = clock.local(now).date()
    for number in range(1, count + 1):
        employer = Employer.objects.create(name=f"模拟企业 {fair.slug[-8:]}-{number}（演示）")
        Participation.objects.create(employer=employer, fair=fair)
        booth = create_booth(
            fair=fair, employer=employer, zone=None, number=number, desks=DESKS, by=None, now=now
        )
        open_booth(booth=booth, by=None, now=now)
        Position.objects.create(
            fair=fair,
            employer=employer,
            title="电工",
            headcount_min=2,
            pay_min=5000,
            pay_max=8000,
            pay_unit=Position.PayUnit.MONTH,
            education="00",
            area="南通",
            duties="安装和检修厂房线路",
            duties_confirmed_at=now,
            valid_from=today,
            valid_until=today + timedelta(days=30),
            state=Position.State.PUBLISHED,
            published_at=now,
            was_public=True,
        )


def _scene(fair: Fair, booths: Sequence[Booth] | Any, now: datetime, *, spare: int = 0) -> Scene:
    made = []
    for booth in booths:
        desks = Desk.objects.filter(booth=booth).order_by("number") if booth.number > spare else ()
        offered = Position.objects.filter(
            fair=fair, employer=booth.employer_id, state=Position.State.PUBLISHED
        ).values_list("pk", flat=True)
        made.append(
            SimulatedBooth(
                id=booth.pk,
                number=booth.number,
                desks=tuple(
                    SimulatedDesk(desk.pk, desk.number, _session(_recruiter(booth, desk.number, now)))
                    for desk in desks
                ),
                positions=tuple(offered[:5]),
            )
        )
    clerk = _person(f"sim-clerk-{fair.pk}", "模拟现场工作人员（演示）")
    appoint_staff(fair=fair, user=clerk, role=FairStaff.Role.STAFF, by=None, now=now)
    if not has_second_factor(clerk):  # without one an office does not count, see STAFF_NEED_SECOND_FACTOR
        Authenticator.objects.create(user=clerk, type=Authenticator.Type.TOTP, data={"secret": new_secret()})
    return Scene(fair.pk, fair.slug, made, _session(clerk))


def _recruiter(booth: Booth, desk: int, now: datetime) -> User:
    user = _person(f"sim-recruiter-{booth.pk}-{desk}", "模拟招聘员（演示）")
    employer = Employer.objects.get(booths=booth)
    appoint_recruiter(employer=employer, user=user, by=None, now=now)
    return user


def _accounts(count: int, now: datetime) -> list[User]:
    """Verified people with a résumé; their numbers are nobody's."""
    people = []
    for number in range(count):
        phone = f"+861380000{5000 + number:04d}"
        user = User.objects.filter(phone=phone).first()
        if user is None:
            user = User.objects.create(
                username=f"sim-seeker-{number}",
                password="!",  # noqa: S106 - unusable
                display_name="模拟求职者",
                phone=phone,
                phone_verified=True,
            )
            save_draft(seeker=user, changes={**RESUME, "name": user.display_name}, based_on=0, now=now)
        people.append(user)
    return people


def _person(username: str, display_name: str) -> User:
    user, _ = User.objects.get_or_create(
        username=username, defaults={"password": "!", "display_name": display_name}
    )
    return user


def _session(user: User) -> str:
    """The key of a session this user is signed in with."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
