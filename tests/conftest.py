"""Chooses the stores before Django reads its settings, and offers servers, stores and a browser to tests.

JOBFAIR_TEST_STORE=sqlite (default): a SQLite file in WAL mode, doorbells inside the process.
JOBFAIR_TEST_STORE=postgres: DATABASE_URL and REDIS_URL where set, otherwise servers from wheels.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from asgiref.sync import SyncToAsync
from django.conf import settings
from django.db import connection, connections

from tests import databases, stores
from tests.databases import Shared, Stores, Template
from tests.faults.server import Server, warm

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright
    from pytest_django import DjangoDbBlocker

stores.write_in_memory()
STORE = os.environ.get("JOBFAIR_TEST_STORE", "sqlite")
FULL = os.environ.get("JOBFAIR_FULL") == "1"
FULL_TIMEOUT = 1800.0  # seconds a test may take when it runs its full rounds
IN_CI = os.environ.get("CI") == "true"
STATE = Path(tempfile.mkdtemp(prefix="jobfair-tests-"))
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ENDED_WITHIN = 60  # seconds, after the last test
_started: list[stores.LocalStore] = []
_used_before = pytest.StashKey[float]()


def pytest_configure(config: pytest.Config) -> None:
    """Runs before pytest-django's own, which loads the settings named here."""
    if settings.configured:
        raise pytest.UsageError(
            "Unset DJANGO_SETTINGS_MODULE: tests choose their store before settings load."
        )
    if STORE not in {"sqlite", "postgres"}:
        raise pytest.UsageError("JOBFAIR_TEST_STORE is sqlite or postgres.")
    given = {name: os.environ.pop(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    for name in [name for name in os.environ if name.startswith("JOBFAIR_") and "TEST" not in name]:
        del os.environ[name]
    os.environ["JOBFAIR_DEBUG"] = "1"
    os.environ["JOBFAIR_STATE"] = str(STATE)
    (STATE / "static").mkdir(exist_ok=True)  # collected by no test, but whitenoise warns when it is not there
    os.environ["DJANGO_SETTINGS_MODULE"] = "jobfair.config.settings"
    if STORE == "postgres":
        os.environ["DATABASE_URL"] = given["DATABASE_URL"] or _start(stores.Postgres()).url
        os.environ["REDIS_URL"] = given["REDIS_URL"] or _start(stores.Valkey()).url
    if FULL:
        config.option.timeout = FULL_TIMEOUT
    settings.WHITENOISE_AUTOREFRESH = (
        True  # this loads the settings, so that pytest-django sets Django up next
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    warm.close()
    for store in _started:
        store.stop()
    shutil.rmtree(STATE, ignore_errors=True)
    # A thread that keeps the interpreter from ending would hang the run, and a server too: show it, and fail.
    faulthandler.dump_traceback_later(ENDED_WITHIN, exit=True, file=sys.__stderr__)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = (
        {"concurrency": "needs a real PostgreSQL: runs with JOBFAIR_TEST_STORE=postgres"}
        if STORE == "sqlite"
        else dict.fromkeys(("pages", "once"), "the same on every store: the SQLite run looks at it")
    )
    for item in items:
        for mark, why in left_out.items():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=why))
        if "browser" in getattr(item, "fixturenames", ()):  # which lives in the session's loop
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays to the end: it is not looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Remembers what the run had used before this test, so that the report tells each test's share."""
    item.stash[_used_before] = _processor_seconds()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    try:
        return (yield)
    finally:
        used = _processor_seconds() - item.stash[_used_before]
        item.user_properties.append(("processor_seconds", f"{used:.2f}"))


def _processor_seconds() -> float:
    """Of this process and of all it has waited for: servers and browsers count when they have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counts = {
        what: len(terminalreporter.stats.get(what, [])) for what in ("passed", "failed", "error", "skipped")
    }
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count or what == "passed")
    where = "SQLite with in-process doorbells" if STORE == "sqlite" else "PostgreSQL with Valkey"
    terminalreporter.write_line(f"{said} on {where}")


def _start(store: stores.LocalStore) -> stores.LocalStore:
    store.start()
    _started.append(store)
    return store


@pytest.fixture(scope="session")
def django_db_modify_db_settings(the_stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite tests use a real file: threads and processes share it, which `:memory:` cannot. Lanes share a
    PostgreSQL, where each has a database of its own name."""
    own = str(STATE / "test.sqlite3") if STORE == "sqlite" else f"test_{uuid.uuid4().hex[:8]}"
    settings.DATABASES["default"]["TEST"]["NAME"] = own
    databases.migrate_once(the_stores, tmp_path_factory.mktemp("migrated"))


@pytest.fixture(scope="session")
def given_database() -> str:
    """The name of the database of the settings, which tests leave alone."""
    return str(settings.DATABASES["default"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(
    given_database: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    the_stores: Stores,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Template]:
    """Copies the test database before the first test; before it is dropped, closes what async tests opened
    in the thread of `sync_to_async`."""
    databases.instead_of_flushing()
    folder, shared = tmp_path_factory.mktemp("template"), Shared(the_stores)
    if (
        connection.settings_dict["NAME"] == given_database
    ):  # no chosen test uses the database inside this process
        yield shared.of("migrated", lambda: databases.migrated_by_command(the_stores, folder))
        return
    with django_db_blocker.unblock():
        copied = shared.of("migrated", lambda: databases.copy_of_the_migrated(the_stores, folder))
    yield copied
    SyncToAsync.single_thread_executor.submit(connections.close_all).result(timeout=60)


@pytest.fixture(scope="session")
def migrated(django_db_setup: Template) -> Template:
    """An empty, migrated database."""
    return django_db_setup


@pytest.fixture(scope="session")
def the_stores() -> Stores:
    return Stores(STORE, os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", ""))


@pytest.fixture(scope="session")
def rounds() -> Callable[[int, int], int]:
    """`rounds(reduced, full)`: how often to repeat; the full figure under `run.py test --full`."""
    return lambda reduced, full: full if FULL else reduced


@pytest.fixture
def own_postgres() -> Iterator[stores.Postgres]:
    """A PostgreSQL that this test may kill."""
    server = stores.start_postgres()
    yield server
    server.stop()


@pytest.fixture
def own_valkey() -> Iterator[stores.Valkey]:
    """A Valkey that this test may kill, flush or pause."""
    server = stores.start_valkey()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def with_demo(the_stores: Stores, migrated: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A database with the demo fair, loaded once for all."""
    folder = tmp_path_factory.mktemp("demo")
    return Shared(the_stores).of("demo", lambda: databases.with_demo_fair(the_stores, folder, migrated))


@pytest.fixture
def make_server(
    the_stores: Stores, migrated: Template, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Server]]:
    """`make_server(**settings)` starts the real server on a migrated database of its own; all stop after the test.

    `make_server(demo=True)` has the demo fair, whose people's password is `.demo_password`; `cold=True` is started as
    an operator does it, not forked.
    """
    made: list[Server] = []

    def make(*, demo: bool = False, cold: bool = False, **environment: str) -> Server:
        template = request.getfixturevalue("with_demo") if demo else migrated
        name = f"jobfair_{uuid.uuid4().hex[:8]}"
        server = databases.server_on(the_stores, tmp_path / name, name, template, **environment)
        server.demo_password = template.password
        server.cold = cold
        made.append(server)
        return server.start()

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The installed Chromium's path. Without one: a visible skip, but a failure in CI, which installs it."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        message = "Chromium is not installed: browser tests did not run"
        if IN_CI:
            pytest.fail(message)
        pytest.skip(message)
    return found


class Browsers:
    """One headless Chromium for all tests: what a test sees is in contexts of its own. Begun anew when it died."""

    def __init__(self, playwright: Playwright, executable: str) -> None:
        self._playwright = playwright
        self._executable = executable
        self._running: Browser | None = None

    async def running(self) -> Browser:
        if self._running is None or not self._running.is_connected():
            self._running = await self._playwright.chromium.launch(
                executable_path=self._executable, chromium_sandbox=os.geteuid() != 0, args=QUIET
            )
        return self._running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browsers(chromium: str) -> AsyncIterator[Browsers]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browsers = Browsers(playwright, chromium)
        yield browsers
        await (await browsers.running()).close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(browsers: Browsers) -> AsyncIterator[Browser]:
    """Open a context per person; all contexts close after the test."""
    running = await browsers.running()
    yield running
    for context in running.contexts:
        await context.close()
