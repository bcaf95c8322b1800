"""What a commit must not hold, and what it must."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT, text_of, tracked

pytestmark = pytest.mark.unit

# Spelled in parts, so that this file does not hold what it forbids.
REGISTRIES = re.compile(
    "|".join(
        re.escape(host).replace("@", r"\.")
        for host in (
            "pypi@org",
            "pythonhosted@org",
            "npmjs@org",
            "npmjs@com",
            "yarnpkg@com",
            "npmmirror@com",
            "unpkg@com",
        )
    )
)
PRIVATE_PATHS = re.compile(r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|tmp/venv|home/\w+)/")
LOOSE_ENDS = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
MAKING = re.compile(
    r"\b(?:Chat" + r"GPT|Clau" + r"de|Cop" + r"ilot|Ope" + r"nAI|Anthro" + r"pic|LL" + r"M)\b"
    r"|\bA" + r"I (?:assistant|agent|session)|\b(?:help" + r"er|sub)[ -]?agents?\b",
    re.IGNORECASE,
)
PHONES = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?(1[3-9]\d{9})(?![\d.])")
TEST_PHONES = re.compile(r"1380000\d{4}")
MAX_BYTES = 2_000_000


def _hits(pattern: re.Pattern[str], skip: tuple[str, ...] = ()) -> list[str]:
    found = []
    for path in tracked():
        name = str(path.relative_to(ROOT))
        text = None if name in skip else text_of(path)
        for number, line in enumerate((text or "").splitlines(), 1):
            found += [f"{name}:{number}: {match.group()}" for match in pattern.finditer(line)]
    return found


def test_no_file_names_a_package_registry() -> None:
    assert _hits(REGISTRIES) == []


def test_no_file_names_a_private_path() -> None:
    assert _hits(PRIVATE_PATHS) == []


def test_no_file_has_loose_ends() -> None:
    assert _hits(LOOSE_ENDS) == []


def test_no_file_tells_how_it_was_written() -> None:
    assert _hits(MAKING) == []


def test_phone_numbers_are_made_up() -> None:
    """1380000xxxx is the range that data and tests use. Hashes and ids are longer runs of digits."""
    locks = tuple(str(path.relative_to(ROOT)) for path in tracked("*.lock") + tracked("*package-lock.json"))
    told = [hit for hit in _hits(PHONES, skip=locks) if not TEST_PHONES.search(hit.rsplit(": ", 1)[1])]
    assert told == []


def test_the_patterns_find_what_they_forbid() -> None:
    assert PHONES.search("call +861391234" + "5678 now")
    assert REGISTRIES.search("https://registry.npmjs" + ".org/vue")
    assert PRIVATE_PATHS.search("see /wo" + "rk/main/x")
    assert LOOSE_ENDS.search("# TO" + "DO: later")
    assert MAKING.search("written by Chat" + "GPT")


def test_every_locked_python_package_has_hashes() -> None:
    locks = tracked("requirements*.lock")
    assert [path.name for path in locks] == [
        "requirements-node.lock",
        "requirements-test.lock",
        "requirements-uv.lock",
        "requirements.lock",
    ]
    for lock in locks:
        packages = re.split(r"^(?=[a-zA-Z0-9])", lock.read_text(), flags=re.MULTILINE)
        named = [block for block in packages if re.match(r"[a-zA-Z0-9]", block)]
        assert named, lock.name
        assert [block.splitlines()[0] for block in named if "--hash=sha256:" not in block] == []


def test_every_locked_npm_package_has_a_hash_and_no_address() -> None:
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    third_party = {name: entry for name, entry in packages.items() if name and not entry.get("link")}
    assert third_party
    assert [name for name, entry in third_party.items() if "integrity" not in entry] == []
    assert [name for name, entry in third_party.items() if "resolved" in entry] == []


def test_no_file_is_large() -> None:
    assert [str(path) for path in tracked() if path.stat().st_size > MAX_BYTES] == []


def test_every_setting_is_in_the_readme() -> None:
    code = "\n".join(text_of(path) or "" for path in tracked("*.py") if path.parts[-2] != "house")
    settings = (ROOT / "jobfair" / "config" / "settings.py").read_text()
    read = set(re.findall(r"""(?:env|env_flag|env_list|env_pairs)\(\s*["']([A-Z_]+)["']""", settings))
    assert len(read) >= 10
    read |= set(re.findall(r"""environ(?:\.get\(|\[)["'](JOBFAIR_(?!TEST_|FULL)[A-Z_]+)["']""", code))
    rows = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "README.md").read_text(), flags=re.MULTILINE))
    assert read - rows == set(), "settings without a row"
    assert rows - read == set(), "rows without a setting"


def test_migrations_are_complete(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "makemigrations", "--check", "--dry-run"],
        env={"PATH": "", "JOBFAIR_DEBUG": "1", "JOBFAIR_STATE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_decisions_are_numbered_once_and_without_gaps() -> None:
    found = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(one.name[:4]) for one in found] == list(range(1, len(found) + 1))
    assert [int(one.read_text().split(".", 1)[0].removeprefix("# ")) for one in found] == list(
        range(1, len(found) + 1)
    )
