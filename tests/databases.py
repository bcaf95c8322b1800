"""The run's own database: migrated once, copied for every server, emptied of its rows between tests."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.test import TransactionTestCase

from tests import stores
from tests.faults.server import Server

# Made by migrations and the same for every test.
KEPT = {"django_content_type", "auth_permission", "django_migrations"}


@dataclass(frozen=True)
class Stores:
    """The stores of this run: `name` is sqlite or postgres; empty URLs mean SQLite, in-process doorbells."""

    name: str
    database_url: str
    redis_url: str


@dataclass(frozen=True)
class Template:
    """A database to copy: a SQLite file, or the name of a PostgreSQL template; `password` of its demo people."""

    database: Path | str
    password: str = ""


def copy_of_the_migrated(the_stores: Stores, folder: Path) -> Template:
    """A copy of the test database while no test has written to it: servers start on copies of this copy."""
    if the_stores.name == "sqlite":
        copied = folder / "migrated.sqlite3"
        with sqlite3.connect(copied) as target:
            connection.ensure_connection()
            connection.connection.backup(target)
        target.close()
        connection.close()
        return Template(copied)
    name = f"jobfair_template_{uuid.uuid4().hex[:8]}"
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL copies what nobody is connected to
    stores.make_database(the_stores.database_url, name, template=str(connection.settings_dict["NAME"]))
    return Template(name)


def migrated_by_command(the_stores: Stores, folder: Path) -> Template:
    """A database of its own, migrated as an operator does it."""
    if the_stores.name == "sqlite":
        Server(folder).manage("migrate", "--verbosity", "0")
        return Template(folder / "jobfair.sqlite3")
    name = f"jobfair_template_{uuid.uuid4().hex[:8]}"
    url = stores.make_database(the_stores.database_url, name)
    Server(folder, database_url=url, redis_url=the_stores.redis_url).manage("migrate", "--verbosity", "0")
    return Template(name)


def server_on(the_stores: Stores, state: Path, name: str, template: Template, **environment: str) -> Server:
    """A server, not yet started, on a copy of `template` called `name`."""
    state.mkdir(exist_ok=True)
    if template.password:
        (state / "demo-password.txt").write_text(template.password)
    if the_stores.name == "sqlite":
        shutil.copy(template.database, state / "jobfair.sqlite3")
        return Server(state, env=environment)
    url = stores.make_database(the_stores.database_url, name, template=str(template.database))
    return Server(state, database_url=url, redis_url=the_stores.redis_url, env=environment)


def with_demo_fair(the_stores: Stores, state: Path, migrated: Template) -> Template:
    """A copy of `migrated` with the demo fair loaded."""
    name = f"jobfair_template_{uuid.uuid4().hex[:8]}"
    server = server_on(the_stores, state, name, migrated)
    server.manage("load_demo")
    password = (state / "demo-password.txt").read_text().strip()
    return Template(state / "jobfair.sqlite3" if the_stores.name == "sqlite" else name, password)


def empty_what_was_written() -> None:
    """Delete all rows but those of migrations: a few dirty tables, where a flush truncates and refills all."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    quoted = [connection.ops.quote_name(table) for table in tables]
    asked = " UNION ALL ".join(
        f"SELECT {number} WHERE EXISTS (SELECT 1 FROM {table})" for number, table in enumerate(quoted)
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(asked)
        for (number,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted[number]}")  # foreign keys are checked at the end


def instead_of_flushing() -> None:
    """From here on `django_db(transaction=True)` ends with `empty_what_was_written`."""

    def teardown(_: TransactionTestCase) -> None:
        empty_what_was_written()

    TransactionTestCase._fixture_teardown = teardown
