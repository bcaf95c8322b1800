"""run.py says in one sentence what is wrong and what to do; it never shows a traceback."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.tree import ROOT

pytestmark = pytest.mark.unit

NOBODY = 65534


def run(
    *arguments: str, lang: str = "zh_CN.UTF-8", python: str = sys.executable, **options: object
) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LC_ALL": lang, "PYTHONUTF8": "1"}
    return subprocess.run(
        [python, str(ROOT / "run.py"), *arguments],
        env=env,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        **options,
    )


@pytest.fixture
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_under_test", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_help_is_chinese_first_and_english_where_asked() -> None:
    chinese, english = run("--help", lang="C.UTF-8"), run("--help", lang="en_US.UTF-8")
    assert (chinese.returncode, english.returncode) == (0, 0)
    assert "端口" in chinese.stdout
    assert "Sets up, loads the demo fair" in english.stdout
    for option in ("--port", "--state", "--no-demo", "--lively"):
        assert option in chinese.stdout


def test_a_port_in_use_names_a_free_one(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("--port", str(port), "--state", str(tmp_path / "state"))
    assert done.returncode == 1
    said = re.fullmatch(
        rf"端口 {port} 已被占用：换一个端口，例如 python3 run.py --port (\d+)。", done.stderr.strip()
    )
    assert said is not None, done.stderr
    assert int(said.group(1)) != port
    assert not (tmp_path / "state").exists()


def test_a_port_that_is_no_port_is_refused() -> None:
    done = run("--port", "70000")
    assert done.returncode != 0
    assert "70000" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_state_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    as_user: dict[str, object] = {}
    python = sys.executable
    if os.geteuid() == 0:  # root may write anywhere, so an ordinary user is asked
        python = "/usr/bin/python3"
        reachable = (
            subprocess.run(
                [
                    python,
                    "-c",
                    f"import sys; open({str(ROOT / 'run.py')!r}); sys.exit(sys.version_info < (3, 11))",
                ],
                user=NOBODY,
                group=NOBODY,
                check=False,
                capture_output=True,
            )
            if Path(python).exists()
            else None
        )
        if reachable is None or reachable.returncode != 0:
            pytest.skip("we are root, and an ordinary user cannot read this folder or has no Python 3.11")
        as_user = {"user": NOBODY, "group": NOBODY}
    done = run("--state", str(locked / "state"), "--port", "18999", python=python, **as_user)
    assert done.returncode == 1
    assert done.stderr.strip().startswith("没有权限写入 ")
    assert "--state" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_state_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    done = run("--state", str(file), "--port", "18999", lang="en_US.UTF-8")
    assert done.returncode == 1
    assert f"{file} cannot be written" in done.stderr


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ("error: Failed to fetch: dns error", "连不上软件包仓库"),
        ("npm error code ENOTFOUND", "连不上软件包仓库"),
        ("OSError: [Errno 28] No space left on device", "磁盘已满"),
        (
            "The virtual environment was not created successfully because ensurepip is not available",
            "缺少 venv",
        ),
        ("something else", "没有成功"),
    ],
)
def test_a_failed_step_says_why(
    runner: ModuleType, tmp_path: Path, log: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    runner.ENGLISH = False
    steps = runner.Steps(1, runner.House(tmp_path))
    with pytest.raises(runner.Stop, match=says):
        steps.do("一步", "step", [sys.executable, "-c", f"import sys; print({log!r}); sys.exit(1)"])
    assert "[1/1] 一步" in capsys.readouterr().out


def test_a_stamp_holds_only_for_its_value_and_products(runner: ModuleType, tmp_path: Path) -> None:
    made = tmp_path / "made"
    stamp = runner.Stamp(tmp_path / "stamps" / "one", "a", made)
    assert not stamp.holds()
    stamp.set()
    assert not stamp.holds()
    made.touch()
    assert stamp.holds()
    assert not runner.Stamp(tmp_path / "stamps" / "one", "b", made).holds()
    stamp.clear()
    assert not stamp.holds()


def test_what_it_started_ends_when_it_is_killed(tmp_path: Path) -> None:
    """Even SIGKILL, which lets nobody clean up."""
    script = (
        f"import sys, time; sys.path.insert(0, {str(ROOT)!r}); import run; import os\n"
        "child = run.start([sys.executable, '-c', 'import time; time.sleep(60)'], dict(os.environ))\n"
        "print(child.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 60
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(child)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_an_older_python_can_read_on_to_the_sentence_that_tells_it_what_to_install() -> None:
    ast.parse((ROOT / "run.py").read_text(), feature_version=(3, 7))
    pretend = f"import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path({str(ROOT / 'run.py')!r})"
    done = subprocess.run(
        [sys.executable, "-c", pretend],
        env={"LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (
        done.stderr.strip() == "需要 Python 3.11 或更高版本，当前是 3.9：请安装后用 python3.11 run.py 运行。"
    )
