"""The run's own database: migrated once, copied for every server, emptied of its rows between tests.

Lanes of one run of everything share what they copy from: whoever needs it first makes it, the others wait for it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase

from tests import stores
from tests.faults.server import Server

SHARED = "JOBFAIR_TEST_SHARED"  # a folder, which ends with the run
ROOT = Path(__file__).resolve().parents[1]
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


class Shared:
    """The templates that the lanes of a run have made, each with a note of where it is; none outside such a run."""

    def __init__(self, the_stores: Stores) -> None:
        self._folder = Path(os.environ[SHARED]) if SHARED in os.environ else None
        self._store = the_stores.name
        server = hashlib.sha256(the_stores.database_url.rpartition("/")[0].encode()).hexdigest()[:8]
        self._made_for = f"{the_stores.name}-{server}-{_migrations()}" if self._folder else ""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The others wait, rather than make the same."""
        if self._folder is None:
            yield
            return
        with (self._folder / f"{self._store}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def find(self, name: str) -> Template | None:
        if self._folder is None or not self._note(name).exists():
            return None
        return Template(**json.loads(self._note(name).read_text()))

    def keep(self, name: str, made: Template) -> Template:
        if self._folder is None:
            return made
        where = str(made.database)
        if self._store == "sqlite":
            where = str(self._folder / f"{name}-{uuid.uuid4().hex[:8]}.sqlite3")
            shutil.copy(made.database, where)
        self._note(name).write_text(json.dumps({"database": where, "password": made.password}))
        return made

    def of(self, name: str, make: Callable[[], Template]) -> Template:
        with self.alone():
            return self.find(name) or self.keep(name, make())

    def _note(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{name}-{self._made_for}.json"


def _migrations() -> str:
    """What the tables are made by: a mutated tree with other migrations takes no other tree's tables."""
    made = hashlib.sha256((ROOT / "requirements-test.lock").read_bytes())
    for file in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("jobfair/*/migrations/*.py")]):
        made.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return made.hexdigest()[:16]


def migrate_once(the_stores: Stores, folder: Path) -> None:
    """From here on Django makes its test database as a copy, where another lane has migrated one."""
    creation, shared = connection.creation, Shared(the_stores)
    create_and_migrate = creation.create_test_db
    if SHARED not in os.environ:
        return

    def create(**options: Any) -> str:
        with shared.alone():
            template = shared.find("migrated")
            if template is None:
                name = create_and_migrate(**options)
                shared.keep("migrated", copy_of_the_migrated(the_stores, folder))
                return str(name)
        name = str(settings.DATABASES["default"]["TEST"]["NAME"])
        if the_stores.name == "sqlite":
            shutil.copy(template.database, name)
        else:
            stores.make_database(the_stores.database_url, name, template=str(template.database))
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        return name

    creation.create_test_db = create


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
