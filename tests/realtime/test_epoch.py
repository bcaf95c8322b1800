"""A restored database is another history: whoever holds a position of the old one starts from a snapshot."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from booths import services
from jobfair.realtime.epoch import _POSTGRES_IDENTITY, current_epoch, identify_database, renew_epoch
from jobfair.realtime.models import Epoch, Stream, StreamEvent
from tests import stores
from tests.booths.test_concurrency import at_once
from tests.factories import NOON, make_booth, make_fair, make_seeker
from tests.faults.server import Server
from tests.realtime.sockets import hub_knows, phone

WRITE = """
from booths import services
from booths.models import Booth
from jobfair.accounts.models import User
from jobfair.core import clock
from tests.factories import make_booth, make_fair
booth = Booth.objects.first() or make_booth(make_fair(now=clock.now()), now=clock.now())
for name in {names}:
    seeker = User.objects.create_user(name, display_name=name)
    services.take_ticket(booth=booth, seeker=seeker, channel="{channel}", now=clock.now())
print(booth.pk)
"""


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_another_database_gets_another_epoch_and_all_agree_on_it() -> None:
    first = current_epoch()
    assert current_epoch() == first
    assert Epoch.objects.get().database == identify_database()
    Epoch.objects.update(database="cluster-of-yesterday")
    seen = set(at_once([current_epoch] * 16, threads=8))
    print(f"16 readers in 8 threads: {len(seen)} new epoch")
    assert len(seen) == 1
    assert first not in seen
    renewed = renew_epoch()
    assert renewed not in {first, *seen}
    assert current_epoch() == renewed


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
async def test_a_restore_under_a_running_server_holds_nobody_back() -> None:
    """The database falls back behind the hub's position; an old page is slow to leave the topic."""
    booth = await sync_to_async(lambda: make_booth(make_fair()))()
    topic = f"booth:{booth.pk}"

    def take() -> None:
        services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)

    def restore(top: int) -> None:
        StreamEvent.objects.filter(topic=topic, offset__gt=top).delete()
        Stream.objects.filter(topic=topic).update(top=top)
        renew_epoch()

    async with phone() as lingering:
        joined = await lingering.join(topic)
        for _ in range(4):
            await sync_to_async(take)()
        assert [(await lingering.push())["at"] for _ in range(4)][-1] == joined["offset"] + 4
        await hub_knows(joined["epoch"])
        await sync_to_async(restore)(joined["offset"] + 1)
        assert await lingering.closed() == 4000
        async with phone() as fresh:
            again = await fresh.join(topic, {"epoch": joined["epoch"], "offset": joined["offset"]})
            assert (again["offset"], "snapshot" in again) == (joined["offset"] + 1, True)
            await sync_to_async(take)()
            assert (await fresh.push())["at"] == again["offset"] + 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_an_ordinary_database_user_may_ask_which_database_this_is() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ordinary")
        cursor.execute("SET ROLE ordinary")
        try:
            assert identify_database().count(":") == 2
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP ROLE ordinary")


@pytest.mark.faults
@pytest.mark.concurrency
def test_a_point_in_time_recovery_is_another_database(own_postgres: stores.Postgres) -> None:
    before = _identity(own_postgres)
    own_postgres.restart()
    assert _identity(own_postgres) == before
    own_postgres.make_database("jobfair")
    first = _identity(own_postgres, "jobfair")
    own_postgres.make_database("jobfair")  # dropped and made again, as when a dump is loaded
    assert _identity(own_postgres, "jobfair") != first
    with psycopg.connect(own_postgres.url, autocommit=True) as database:
        database.execute("ALTER SYSTEM SET restore_command = 'false'")
    (own_postgres.folder / "data" / "recovery.signal").touch()
    own_postgres.restart()
    stores.wait_until(
        lambda: not _in_recovery(own_postgres), within=120, what="recovery", log=own_postgres.log
    )
    after = _identity(own_postgres)
    print(f"before recovery {before}, after {after}")
    assert after != before


def _identity(server: stores.Postgres, name: str = "postgres") -> str:
    with psycopg.connect(f"{server.url.rsplit('/', 1)[0]}/{name}") as database:
        row = database.execute(_POSTGRES_IDENTITY).fetchone()
    assert row is not None
    return str(row[0])


def _in_recovery(server: stores.Postgres) -> bool:
    with psycopg.connect(server.url) as database:
        return database.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)


@pytest.mark.faults
def test_after_a_restore_no_page_mixes_the_two_histories(
    make_server: Callable[..., Server], the_stores: Any
) -> None:
    """Backup, go on, restore, and write other things at the same offsets."""
    server = make_server()
    booth = _write(server, ["甲一", "甲二"], "onsite")
    kept = _poll(server, booth)
    server.stop()
    backup = _back_up(server, the_stores.name)
    lost = ["乙一", "乙二", "乙三"]
    _write(server, lost, "online")
    server.start()
    seen = _poll(server, booth)
    server.stop()
    _restore(server, backup, the_stores.name)
    _write(server, ["丙一", "丙二", "丙三", "丙四"], "onsite")
    server.start()
    fresh = _poll(server, booth)
    assert fresh["offset"] > seen["offset"]  # the old position exists in the new history too, as another one
    assert {row["channel"] for row in fresh["snapshot"]["waiting"]} == {"onsite"}
    assert [row["channel"] for row in seen["snapshot"]["waiting"]].count("online") == len(lost)
    pages = [_poll(server, booth, seen["epoch"], offset) for offset in range(seen["offset"] + 1)]
    assert [page for page in pages if page != fresh] == []
    assert fresh["epoch"] != kept["epoch"] == seen["epoch"]
    print(f"{len(pages)} pages of the old epoch came back: {len(pages)} snapshots, 0 mixed")


def _write(server: Server, names: list[str], channel: str) -> str:
    return server.manage("shell", "-v0", "-c", WRITE.format(names=names, channel=channel)).split()[-1]


def _poll(server: Server, booth: str, epoch: str = "", offset: int = 0) -> dict[str, Any]:
    query = f"?{urlencode({'epoch': epoch, 'offset': offset})}" if epoch else ""
    with urllib.request.urlopen(f"{server.url}/api/streams/booth:{booth}{query}", timeout=30) as answer:
        read: dict[str, Any] = json.load(answer)
    return read


def _back_up(server: Server, store: str) -> str:
    if store == "sqlite":
        backup = server.state / "backup.sqlite3"
        with (
            contextlib.closing(sqlite3.connect(server.state / "jobfair.sqlite3")) as live,
            contextlib.closing(sqlite3.connect(backup)) as copy,
        ):
            live.backup(copy)
        return str(backup)
    url = server.env["DATABASE_URL"]
    name = url.rsplit("/", 1)[1]
    stores.make_database(url.replace(name, "postgres"), f"{name}_backup", template=name)
    return f"{name}_backup"


def _restore(server: Server, backup: str, store: str) -> None:
    """A SQLite file cannot tell that it is a copy, so the operator says so; PostgreSQL is noticed by itself."""
    if store == "sqlite":
        for leftover in server.state.glob("jobfair.sqlite3*"):
            leftover.unlink()
        Path(backup).rename(server.state / "jobfair.sqlite3")
        server.manage("renew_epoch")
        return
    url = server.env["DATABASE_URL"]
    name = url.rsplit("/", 1)[1]
    stores.make_database(url.replace(name, "postgres"), name, template=backup)
