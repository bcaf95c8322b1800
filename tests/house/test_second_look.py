"""What `run.py test` makes of failures that do not come again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.everything import SECOND_LOOK, Everything, run_pytest

pytestmark = pytest.mark.unit
PLANTED = """
from pathlib import Path

import pytest


@pytest.mark.parametrize("number", range({tests}))
def test_planted(number):
    been = Path(__file__).with_name(f"been-{{number}}")
    first_time = not been.exists()
    been.touch()
    assert not first_time and not {always}


def test_steady():
    assert not Path(__file__).with_name("been-steady").exists(), "it is run again without need"
    Path(__file__).with_name("been-steady").touch()
"""


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def finished(folder: Path, *, tests: int, always: bool) -> tuple[int, int, list[str]]:
    """The exit code, the failures and who was unsteady, after a run of planted tests."""
    file = folder / "test_planted.py"
    file.write_text(PLANTED.format(tests=tests, always=always))
    everything = Everything("", folder)
    run_pytest(everything, "sqlite", "", ["-c", "/dev/null", "--noconftest", str(file)])
    everything.look_again()
    return everything.finish(), sum(row.failed for row in everything.rows), everything.unsteady


def test_few_failures_that_do_not_come_again_are_told_as_unsteady(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, failed, unsteady = finished(tmp_path, tests=SECOND_LOOK, always=False)
    assert (code, failed, len(unsteady)) == (0, 0, 1)
    assert "UNSTEADY: 3 of pytest on SQLite" in capsys.readouterr().out


def test_a_failure_that_comes_again_is_one(tmp_path: Path) -> None:
    assert finished(tmp_path, tests=1, always=True) == (1, 1, [])


def test_many_failures_get_no_second_look(tmp_path: Path) -> None:
    assert finished(tmp_path, tests=SECOND_LOOK + 1, always=False) == (1, SECOND_LOOK + 1, [])


def test_a_full_run_gives_no_second_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBFAIR_FULL", "1")
    assert finished(tmp_path, tests=1, always=False) == (1, 1, [])
