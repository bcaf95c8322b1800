"""All checks and tests, and a table of what ran where. `python3 run.py test` calls it.

Four lanes side by side. Tests that kill processes mostly wait; so do browsers.
What only computes (linters, types, tests inside one process) runs beside them in two lanes at a lower priority: it
fills what they leave of the processors, both to the end, and does not spoil what they time.

A few tests that failed beside the other lanes run once more with the machine to themselves; whoever passes then is told
as unsteady (docs/decisions/0024). With `--full` nothing gets a second look.

With arguments, only pytest runs, with these arguments, on both stores.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

from tests import stores

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "frontend"
BIN = Path(sys.executable).parent
SLOWEST = 15  # tests told at the end
SECOND_LOOK = 3  # failed tests in all that run once more; where more fail, it is not the hour's doing
NO_TESTS_COLLECTED = 5  # pytest.ExitCode
BESIDE = ["nice", "-n", "10"]
# `unit` tests need no store, `pages` and `once` any: they run once. `concurrency` tests need PostgreSQL.
MARKS = {"sqlite": "not concurrency", "postgres": "not unit and not pages and not once"}
STORES = {"sqlite": "SQLite, in-process doorbells", "postgres": "PostgreSQL, Valkey"}


Env = dict[str, str]


@dataclass(frozen=True)
class Row:
    name: str
    passed: int
    failed: int
    skipped: int
    seconds: float
    look_again: Callable[[], bool] | None = None  # run what failed once more, alone; whether all of it passed


@dataclass
class Everything:
    npm: str
    reports: Path
    chosen: bool = False  # by arguments, which may choose no test on one store
    shared: dict[str, Env] = field(default_factory=dict)  # by store: what its runs have in common
    rows: list[Row] = field(default_factory=list)
    xmls: list[Path] = field(default_factory=list)
    unsteady: list[str] = field(default_factory=list)

    def check(self, name: str, command: list[str], *, cwd: Path = ROOT, env: Env | None = None) -> None:
        """A tool that only says yes or no counts as one test."""
        code, seconds = self._run(name, BESIDE + command, cwd, env, self._log(name))
        self.rows.append(Row(name, int(code == 0), int(code != 0), 0, seconds))

    def count(
        self,
        name: str,
        command: list[str],
        xml: Path,
        *,
        cwd: Path = ROOT,
        env: Env | None = None,
        aloud: bool = False,
        look_again: Callable[[], bool] | None = None,
    ) -> None:
        """A test runner is counted by its JUnit report; one that fails without a failed test is a failure."""
        xml.unlink(missing_ok=True)
        self.xmls.append(xml)
        code, seconds = self._run(name, command, cwd, env, None if aloud else self._log(name))
        total, failed, skipped = read_junit(xml)
        if code != 0 and not failed and not (code == NO_TESTS_COLLECTED and self.chosen):
            failed, total = 1, total + 1
        self.rows.append(Row(name, total - failed - skipped, failed, skipped, seconds, look_again))

    def look_again(self) -> None:
        """A failure beside other lanes stands, unless it is one of a few and does not come again alone."""
        failed = [row for row in self.rows if row.failed]
        if sum(row.failed for row in failed) > SECOND_LOOK:
            return
        for row in failed:
            if row.look_again is not None and row.look_again():
                self.unsteady.append(f"{row.failed} of {row.name}")
                steady = replace(row, passed=row.passed + row.failed, failed=0)
                self.rows[self.rows.index(row)] = steady

    def run(self, name: str, command: list[str], env: Env) -> bool:
        """Whether it succeeds."""
        return self._run(name, command, ROOT, env, self._log(name))[0] == 0

    def finish(self) -> int:
        print_slowest(slowest(self.xmls))
        print("\n  passed failed skipped seconds")
        for row in self.rows:
            mark = "✗" if row.failed else "✓"
            print(f"{mark} {row.passed:6} {row.failed:6} {row.skipped:7} {row.seconds:7.1f}  {row.name}")
        for unsteady in self.unsteady:
            print(f"UNSTEADY: {unsteady} failed beside the other lanes and passed alone: find out why")
        passed = sum(row.passed for row in self.rows)
        failed = sum(row.failed for row in self.rows)
        print(
            f"{passed} passed, {failed} failed, {sum(row.skipped for row in self.rows)} skipped", flush=True
        )
        return 1 if failed or not passed else 0

    def _log(self, name: str) -> Path:
        return self.reports / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.log"

    def _run(
        self, name: str, command: list[str], cwd: Path, env: Env | None, log: Path | None
    ) -> tuple[int, float]:
        """Its exit code and seconds. With `log` its output goes there, and is shown in one piece at its end."""
        began = time.monotonic()
        if log is None:
            print(f"\n=== {name}", flush=True)
        with (log or Path(os.devnull)).open("wb") as file:
            out = None if log is None else file
            done = subprocess.run(
                command, cwd=cwd, env={**os.environ, **(env or {})}, check=False, stdout=out, stderr=out
            )
        if log is not None:
            print(f"\n\n=== {name}\n{log.read_text(errors='replace')}", flush=True)
        return done.returncode, time.monotonic() - began


def slowest(xmls: list[Path]) -> list[tuple[float, float, str]]:
    """Seconds by the clock and of processors, and the name with its store, of the slowest tests of this run."""
    found: list[tuple[float, float, str]] = []
    for xml in filter(Path.exists, xmls):
        for case in ET.parse(xml).getroot().iter("testcase"):
            used = case.find("properties/property[@name='processor_seconds']")
            name = f"{case.get('classname')}::{case.get('name')} ({xml.stem})"
            share = 0.0 if used is None else float(used.get("value", 0))
            found.append((float(case.get("time", 0)), share, name))
    return sorted(found, reverse=True)


def print_slowest(tests: list[tuple[float, float, str]]) -> None:
    print(f"\nseconds processor  the slowest {SLOWEST}")
    for seconds, share, name in tests[:SLOWEST]:
        print(f"{seconds:7.1f} {share:9.1f}  {name}")


def read_junit(xml: Path) -> tuple[int, int, int]:
    """Tests, failures with errors, and skips of a JUnit report; zeros when the runner wrote none."""
    total = failed = skipped = 0
    if xml.exists():
        root = ET.parse(xml).getroot()
        for suite in [root] if root.tag == "testsuite" else root.findall("testsuite"):
            total += int(suite.get("tests", 0))
            failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped += int(suite.get("skipped", 0))
    return total, failed, skipped


def check_python(everything: Everything) -> None:
    with tempfile.TemporaryDirectory(prefix="jobfair-check-") as scratch:
        env = {"JOBFAIR_DEBUG": "1", "JOBFAIR_STATE": scratch, "DATABASE_URL": "", "REDIS_URL": ""}
        everything.check("ruff check", [str(BIN / "ruff"), "check", "."])
        everything.check("ruff format --check", [str(BIN / "ruff"), "format", "--check", "."])
        everything.check("mypy --strict", [str(BIN / "mypy")], env=env)
        everything.check("import-linter", [str(BIN / "lint-imports")])
        migrations = [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]
        everything.check("makemigrations --check", migrations, env=env)


def check_frontend(everything: Everything) -> None:
    npm, xml = everything.npm, everything.reports / "vitest.xml"
    everything.check("eslint", [npm, "run", "lint"], cwd=FRONTEND)
    everything.check("vue-tsc", [npm, "run", "typecheck"], cwd=FRONTEND)
    options = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={xml}"]
    everything.count("vitest", [*BESIDE, npm, "run", "test", "--", *options], xml, cwd=FRONTEND)


def run_pytest(
    everything: Everything,
    store: str,
    part: str,
    arguments: list[str],
    *,
    nice: bool = False,
    aloud: bool = False,
) -> None:
    """One run on one store; `part` names its report."""
    xml, cache = everything.reports / f"{store}{part}.xml", everything.reports / f"{store}{part}-cache"
    shutil.rmtree(cache, ignore_errors=True)
    command = [sys.executable, "-m", "pytest", f"--junitxml={xml}", "-o", f"cache_dir={cache}", *arguments]
    name = f"pytest on {STORES[store]}{part.replace('-', ': ')}"
    env = {"JOBFAIR_TEST_STORE": store, **everything.shared.get(store, {})}

    def look_again() -> bool:
        last_failed = ["--last-failed", "--last-failed-no-failures=none"]
        report = f"--junitxml={everything.reports / f'{store}{part}-again.xml'}"
        return everything.run(f"{name}: once more", [*command, *last_failed, report], env)

    once_more = None if os.environ.get("JOBFAIR_FULL") == "1" else look_again
    everything.count(name, BESIDE * nice + command, xml, env=env, aloud=aloud, look_again=once_more)


def killing(everything: Everything) -> None:
    """One store after the other: two at a time, and what they time is each other."""
    for store, marks in MARKS.items():
        chosen = ["-m", f"faults and {marks}", *files_that_mark("faults")]
        run_pytest(everything, store, "-faults", chosen, aloud=store == "sqlite")


def browsing(everything: Everything) -> None:
    for store, marks in MARKS.items():
        run_pytest(everything, store, "-e2e", ["-m", f"e2e and {marks}", *files_that_mark("e2e")])


def files_that_mark(mark: str) -> list[str]:
    """Reading all two thousand tests to run forty of them takes a processor eight seconds."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(one.relative_to(ROOT)) for one in files if f"pytest.mark.{mark}" in one.read_text()]


