"""Small fairs for tests. Names are made up."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from stdnum.cn import uscc

from booths.models import Booth, Desk
from booths.services import create_booth, open_booth
from jobfair.accounts.models import User
from jobfair.employers.models import Employer, Recruiter
from jobfair.fairs.models import City, Fair, FairStaff, Programme
from jobfair.positions.models import Position

_serial = itertools.count(1)
NOON = datetime(2026, 4, 11, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


def make_fair(
    *, opens: timedelta = timedelta(hours=-3), closes: timedelta = timedelta(hours=3), now: datetime = NOON
) -> Fair:
    """An open fair around `now`."""
    serial = next(_serial)
    programme, _ = Programme.objects.get_or_create(name="职等你来", defaults={"organiser": "示例总工会"})
    city, _ = City.objects.get_or_create(code="320600", defaults={"name": "南通"})
    return Fair.objects.create(
        programme=programme,
        city=city,
        slug=f"fair-{serial}",
        name=f"示例招聘会 {serial}",
        venue="示例展馆",
        opens_at=now + opens,
        closes_at=now + closes,
        extension_ends_at=now + closes + timedelta(days=30),
        state=Fair.State.OPEN,
    )


def make_employer() -> Employer:
    serial = next(_serial)
    return Employer.objects.create(
        name=f"示例企业 {serial}",
        credit_code=f"91320600MA{serial:08d}",
        state=Employer.State.VERIFIED,
        verified_at=NOON,
    )


def make_booth(fair: Fair, *, desks: int = 2, opened: bool = True, now: datetime = NOON) -> Booth:
    number = 1 + Booth.objects.filter(fair=fair).count()
    booth = create_booth(
        fair=fair, employer=make_employer(), zone=None, number=number, desks=desks, by=None, now=now
    )
    return open_booth(booth=booth, by=None, now=now) if opened else booth


def make_recruiter(booth: Booth) -> User:
    user = User.objects.create_user(f"recruiter-{next(_serial)}", display_name="招聘员")
    Recruiter.objects.create(employer=booth.employer, user=user)
    return user


def make_seeker(*, name: str = "王小明", guest: bool = False) -> User:
    serial = next(_serial)
    return User.objects.create_user(f"seeker-{serial}", display_name=name, is_guest=guest)


def desks_of(booth: Booth) -> list[Desk]:
    return list(booth.desks.order_by("number"))


def make_position(
    fair: Fair, *, employer: Employer | None = None, now: datetime = NOON, **fields: Any
) -> Position:
    """A published position that lacks nothing; `state="in_review"` and other fields as given."""
    serial = next(_serial)
    stated: dict[str, Any] = {
        "title": f"钳工 {serial}", "headcount_min": 5, "headcount_max": 5, "pay_min": 5000, "pay_max": 8000,
        "pay_unit": "month", "education": "60", "area": "通州区", "place": "320612", "occupation": "6-20",
        "duties": "按图纸装配。", "duties_confirmed_at": now, "valid_from": now.date(),
        "valid_until": now.date() + timedelta(days=30), "state": "published",
    } | fields  # fmt: skip
    is_public = stated["state"] == "published"
    return Position.objects.create(
        fair=fair,
        employer=employer or make_employer(),
        **{"published_at": now if is_public else None, "was_public": is_public, "submitted_at": now} | stated,
    )


def credit_code(serial: int) -> str:
    """A code that passes GB 32100-2015, of nobody."""
    plain = f"91320600MA{serial:07d}"
    return plain + uscc.calc_check_digit(plain)


def make_recruiter_of(employer: Employer, *, phone: str | None = None) -> User:
    """One who signs in by phone and acts for the employer."""
    serial = next(_serial)
    user = User.objects.create_user(
        f"recruiter-{serial}",
        display_name="招聘员",
        phone=phone or f"+861380000{serial % 10000:04d}",
        phone_verified=True,
    )
    Recruiter.objects.create(employer=employer, user=user)
    return user


def make_organiser(fair: Fair) -> User:
    user = User.objects.create_user(f"organiser-{next(_serial)}", display_name="组织者")
    FairStaff.objects.create(fair=fair, user=user, role=FairStaff.Role.ORGANISER)
    return user
