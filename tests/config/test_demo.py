from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from booths.models import Booth
from jobfair.accounts.models import User
from jobfair.applications.models import Application
from jobfair.config import demo
from jobfair.core.models import AuditEntry
from jobfair.employers.models import Employer, Recruiter
from jobfair.fairs.models import FairStaff
from jobfair.notices.models import Notice
from jobfair.positions.models import Position
from livestream.models import LiveSession
from tests.factories import NOON
from tests.invariants import violations

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the demo people's password."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def loaded(state: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[demo.Demo]:
    """The demo with its seekers, loaded once for those tests that ask for it; each takes back what it changes."""
    whole = transaction.atomic()
    whole._from_testcase = True
    with override_settings(DEBUG=True, STATE_DIR=state), django_db_blocker.unblock(), whole:
        yield demo.load(now=NOON, with_seekers=True)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def own_state(settings: Settings, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings.DEBUG = True
    settings.STATE_DIR = request.getfixturevalue("state") if "loaded" in request.fixturenames else tmp_path


def test_the_demo_fair_is_open_with_226_booths_and_1019_positions_accounted_for(loaded: demo.Demo) -> None:
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


def test_loading_again_changes_nothing(loaded: demo.Demo) -> None:
    audited = AuditEntry.objects.count()
    again = demo.load(now=NOON + timedelta(hours=5))
    assert (again.fair.opens_at, again.standing, again.password) == (
        loaded.fair.opens_at, loaded.standing, loaded.password,
    )  # fmt: skip
    assert AuditEntry.objects.count() == audited


def test_a_demo_that_is_over_moves_to_the_day_it_is_loaded(loaded: demo.Demo) -> None:
    later = NOON + timedelta(days=50)
    moved = demo.load(now=later)
    assert moved.fair.opens_at <= later < moved.fair.closes_at
    assert moved.standing.published == 729
    last_days = Position.objects.values_list("valid_until", flat=True).distinct()
    assert list(last_days) == [(moved.fair.extension_ends_at).date()]
    [on_air] = LiveSession.objects.filter(state__in=LiveSession.ON)
    assert on_air.live_at is not None
    assert on_air.live_at > later - timedelta(hours=1), "the broadcast of then was ended, another is on"


def test_demo_people_have_their_offices(loaded: demo.Demo) -> None:
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


def test_the_demo_seekers_have_receipts_in_every_state_and_none_is_sent_a_message(loaded: demo.Demo) -> None:
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
