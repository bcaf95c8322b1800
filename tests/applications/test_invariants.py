"""The checker itself: one planted violation per invariant, each reported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from jobfair.applications import consent, rules, services
from jobfair.applications.jobs import settle_decisions
from jobfair.applications.models import Application
from jobfair.core import clock
from tests.applications.browser import post
from tests.applications.scene import Hiring, make_applicant
from tests.invariants import HIRING, violations

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def scene() -> dict[str, int]:
    """One rejected and told, one waiting, one withdrawn."""
    now = clock.now()
    hiring = Hiring(now=now)
    rejected, waiting = hiring.open(hiring.submit()), hiring.submit()
    hiring.decide(rejected, to="rejected", reason="filled")
    settle_decisions(now + rules.UNDO)
    seeker = make_applicant()
    body = {"source": "web", "consent_text_version": consent.VERSION}
    made = post(seeker, f"/positions/{hiring.position.pk}/applications", body)
    withdrawn = Application.objects.get(pk=made.json()["id"])
    services.withdraw(application=withdrawn, by=seeker, now=now)
    return {
        "rejected": rejected.pk,
        "waiting": waiting.pk,
        "withdrawn": withdrawn.pk,
        "inbox": hiring.inbox.pk,
    }


PLANTED = {
    "6a": "UPDATE applications_application SET seeker_id = (SELECT seeker_id FROM applications_application "
    "WHERE id = {waiting}) WHERE id = {rejected}",
    "6b": "UPDATE applications_application SET cid = 'same', seeker_id = 1 WHERE id IN ({waiting}, {rejected})",
    "6c": "UPDATE applications_application SET fair_id = fair_id + 1 WHERE id = {waiting}",
    "6d": "UPDATE applications_application SET resume_id = (SELECT resume_id FROM applications_application "
    "WHERE id = {rejected}) WHERE id = {waiting}",
    "6e": "UPDATE applications_application SET state = 'opened' WHERE id = {rejected}",
    "6f": "DELETE FROM applications_consent",
    "6g": "UPDATE applications_applicationstep SET was = '' WHERE state = 'opened'",
    "6h": "UPDATE applications_application SET opened_at = NULL WHERE id = {rejected}",
    "6i": "UPDATE applications_applicationstep SET reason_code = ''",
    "9a": "UPDATE realtime_streamevent SET type = 'applications.inbox_changed', "
    "payload = '{{\"application\": {{\"id\": {withdrawn}, \"name\": \"x\"}}}}' WHERE topic = 'inbox:{inbox}'",
    "9b": "UPDATE core_commandresult SET reply = '{{\"id\": 1}}'",
    "13a": "UPDATE applications_application SET owner_id = NULL WHERE id = {waiting}",
    "13b": "UPDATE applications_application SET escalates_at = NULL WHERE id = {waiting}",
    "13c": "UPDATE applications_application SET answered_at = submitted_at WHERE id = {waiting}",
    "13d": "UPDATE applications_application SET answered_at = NULL WHERE id = {rejected}",
}  # fmt: skip
TABLES = (
    "applications_application", "applications_applicationstep", "applications_consent",
    "realtime_streamevent", "core_commandresult",
)  # fmt: skip


@contextmanager
def copies(cursor: Any) -> Iterator[None]:
    """Unconstrained copies, which both stores read in place of the real tables of the same names."""
    real = "public" if connection.vendor == "postgresql" else "main"
    for table in TABLES:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM {real}.{table}")
    try:
        yield
    finally:
        for table in TABLES:
            cursor.execute(f"DROP TABLE {'pg_temp' if real == 'public' else 'temp'}.{table}")


def test_a_sound_scene_has_no_violation() -> None:
    scene()
    with connection.cursor() as cursor:
        assert violations(cursor) == []
        with copies(cursor):
            assert violations(cursor) == []


@pytest.mark.parametrize("invariant", sorted(HIRING))
def test_a_planted_violation_is_reported(invariant: str) -> None:
    ids = scene()
    with connection.cursor() as cursor, copies(cursor):
        cursor.execute(PLANTED[invariant.split(" ", maxsplit=1)[0]].format(**ids))
        found = violations(cursor)
    assert any(sentence.startswith(invariant) for sentence in found), found