def checking(everything: Everything) -> None:
    check_python(everything)
    check_frontend(everything)
    inside(everything, "postgres")


def inside(everything: Everything, store: str) -> None:
    marks = f"not faults and not e2e and {MARKS[store]}"
    run_pytest(everything, store, "-inside", ["-m", marks], nice=True)


def side_by_side(*lanes: Callable[[], None]) -> None:
    with ThreadPoolExecutor(max_workers=len(lanes)) as pool:
        for lane in [pool.submit(lane) for lane in lanes]:
            lane.result()


@contextmanager
def what_lanes_share() -> Iterator[dict[str, Env]]:
    """A folder of templates, and the PostgreSQL whose databases are copied from them, unless one is given."""
    stores.write_in_memory()
    postgres = None if os.environ.get("DATABASE_URL") else stores.start_postgres()
    try:
        with tempfile.TemporaryDirectory(prefix="jobfair-shared-") as folder:
            templates = {"JOBFAIR_TEST_SHARED": folder}
            server = {"DATABASE_URL": postgres.url} if postgres else {}
            yield {"sqlite": templates, "postgres": {**templates, **server}}
    finally:
        if postgres is not None:
            postgres.stop()


def main(arguments: list[str]) -> int:
    reports = Path(os.environ["JOBFAIR_TEST_REPORTS"])
    reports.mkdir(parents=True, exist_ok=True)
    with what_lanes_share() as shared:
        everything = Everything(os.environ["JOBFAIR_TEST_NPM"], reports, bool(arguments), shared)
        run_all(everything, arguments)
        everything.look_again()
    return everything.finish()


def run_all(everything: Everything, arguments: list[str]) -> None:
    if arguments:
        side_by_side(
            *[
                partial(run_pytest, everything, store, "", arguments, aloud=store == "sqlite")
                for store in STORES
            ]
        )
        return
    side_by_side(
        partial(killing, everything),
        partial(browsing, everything),
        partial(inside, everything, "sqlite"),
        partial(checking, everything),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
