"""A database that cannot write just now: the page is told to come back, and its command still happens once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.db import connection

from booths.models import Ticket
from jobfair.core import clock
from tests.booths.test_api import client_of, post
from tests.factories import make_booth, make_fair, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@contextmanager
def somebody_else_writes() -> Iterator[None]:
    """Another process holds what we need, for longer than we are willing to wait."""
    if connection.vendor == "sqlite":
        connection.close()
        options = connection.settings_dict["OPTIONS"]
        patience, options["timeout"] = options["timeout"], 0.1
        try:
            with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                yield
        finally:
            connection.close()
            options["timeout"] = patience
        return
    _wait_for_locks("100ms")
    try:
        with psycopg.connect(**_where(), autocommit=False) as other:
            other.execute("LOCK TABLE booths_ticket IN ACCESS EXCLUSIVE MODE")
            yield
            other.rollback()
    finally:
        _wait_for_locks("0")  # the connection goes back to the pool, and to other tests


def _wait_for_locks(at_most: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [at_most])


def _where() -> dict[str, str]:
    given = connection.get_connection_params()
    return {name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}


def test_a_command_that_found_no_turn_is_sent_again_and_done_once() -> None:
    now = clock.now()
    booth, seeker = make_booth(make_fair(now=now), now=now), make_seeker()
    path, body, key = f"/booths/{booth.pk}/tickets", {"channel": "onsite"}, "busy-key-0001"
    signed_in = client_of(seeker)  # which writes a session
    with somebody_else_writes():
        refused = signed_in.post(
            f"/api{path}", body, content_type="application/json", headers={"Idempotency-Key": key}
        )
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "core.busy")
    assert refused["Retry-After"] == "1"
    taken, again = post(seeker, path, body, key), post(seeker, path, body, key)
    assert (taken.status_code, again.json()) == (201, taken.json())
    assert Ticket.objects.count() == 1
