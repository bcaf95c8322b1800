from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from booths.models import Booth
from jobfair.accounts.models import User
from jobfair.config import demo
from jobfair.core.models import AuditEntry
from jobfair.employers.models import Employer, Recruiter
from jobfair.fairs.models import Fair, FairStaff
from jobfair.positions.models import Position
from tests.factories import NOON

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def own_state(settings: Settings, tmp_path: Path) -> None:
    settings.DEBUG = True
    settings.STATE_DIR = tmp_path


def test_the_demo_fair_is_open_with_226_booths_and_1019_positions_accounted_for() -> None:
    loaded = demo.load(now=NOON)
    fair = loaded.fair
    assert (fair.state, fair.city.code) == ("open", "320600")
    assert fair.opens_at <= NOON < fair.closes_at
    assert (loaded.standing.published, loaded.standing.waits) == (729, 290)
    assert Booth.objects.filter(fair=fair, state="open", zone__isnull=False).count() == 226
    assert sorted(Booth.objects.values_list("number", flat=True)) == list(range(1, 227))
    assert Employer.objects.filter(state="verified").count() == 213
    assert fair.zones.count() == 6
    assert fair.schedule.filter(starts_at__gte=fair.opens_at, ends_at__lte=fair.closes_at).count() == 6


def test_loading_again_changes_nothing() -> None:
    first = demo.load(now=NOON)
    audited = AuditEntry.objects.count()
    again = demo.load(now=NOON + timedelta(hours=5))
    assert (again.fair.opens_at, again.standing, again.password) == (
        first.fair.opens_at, first.standing, first.password,
    )  # fmt: skip
    assert AuditEntry.objects.count() == audited


def test_a_demo_that_is_over_moves_to_the_day_it_is_loaded() -> None:
    demo.load(now=NOON)
    later = NOON + timedelta(days=50)
    loaded = demo.load(now=later)
    assert loaded.fair.opens_at <= later < loaded.fair.closes_at
    assert loaded.standing.published == 729
    last_days = Position.objects.values_list("valid_until", flat=True).distinct()
    assert list(last_days) == [(loaded.fair.extension_ends_at).date()]


def test_demo_people_have_their_offices() -> None:
    loaded = demo.load(now=NOON)
    organiser = User.objects.get(username="organiser")
    assert organiser.check_password(loaded.password)
    assert organiser.is_staff
    assert FairStaff.objects.get(user=organiser).role == "organiser"
    booths = {
        office.user.username: office.employer.booths.get().number
        for office in Recruiter.objects.select_related("user", "employer")
    }
    assert {name: booths[name] for name in booths if name != "recruiter-longest"} == {
        f"recruiter-{number}": number for number in range(1, 7)
    }
    longest = max(len(name) for name in Employer.objects.values_list("name", flat=True))
    assert len(Recruiter.objects.get(user__username="recruiter-longest").employer.name) == longest
    assert AuditEntry.objects.filter(by=organiser.pk, action="positions.duties_confirmed").count() == 1019


def test_outside_debug_no_people_are_made(settings: Settings) -> None:
    settings.DEBUG = False
    loaded = demo.load(now=NOON)
    assert (loaded.people, loaded.password, User.objects.count()) == ((), "", 0)
    assert loaded.standing.published == 729


def test_the_command_prints_what_adds_up() -> None:
    out = StringIO()
    call_command("load_demo", stdout=out)
    said = out.getvalue()
    assert "已发布：729" in said
    assert "等待：290" in said
    assert "已发布与等待合计：1019" in said
    assert "recruiter-1" in said
    assert Fair.objects.get().slug == "nantong"
