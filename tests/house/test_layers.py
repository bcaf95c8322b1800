"""Who may import whom, and that new domains come under the same rules."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOT, tracked

pytestmark = pytest.mark.unit

KERNEL = {"jobfair.core", "jobfair.realtime", "jobfair.config"}  # not domains: no inside order
JUNK_DRAWERS = {
    "utils.py",
    "util.py",
    "helpers.py",
    "helper.py",
    "common.py",
    "misc.py",
    "common",
    "utils",
    "helpers",
}


def _contracts() -> dict[str, dict[str, list[str]]]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {contract["id"]: contract for contract in config["tool"]["importlinter"]["contracts"]}


def test_imports_keep_the_contracts() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_app_has_its_place_in_the_layers() -> None:
    apps = {".".join(path.parent.relative_to(ROOT).parts) for path in tracked("*/apps.py")}
    contracts = _contracts()
    layers = {name.strip(" ()") for line in contracts["folders"]["layers"] for name in line.split("|")}
    assert apps - layers == set()
    assert apps - KERNEL - set(contracts["inside"]["containers"]) == set()


def test_there_are_no_junk_drawers() -> None:
    found = [path for path in tracked("*.py") if JUNK_DRAWERS & set(path.relative_to(ROOT).parts)]
    assert found == []
