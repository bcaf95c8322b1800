"""Loading the demo into an empty house: outside development, and by the command."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from jobfair.accounts.models import User
from jobfair.config import demo
from jobfair.fairs.models import Fair
from tests.factories import NOON

pytestmark = [pytest.mark.integration, pytest.mark.once, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def own_state(settings: Settings, tmp_path: Path) -> None:
    settings.DEBUG = True
    settings.STATE_DIR = tmp_path


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
