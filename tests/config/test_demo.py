from __future__ import annotations

from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from booths.models import Booth
from jobfair.accounts.models import User
from jobfair.applications.models import Application
from jobfair.config import demo
from jobfair.core.models import AuditEntry
from jobfair.employers.models import Employer, Recruiter
from jobfair.fairs.models import Fair, FairStaff
from jobfair.notices.models import Notice
from jobfair.positions.models import Position
from tests.factories import NOON
from tests.invariants import violations

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
    booths = Booth.objects.filter(fair=fair, state="open", zone__isnull=False)
    assert sorted(booths.filter(service="").values_list("number", flat=True)) == list(range(1, 227))
    services = booths.exclude(service="").order_by("number").values_list("service", flat=True)
    assert list(services) == ["policy", "cooperation", "skills", "guidance"]
    assert Employer.objects.filter(state="verified").count() == 213
    assert fair.zones.count() == 7
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


def test_the_demo_seekers_have_receipts_in_every_state_and_none_is_sent_a_message() -> None:
    loaded = demo.load(now=NOON, with_seekers=True)
    seekers = User.objects.filter(display_name__startswith="演示·")
    assert len(loaded.seekers) == seekers.count() == 12
    assert {one.phone[:11] for one in seekers if one.phone} == {"+8613800008"}
    states = Counter(Application.objects.values_list("state", flat=True))
    assert set(states) == set(Application.State.values) - {"hired"}
    assert sum(states.values()) == 12 * 3 + 3
    assert Application.objects.filter(owner_level="organiser").count() == 3
    staffed = Application.objects.filter(participation__employer__recruiters__isnull=False)
    assert staffed.values("participation").distinct().count() == 6
    fair = loaded.fair
    assert not Application.objects.exclude(submitted_at__range=(fair.opens_at, NOON)).exists()
    assert Notice.objects.filter(user__in=seekers).exists()
    assert not Notice.objects.filter(user__in=seekers, seen_at=None).exists()
    with connection.cursor() as cursor:
        assert violations(cursor) == []
    audited = AuditEntry.objects.count()
    assert demo.load(now=NOON, with_seekers=True).seekers == ()
    assert AuditEntry.objects.count() == audited


def test_outside_debug_no_people_are_made(settings: Settings) -> None:
    settings.DEBUG = False
    loaded = demo.load(now=NOON, with_seekers=True)
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
