"""A fair with one employer, its recruiters and a published position, and seekers who may apply."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.test import Client

from jobfair.accounts.models import User
from jobfair.applications import consent, queries, services
from jobfair.applications.models import Application
from jobfair.core import clock
from jobfair.employers.models import Employer, Participation, Recruiter
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from jobfair.resumes.services import save_draft
from tests.factories import make_employer, make_fair

_serial = itertools.count(1)
COMPLETE = {
    "birth": "1990-05",
    "area": "南通市 崇川区",
    "occupation": "电工",
    "education": "70",
    "experience": "5_10",
    "summary": "八年电工，有证。",
}
NOW = datetime(2026, 4, 11, 4, 0, tzinfo=clock.SHANGHAI)


def make_verified_seeker(*, name: str = "王小明") -> User:
    serial = next(_serial)
    return User.objects.create_user(
        f"applicant-{serial}", display_name=name, phone=f"+861380000{serial:04d}", phone_verified=True
    )


def make_applicant(*, name: str = "王小明") -> User:
    """A verified seeker with a résumé that can be handed in."""
    seeker = make_verified_seeker(name=name)
    save_draft(seeker=seeker, changes={**COMPLETE, "name": name}, based_on=0, now=NOW)
    return seeker


def session_of(user: User) -> str:
    """The key of a session this user is signed in with."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return str(client.session.session_key)


def make_position(fair: Fair, employer: Employer, *, title: str = "电工", now: datetime = NOW) -> Position:
    today = clock.local(now).date()
    return Position.objects.create(
        fair=fair,
        employer=employer,
        title=title,
        headcount_min=2,
        pay_min=5000,
        pay_max=8000,
        pay_unit=Position.PayUnit.MONTH,
        education="00",
        area="南通",
        duties="安装和检修厂房线路",
        duties_confirmed_at=now,
        valid_from=today,
        valid_until=today + timedelta(days=60),
        state=Position.State.PUBLISHED,
        published_at=now,
    )


@dataclass
class Hiring:
    """An employer at a fair."""

    recruiter_count: int = 2
    now: datetime = NOW
    fair: Fair = field(init=False)
    employer: Employer = field(init=False)
    inbox: Participation = field(init=False)
    position: Position = field(init=False)
    recruiters: list[User] = field(init=False)

    def __post_init__(self) -> None:
        self.fair = make_fair(now=self.now)
        self.employer = make_employer()
        self.inbox = Participation.objects.create(employer=self.employer, fair=self.fair)
        self.position = make_position(self.fair, self.employer, now=self.now)
        self.recruiters = [self.appoint() for _ in range(self.recruiter_count)]

    @property
    def recruiter(self) -> User:
        return self.recruiters[0]

    def appoint(self) -> User:
        user = User.objects.create_user(f"inbox-recruiter-{next(_serial)}", display_name="招聘员")
        Recruiter.objects.create(employer=self.employer, user=user)
        return user

    def submit(
        self,
        seeker: User | None = None,
        *,
        position: Position | None = None,
        cid: str = "",
        now: datetime | None = None,
    ) -> Application:
        return services.submit(
            position=position or self.position,
            seeker=seeker or make_applicant(),
            cid=cid or f"cid-{next(_serial):08d}",
            source="web",
            source_ref="",
            consent_text_version=consent.VERSION,
            now=now or self.now,
        ).application

    def open(self, application: Application) -> Application:
        return services.open_application(application=application, by=self.recruiter, now=self.now)

    def decide(self, *applications: Application, to: str, reason: str = "", text: str = "") -> int:
        """Returns the decision's id."""
        done = services.decide(
            inbox=self.inbox,
            ids=[one.pk for one in applications],
            to=to,
            reason_code=reason,
            reason_text=text,
            by=self.recruiter,
            now=self.now,
        )
        return done.decision.pk


def told_state(application: Application) -> str:
    return queries.told_state(queries.get_told(application.pk))
